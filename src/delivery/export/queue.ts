/** Who is next: so many tasks at a time, and nobody waits behind another's second while having none at work. */

/** Tasks that take turns. */
export interface Queue {
  /** Runs the task when its turn comes; it must not reject. Gives what leaves the queue again, while it waits. */
  add(owner: string, task: () => Promise<void>): () => void;
  /** Settles when nothing is at work or waiting. */
  idle(): Promise<void>;
}

interface Entry {
  readonly owner: string;
  readonly task: () => Promise<void>;
}

/** A queue of which so many tasks run at the same time. */
export function createQueue(atOnce: number): Queue {
  const waiting: Entry[] = [];
  const working = new Set<Entry>();
  const listeners: (() => void)[] = [];

  function next(): void {
    while (working.size < atOnce && waiting.length > 0) {
      const busy = new Set([...working].map(({ owner }) => owner));
      const fair = waiting.findIndex(({ owner }) => !busy.has(owner));
      const [entry] = waiting.splice(Math.max(0, fair), 1);
      if (entry === undefined) return;
      working.add(entry);
      void entry.task().finally(() => {
        working.delete(entry);
        next();
      });
    }
    if (working.size === 0) for (const listener of listeners.splice(0)) listener();
  }

  return {
    add(owner, task) {
      const entry = { owner, task };
      waiting.push(entry);
      next();
      return () => {
        const at = waiting.indexOf(entry);
        if (at !== -1) waiting.splice(at, 1);
      };
    },
    async idle() {
      if (working.size > 0) await new Promise<void>((resolve) => listeners.push(resolve));
    },
  };
}
