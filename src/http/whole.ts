/** An answer that is read whole: collected as it arrives, decoded, and counted after decoding, so that a small compressed answer cannot become a huge one. */
import type { Transform } from "node:stream";
import { Failure } from "../model/errors.ts";
import { type Decoding, decodingOf } from "./body.ts";
import type { UpstreamReply } from "./connection.ts";
import { Exchange, type Outgoing } from "./exchange.ts";

/** Sends a request. Rejects with what broke it off; with SOURCE_TOO_LARGE as soon as its body, encoded or decoded, passes the cap. */
export function askWhole(outgoing: Outgoing): Promise<UpstreamReply> {
  return new Promise((resolve, reject) => new Whole(outgoing, resolve, reject).send());
}

// What is decoded at once, which takes a third of a decoder's time: encoded, and decoded. A bomb blocks for 1 ms by gzip, for 10 by Brotli.
const atOnce = { encodedBytes: 16_384, bytes: 262_144 };

class Whole extends Exchange<UpstreamReply> {
  private decoding: Decoding | null = null;
  private decoder: Transform | null = null;
  private chunks: Buffer[] = [];
  private size = 0;
  private decodedSize = 0;

  protected override begun(): void {
    this.decoding = decodingOf(this.head.headers);
  }

  protected override received(chunk: Buffer): void {
    this.size += chunk.length;
    // A decoder that is slow is not waited for: what waits for it is counted instead.
    if (this.size > this.outgoing.maxBytes) this.giveUp(this.tooLarge());
    else if (this.decoder !== null) this.decoder.write(chunk);
    else {
      this.chunks.push(chunk);
      if (this.decoding !== null && this.size > atOnce.encodedBytes) this.startDecoder(this.decoding);
    }
  }

  protected override ended(): void {
    if (this.decoder !== null) this.decoder.end();
    else if (this.decoding === null) this.finish(joined(this.chunks));
    else this.decodeAtOnce(this.decoding);
  }

  protected override broken(thrown: unknown): void {
    this.decoder?.destroy();
    this.reject(thrown);
  }

  private decodeAtOnce(decoding: Decoding): void {
    const maxOutputLength = Math.min(this.outgoing.maxBytes, atOnce.bytes);
    try {
      this.finish(decoding.now(joined(this.chunks), { maxOutputLength }));
    } catch (thrown) {
      const isLarge = thrown instanceof Error && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
      if (isLarge) this.startDecoder(decoding).end();
      else this.giveUp(thrown);
    }
  }

  private startDecoder(decoding: Decoding): Transform {
    const decoder = decoding.create();
    const encoded = this.chunks;
    const decoded: Buffer[] = [];
    this.chunks = [];
    this.decoder = decoder;
    decoder.on("data", (chunk: Buffer) => {
      this.decodedSize += chunk.length;
      if (this.decodedSize > this.outgoing.maxBytes) this.giveUp(this.tooLarge());
      else decoded.push(chunk);
    });
    decoder.on("end", () => this.finish(joined(decoded)));
    decoder.on("error", (error) => this.giveUp(error));
    for (const chunk of encoded) decoder.write(chunk);
    return decoder;
  }

  private finish(body: Buffer): void {
    const { status, headers } = this.head;
    this.resolve({ status, headers, body });
  }

  private tooLarge(): Failure {
    const { source, maxBytes } = this.outgoing;
    return new Failure("SOURCE_TOO_LARGE", {
      source,
      message: `${source} sent more than ${maxBytes} bytes.`,
    });
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}
