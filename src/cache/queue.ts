/** Work that can wait, done a few pieces at a time. */

export interface Queue {
  /** Resolves when it was done or has failed, which is nobody's concern; at once when too much waits already: then it is left. */
  add(work: () => Promise<void>): Promise<void>;
}

/** An empty queue. */
export function createQueue(atOnce: number, maxWaiting: number): Queue {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async add(work) {
      if (waiting.length >= maxWaiting) return;
      if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        await work();
      } catch {
        // It stays undone.
      } finally {
        // Its place goes to the next one, or is free.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
