/** The bulkhead: so many exchanges with a source at a time, the others wait in line, and nobody waits longer than it wants to. */
import type { EndSignal } from "../model/ending.ts";

/** Places for exchanges with one source, and the line of those that wait for one. */
export interface Bulkhead {
  /** Takes a place; false when there is none now. Each place taken is given back by one `leave`. */
  enter(): boolean;
  /** Takes the next place that is given back, in order of arrival. Rejects with null when the line is full or the signal ends the wait. */
  wait(signal: EndSignal): Promise<void>;
  leave(): void;
  readonly underWay: () => number;
  readonly waiting: () => number;
}

/** A bulkhead with so many places and so long a line. */
export function createBulkhead(places: number, maxWaiting: number): Bulkhead {
  let underWay = 0;
  // A Set keeps the order of arrival, and lets anybody leave the line at once.
  const line = new Set<() => void>();

  function enter(): boolean {
    if (underWay >= places) return false;
    underWay += 1;
    return true;
  }

  return {
    underWay: () => underWay,
    waiting: () => line.size,
    enter,
    wait(signal) {
      if (signal.aborted) return Promise.reject(null);
      if (line.size >= maxWaiting) return Promise.reject(null);
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          line.delete(admit);
          reject(null);
        };
        const admit = () => {
          line.delete(admit);
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        line.add(admit);
        signal.addEventListener("abort", giveUp);
      });
    },
    leave() {
      // A place goes from hand to hand, so that nobody comes in before who waits.
      const [next] = line;
      if (next === undefined) underWay -= 1;
      else next();
    },
  };
}
