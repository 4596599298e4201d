/** The end of something, told to whoever listens: what we need of an AbortSignal, at a tenth of its price. */

/** Tells once that something is over. An AbortSignal is one, too. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
  /** Throws the reason when it is over. */
  throwIfAborted(): void;
}

// The reason that an AbortController gives by itself; made once, because its stack costs more than all else.
const over = new DOMException("This operation was aborted", "AbortError");

/** A signal together with the way to give it. */
export class Ending implements EndSignal {
  aborted = false;
  reason: unknown = undefined;
  // Many have but one.
  private first: (() => void) | null = null;
  private others: Set<() => void> | null = null;

  addEventListener(_type: "abort", listener: () => void): void {
    if (this.first === listener) return;
    if (this.first === null && this.others === null) {
      this.first = listener;
      return;
    }
    this.others ??= new Set();
    this.others.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    if (this.first === listener) this.first = null;
    else this.others?.delete(listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Tells all who listen, before it returns; what they throw is not caught. Only the first end counts. */
  end(reason: unknown = over): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const { first, others } = this;
    this.first = null;
    this.others = null;
    first?.();
    if (others !== null) for (const listener of others) listener();
  }
}
