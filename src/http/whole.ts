/** An answer that is read whole: collected as it arrives, decoded, and counted after decoding, so that a small compressed answer cannot become a huge one. */
import type { Transform } from "node:stream";
import { Failure } from "../model/errors.ts";
import { decoderOf } from "./body.ts";
import type { UpstreamReply } from "./connection.ts";
import { Exchange, type Outgoing } from "./exchange.ts";

/** Sends a request. Rejects with what broke it off; with SOURCE_TOO_LARGE as soon as its body, encoded or decoded, passes the cap. */
export function askWhole(outgoing: Outgoing, source: string, maxBytes: number): Promise<UpstreamReply> {
  return new Promise((resolve, reject) => new Whole(outgoing, source, maxBytes, resolve, reject).send());
}

class Whole extends Exchange {
  private readonly source: string;
  private readonly maxBytes: number;
  private readonly resolve: (reply: UpstreamReply) => void;
  private readonly reject: (thrown: unknown) => void;
  private decoder: Transform | null = null;
  private readonly chunks: Buffer[] = [];
  private encodedSize = 0;
  private size = 0;

  constructor(
    outgoing: Outgoing,
    source: string,
    maxBytes: number,
    resolve: (reply: UpstreamReply) => void,
    reject: (thrown: unknown) => void,
  ) {
    super(outgoing);
    this.source = source;
    this.maxBytes = maxBytes;
    this.resolve = resolve;
    this.reject = reject;
  }

  protected override begun(): void {
    const decoder = decoderOf(this.head.headers);
    if (decoder === null) return;
    this.decoder = decoder;
    decoder.on("data", (chunk: Buffer) => this.take(chunk));
    decoder.on("end", () => this.finish());
    decoder.on("error", (error) => this.giveUp(error));
  }

  protected override received(chunk: Buffer): void {
    if (this.decoder === null) return this.take(chunk);
    // A decoder that is slow is not waited for: what waits for it is counted instead.
    this.encodedSize += chunk.length;
    if (this.encodedSize > this.maxBytes) this.giveUp(this.tooLarge());
    else this.decoder.write(chunk);
  }

  protected override ended(): void {
    if (this.decoder === null) this.finish();
    else this.decoder.end();
  }

  protected override broken(thrown: unknown): void {
    this.decoder?.destroy();
    this.reject(thrown);
  }

  private take(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.giveUp(this.tooLarge());
    else this.chunks.push(chunk);
  }

  private finish(): void {
    const { status, headers } = this.head;
    const [first] = this.chunks;
    const isOne = first !== undefined && this.chunks.length === 1;
    this.resolve({ status, headers, body: isOne ? first : Buffer.concat(this.chunks, this.size) });
  }

  private tooLarge(): Failure {
    const { source, maxBytes } = this;
    return new Failure("SOURCE_TOO_LARGE", {
      source,
      message: `${source} sent more than ${maxBytes} bytes.`,
    });
  }
}
