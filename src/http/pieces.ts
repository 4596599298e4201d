/** An answer that is read as it arrives: no more of it is taken from the socket than its reader keeps up with. */
import { Failure } from "../model/errors.ts";
import type { UpstreamHead } from "./connection.ts";
import { Exchange, type Outgoing } from "./exchange.ts";

/** An answer whose body is still on its way, encoded as it was sent. */
export interface Pieces extends UpstreamHead {
  /** To be read once; throws what broke it off. Leaving early cancels the transfer. */
  readonly body: AsyncIterable<Buffer>;
  /** Cancels the transfer; harmless after its end. */
  cancel(): void;
}

/**
 * Sends a request and answers as soon as the head is there. Rejects with what broke it off before. Where the transfer cannot be paused, more
 * than `maxBytes` that wait for the reader break it off with SOURCE_TOO_LARGE.
 */
export function askInPieces(outgoing: Outgoing): Promise<Pieces> {
  return new Promise((resolve, reject) => new Piecewise(outgoing, resolve, reject).send());
}

// How many bytes of a transfer that may be paused are still to come, Infinity where that is not said; 0 for one that must not be paused:
// undici 7 ends the process with a failed assertion when the connection ends while it is paused, and the end of the connection is, or may be, that
// of the body (https://github.com/nodejs/undici/issues/5360).
function bytesToCome({
  connection = "",
  "content-length": length,
  ...headers
}: UpstreamHead["headers"]): number {
  if (/\bclose\b/i.test(connection)) return 0;
  if (length !== undefined) return Number(length);
  return "transfer-encoding" in headers ? Number.POSITIVE_INFINITY : 0;
}

// What may wait for the reader before the socket is left alone.
const mostWaiting = 65_536;
const left = new Error("nobody reads it");

class Piecewise extends Exchange<Pieces> {
  private waiting: Buffer[] = [];
  private size = 0;
  /** Bytes that are still to come; Infinity where that is not said, 0 where the transfer must not be paused. */
  private toCome = 0;
  private end: "COMPLETE" | { readonly thrown: unknown } | null = null;
  private wake: (() => void) | null = null;

  protected override begun(): void {
    const { status, headers } = this.head;
    this.toCome = bytesToCome(headers);
    this.resolve({ status, headers, body: this.read(), cancel: () => this.giveUp(left) });
  }

  protected override received(chunk: Buffer): void {
    this.waiting.push(chunk);
    this.size += chunk.length;
    this.toCome -= chunk.length;
    if (this.size >= mostWaiting && this.toCome > 0) this.controller?.pause();
    else if (this.size > this.outgoing.maxBytes) this.giveUp(this.tooFast());
    this.wake?.();
  }

  protected override ended(): void {
    this.end ??= "COMPLETE";
    this.wake?.();
  }

  protected override broken(thrown: unknown): void {
    this.end ??= { thrown };
    this.reject(thrown);
    this.wake?.();
  }

  private async *read(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const { waiting } = this;
        this.waiting = [];
        this.size = 0;
        for (const chunk of waiting) yield chunk;
        if (this.waiting.length > 0) continue;
        if (this.end === "COMPLETE") return;
        if (this.end !== null) throw this.end.thrown;
        await this.more();
      }
    } finally {
      this.giveUp(left);
    }
  }

  private tooFast(): Failure {
    const { source, maxBytes } = this.outgoing;
    const message = `${source} sent ${maxBytes} bytes faster than they were read, and closes its connections, so that it could not be held back.`;
    return new Failure("SOURCE_TOO_LARGE", { source, message });
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.controller?.resume();
    });
  }
}
