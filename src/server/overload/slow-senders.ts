/** Requests whose bodies are still on their way: whoever sends slowly takes only so many places, and the others are for everybody else. */
import { Failure } from "../../model/errors.ts";
import type { Viewer } from "../../model/viewer.ts";

/** Counts one in; what it gives counts it out. Throws OVERLOADED when there are too many of the viewer's customer. */
export type Waits = (viewer: Viewer) => () => void;

// Bodies come with their heads, or at once after them. They cost no budget before they are there, so that nothing else would bound them.
const share = 1 / 4;

/** Nobody waits yet; `maxInFlight` is how many may be open in all. */
export function createSlowSenders(maxInFlight: number): Waits {
  const most = Math.max(1, Math.floor(maxInFlight * share));
  const waiting = new Map<string, number>();

  return ({ id, customerId }) => {
    // All credentials of a customer together.
    const who = customerId === null ? `viewer ${id}` : `customer ${customerId}`;
    const count = waiting.get(who) ?? 0;
    if (count >= most) throw new Failure("OVERLOADED");
    waiting.set(who, count + 1);
    return () => {
      const left = (waiting.get(who) ?? 0) - 1;
      if (left > 0) waiting.set(who, left);
      else waiting.delete(who);
    };
  };
}
