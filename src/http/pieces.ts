/** An answer that is read as it arrives: no more of it is taken from the socket than its reader keeps up with. */
import type { UpstreamHead } from "./connection.ts";
import { Exchange, type Outgoing } from "./exchange.ts";

/** An answer whose body is still on its way, encoded as it was sent. */
export interface Pieces extends UpstreamHead {
  /** To be read once; throws what broke it off. Leaving early cancels the transfer. */
  readonly body: AsyncIterable<Buffer>;
  /** Cancels the transfer; harmless after its end. */
  cancel(): void;
}

/** Sends a request and answers as soon as the head is there. Rejects with what broke it off before. */
export function askInPieces(outgoing: Outgoing): Promise<Pieces> {
  return new Promise((resolve, reject) => new Piecewise(outgoing, resolve, reject).send());
}

// What may wait for the reader before the socket is left alone.
const mostWaiting = 65_536;
const left = new Error("nobody reads it");

class Piecewise extends Exchange {
  private readonly resolve: (answer: Pieces) => void;
  private readonly reject: (thrown: unknown) => void;
  private waiting: Buffer[] = [];
  private size = 0;
  private end: "COMPLETE" | { readonly thrown: unknown } | null = null;
  private wake: (() => void) | null = null;

  constructor(outgoing: Outgoing, resolve: (answer: Pieces) => void, reject: (thrown: unknown) => void) {
    super(outgoing);
    this.resolve = resolve;
    this.reject = reject;
  }

  protected override begun(): void {
    const { status, headers } = this.head;
    this.resolve({ status, headers, body: this.read(), cancel: () => this.giveUp(left) });
  }

  protected override received(chunk: Buffer): void {
    this.waiting.push(chunk);
    this.size += chunk.length;
    if (this.size >= mostWaiting) this.controller?.pause();
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

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.controller?.resume();
    });
  }
}
