/** Where the pieces of a request's work begin: in turn with all other work, and no more of them once nobody waits for what they give. */
import { Failure } from "../model/errors.ts";
import type { Pace } from "../model/pace.ts";

/** Null: the next piece may begin now; else settles when it may. Rejects with CANCELLED and DEADLINE_EXCEEDED. */
export type Begin = () => Promise<void> | null;

/** For one request, whose deadline is in epoch milliseconds. */
export function createBegin(pace: Pace, deadlineAt: number): Begin {
  let late: Failure | null = null;

  async function whenRested(): Promise<void> {
    await pace.rest();
    if (Date.now() >= deadlineAt) throw (late ??= new Failure("DEADLINE_EXCEEDED"));
  }

  return () => {
    const over = pace.over() ?? late;
    if (over !== null) return Promise.reject(over);
    return pace.isDue() ? whenRested() : null;
  };
}
