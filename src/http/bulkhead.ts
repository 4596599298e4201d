/** The bulkhead: so many exchanges with a source at a time, the others wait in line, and nobody waits longer than it wants to. */

export interface Bulkhead {
  /** Takes a place, in order of arrival; its release, to be called once. Rejects with null when the line is full or the signal ends the wait. */
  enter(signal: AbortSignal): Promise<() => void>;
  readonly underWay: () => number;
  readonly waiting: () => number;
}

/** A bulkhead with so many places and so long a line. */
export function createBulkhead(places: number, maxWaiting: number): Bulkhead {
  let underWay = 0;
  // A Set keeps the order of arrival, and lets anybody leave the line at once.
  const line = new Set<() => void>();

  function release(): void {
    const [next] = line;
    if (next === undefined) underWay -= 1;
    else next();
  }

  return {
    underWay: () => underWay,
    waiting: () => line.size,
    enter(signal) {
      if (signal.aborted) return Promise.reject(null);
      if (underWay < places) {
        underWay += 1;
        return Promise.resolve(release);
      }
      if (line.size >= maxWaiting) return Promise.reject(null);
      return new Promise((resolve, reject) => {
        const leave = () => {
          line.delete(admit);
          reject(null);
        };
        const admit = () => {
          line.delete(admit);
          signal.removeEventListener("abort", leave);
          resolve(release);
        };
        line.add(admit);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
