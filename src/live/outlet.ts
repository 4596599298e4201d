/** Where one listener takes what is there for it: nothing is handed over that is not asked for. */
import type { Failure } from "../model/errors.ts";

/** One listener's end. Things are kept by who makes the outlet, in a form that does not grow. */
export interface Outlet<T> {
  /** Ends when the outlet has ended; throws its failure once before that. */
  readonly stream: AsyncIterableIterator<T>;
  /** There is something to take. */
  wake(): void;
  /** Ends it, with a failure or without; what has not been taken is not handed over any more. */
  end(failure: Failure | null): void;
  readonly hasEnded: () => boolean;
}

/** An outlet; `take` gives the next thing, or null when there is none. `onEnd` is called once. */
export function createOutlet<T>(take: () => T | null, onEnd: () => void): Outlet<T> {
  let hasEnded = false;
  let failure: Failure | null = null;
  let wake: (() => void) | null = null;

  function end(why: Failure | null): void {
    if (hasEnded) return;
    hasEnded = true;
    failure = why;
    onEnd();
    wake?.();
  }

  async function next(): Promise<IteratorResult<T>> {
    for (;;) {
      if (hasEnded) {
        const thrown = failure;
        failure = null;
        if (thrown !== null) throw thrown;
        return { done: true, value: undefined };
      }
      const value = take();
      if (value !== null) return { done: false, value };
      // Taking nothing may have been the end of it.
      if (hasEnded) continue;
      await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
    }
  }

  return {
    stream: {
      [Symbol.asyncIterator]() {
        return this;
      },
      next,
      async return() {
        end(null);
        return { done: true, value: undefined };
      },
    },
    wake: () => wake?.(),
    end,
    hasEnded: () => hasEnded,
  };
}
