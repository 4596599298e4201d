/** Puts an answer on the wire: its bytes are made once, however many are sent them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, closed, statusFor } from "./answer.ts";
import { encoded, type Encoding, encodingFor } from "./encoding.ts";
import type { JsonType } from "./negotiate.ts";

/** Sends an answer with what only this request is told, as `extensions`. Resolves when the bytes are handed over. */
export type Send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  extensions: object | null,
  type: JsonType,
) => Promise<void>;

/** The bodies of one answer with one end. */
interface Bodies {
  readonly end: string;
  /** As text where it is short and ASCII: Node then sends head and body as one piece, for a fifth less. */
  readonly plain: string | Buffer;
  readonly size: number;
  readonly made: Map<Encoding, Promise<Buffer>>;
}

const mostText = 8_192;

/** Compresses bodies from so many bytes on, where the client takes it; 0: never. */
export function createSend(compressFromBytes: number): Send {
  // An answer that is kept keeps its bytes as well: see sharing.ts for what they weigh.
  const sent = new WeakMap<Answer, Bodies>();

  function bodiesOf(answer: Answer, extensions: object | null): Bodies {
    const end = closed(extensions);
    const known = sent.get(answer);
    if (known?.end === end) return known;
    const text = answer.text + end;
    const size = Buffer.byteLength(text);
    const isText = size === text.length && size <= mostText;
    const bodies: Bodies = { end, plain: isText ? text : Buffer.from(text), size, made: new Map() };
    sent.set(answer, bodies);
    return bodies;
  }

  function bodyIn({ plain, made }: Bodies, encoding: Encoding): Promise<Buffer> {
    let body = made.get(encoding);
    if (body === undefined)
      made.set(encoding, (body = encoded(typeof plain === "string" ? Buffer.from(plain) : plain, encoding)));
    return body;
  }

  return async (request, response, answer, extensions, type) => {
    const bodies = bodiesOf(answer, extensions);
    const isLarge = compressFromBytes > 0 && bodies.size >= compressFromBytes;
    const encoding = isLarge ? encodingFor(request.headers["accept-encoding"]) : "identity";
    const body = encoding === "identity" ? bodies.plain : await bodyIn(bodies, encoding);
    if (isLarge) response.appendHeader("vary", "accept-encoding");
    if (encoding !== "identity") response.setHeader("content-encoding", encoding);
    response.writeHead(statusFor(answer, type), {
      ...answer.refusal?.headers,
      "content-type": `${type}; charset=utf-8`,
      "content-length": String(encoding === "identity" ? bodies.size : body.length),
    });
    response.end(body, "latin1");
  };
}
