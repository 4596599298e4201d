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
  private listeners: Set<() => void> | null = null;

  addEventListener(_type: "abort", listener: () => void): void {
    this.listeners ??= new Set();
    this.listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners?.delete(listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Tells all who listen, before it returns; what they throw is not caught. Only the first end counts. */
  end(reason: unknown = over): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const { listeners } = this;
    this.listeners = null;
    for (const listener of listeners ?? []) listener();
  }
}
