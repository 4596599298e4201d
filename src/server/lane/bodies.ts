/** The bytes of an answer, made once however many are sent it. */
import { sizeOf, type Written } from "../../execution/text.ts";
import { encoded, type Encoding } from "./encoding.ts";

const mostText = 8_192;

/** The bodies of one text. */
export class Bodies {
  /** How many bytes it is as UTF-8. */
  readonly size: number;
  /** As text where it is short and ASCII: Node then sends head and body as one piece, for a fifth less. */
  readonly plain: string | readonly Buffer[];
  private encoded: Map<Encoding, Promise<Buffer>> | null = null;

  constructor(text: Written) {
    this.size = sizeOf(text);
    const isShort = typeof text === "string" && this.size === text.length && this.size <= mostText;
    this.plain = isShort ? text : bytesOf(text);
  }

  /** Compressed. */
  in(encoding: Encoding): Promise<Buffer> {
    this.encoded ??= new Map();
    let body = this.encoded.get(encoding);
    if (body === undefined) {
      const { plain } = this;
      body = encoded(typeof plain === "string" ? Buffer.from(plain) : Buffer.concat(plain), encoding);
      this.encoded.set(encoding, body);
    }
    return body;
  }
}

function bytesOf(text: Written): Buffer[] {
  return typeof text === "string"
    ? [Buffer.from(text)]
    : text.parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
}
