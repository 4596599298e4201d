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
