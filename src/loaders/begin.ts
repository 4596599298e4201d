/** Where the pieces of a request's work begin: in turn with all other work, and no more of them once nobody waits for what they give. */
import type { Pace } from "../model/pace.ts";

/** Null: the next piece may begin now; else settles when it may. Rejects with CANCELLED and DEADLINE_EXCEEDED. */
export type Begin = () => Promise<void> | null;

/** For one request. */
export function createBegin(pace: Pace): Begin {
  return () => {
    const over = pace.over();
    if (over !== null) return Promise.reject(over);
    return pace.isDue() ? pace.rest() : null;
  };
}
