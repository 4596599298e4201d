/** Ends the reading of anything that arrives as soon as its signal says so, also when what is read does not listen. */
import type { EndSignal } from "../model/ending.ts";

/** The items of `body`; throws the signal's reason when it is aborted. */
export async function* abortable<T>(body: AsyncIterable<T>, signal: EndSignal): AsyncGenerator<T> {
  const items = body[Symbol.asyncIterator]();
  // One listener for the whole body: Promise.race against a long-lived promise would keep every chunk in memory.
  let giveUp: ((reason: unknown) => void) | null = null;
  const abort = () => giveUp?.(signal.reason);
  signal.addEventListener("abort", abort);
  let isDone = false;
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject;
        if (signal.aborted) reject(signal.reason);
        else items.next().then(resolve, reject);
      });
      if (step.done) {
        isDone = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // Not awaited: a body that hangs would never answer.
    if (!isDone) items.return?.().catch(() => {});
  }
}

/** Runs the tasks, so many at a time, in their order. A task that throws ends the whole. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
