/** Long loops that let others take their turn: no piece of work holds the event loop for more than a few milliseconds. */

/** Asked inside a loop: `if (pace.isDue()) await pace.rest();`. */
export interface Pace {
  /** Has this piece of work held the event loop for long enough? Costs one look at the clock. */
  isDue(): boolean;
  /** Lets everything else that waits have its turn. */
  rest(): Promise<void>;
}

/** A pace for one piece of work. `sliceMs`: how long it may run in one go. */
export function createPace(sliceMs = 8): Pace {
  let since = performance.now();
  return {
    isDue: () => performance.now() - since > sliceMs,
    async rest() {
      await new Promise<void>((resolve) => setImmediate(resolve));
      since = performance.now();
    },
  };
}

const atOnce = 64;

/**
 * Does `work` for 0 up to, not including, `count`, some at a time, and rests between them when the pace says so. A promise only
 * where it has rested: most lists are short, and nobody has to wait for what is done.
 */
export function inTurns(
  count: number,
  pace: Pace,
  work: (from: number, to: number) => void,
): Promise<void> | undefined {
  for (let from = 0; from < count; from += atOnce) {
    if (from > 0 && pace.isDue()) return goOnRested(from, count, pace, work);
    work(from, Math.min(from + atOnce, count));
  }
  return undefined;
}

async function goOnRested(
  start: number,
  count: number,
  pace: Pace,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = start; from < count; from += atOnce) {
    if (from === start || pace.isDue()) await pace.rest();
    work(from, Math.min(from + atOnce, count));
  }
}
