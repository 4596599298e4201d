/** Where the pieces of a request's work begin: in turn with all other work, and no more of them once nobody waits for what they give. */
import { Failure } from "../model/errors.ts";
import type { Pace } from "../model/pace.ts";
import type { Call } from "../model/source.ts";

/** Null: the next piece may begin now; else settles when it may. Rejects with CANCELLED and DEADLINE_EXCEEDED. */
export type Begin = () => Promise<void> | null;

/** For one request. */
export function createBegin(pace: Pace, { signal, deadlineAt }: Call): Begin {
  async function whenRested(): Promise<void> {
    await pace.rest();
    if (signal.aborted) throw new Failure("CANCELLED");
    if (Date.now() >= deadlineAt) throw new Failure("DEADLINE_EXCEEDED");
  }

  return () => (pace.isDue() ? whenRested() : null);
}
