/** The one clock of an exchange: what the source is given, what the caller has left, and whether the caller left. */
import { type EndSignal, Ending } from "../model/ending.ts";
import type { Call } from "../model/source.ts";

/** Why an exchange was broken off: the source's own limit, the caller's deadline, or the caller. */
export type Reason = "timeout" | "deadline" | "cancelled";

// For our own work after the last upstream answer: so that ours arrives before the caller's deadline.
const marginMs = 100;
const longestTimerMs = 2 ** 31 - 1;

/** Milliseconds that upstreams may still use of a call. */
export function leftMs(call: Call): number {
  return call.deadlineAt - marginMs - Date.now();
}

/** A clock that runs until it is stopped. */
export class Deadline {
  /** What the wait at hand was given, in milliseconds. */
  allowedMs = 0;
  /** Why it came, or null. */
  reason: Reason | null = null;
  private readonly call: Call;
  private readonly ending = new Ending();
  private readonly cancel = () => this.come("cancelled");
  private timer: NodeJS.Timeout | undefined;

  /** Starts it: so many milliseconds, within what the caller has left; Infinity for all of that. */
  constructor(call: Call, ms: number) {
    this.call = call;
    if (call.signal.aborted) this.cancel();
    else call.signal.addEventListener("abort", this.cancel);
    this.allow(ms);
  }

  /** Aborted when the time is over, or the caller left. */
  get signal(): EndSignal {
    return this.ending;
  }

  /** Gives so much from now on in place of what was left, again within what the caller has. */
  allow(ms: number): void {
    const left = leftMs(this.call);
    this.allowedMs = Math.max(0, Math.min(ms, left, longestTimerMs));
    clearTimeout(this.timer);
    this.timer = setTimeout(ring, this.allowedMs, this, left < ms ? "deadline" : "timeout");
  }

  /** Ends what waits for it, for this reason. Only the first one counts. */
  come(reason: Reason): void {
    this.reason ??= reason;
    this.ending.end();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.call.signal.removeEventListener("abort", this.cancel);
  }
}

function ring(deadline: Deadline, reason: Reason): void {
  deadline.come(reason);
}
