/** A call's signal with its deadline in it: aborted with a named failure by whichever comes first. */
import { Ending } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";

/** A call whose signal also knows the time. */
export interface TimedCall extends Call {
  stop(): void;
}

/** The call, cut short to `share` (0 to 1) of the time that is left, so that something remains for what follows. */
export function timed(call: Call, share = 1): TimedCall {
  // Deadlines are times of the machine's clock, whatever day the service is told that it is.
  const now = Date.now();
  const ending = new Ending();
  const leftMs = Math.max(0, (call.deadlineAt - now) * share);
  const cancel = () => ending.end(new Failure("CANCELLED"));
  // setTimeout takes 32 bits; a longer deadline is none.
  const timer = setTimeout(() => ending.end(new Failure("DEADLINE_EXCEEDED")), Math.min(leftMs, 2 ** 31 - 1));
  if (call.signal.aborted) cancel();
  else call.signal.addEventListener("abort", cancel);
  return {
    signal: ending,
    deadlineAt: now + leftMs,
    trace: call.trace,
    explain: call.explain,
    stop() {
      clearTimeout(timer);
      call.signal.removeEventListener("abort", cancel);
    },
  };
}
