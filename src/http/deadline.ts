/** The one clock of an exchange: what the source is given, what the caller has left, and whether the caller left. */
import type { Call } from "../model/source.ts";

/** Why an exchange was broken off: the source's own limit, the caller's deadline, or the caller. */
export type Reason = "timeout" | "deadline" | "cancelled";

export interface Deadline {
  readonly signal: AbortSignal;
  /** What the wait at hand was given, in milliseconds. */
  allowedMs(): number;
  /** Why the signal was aborted, or null. */
  reason(): Reason | null;
  /** Gives the source so much from now on, within what the caller has left; Infinity for all of that. */
  allow(ms: number): void;
  stop(): void;
}

// For our own work after the last upstream answer: so that ours arrives before the caller's deadline.
const marginMs = 100;
const longestTimerMs = 2 ** 31 - 1;

/** Milliseconds that upstreams may still use of a call. */
export function leftMs(call: Call): number {
  return call.deadlineAt - marginMs - Date.now();
}

/** Starts the clock. */
export function startDeadline(call: Call, ms: number): Deadline {
  const controller = new AbortController();
  let reason: Reason | null = null;
  let allowedMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const abort = (why: Reason) => {
    reason ??= why;
    controller.abort();
  };
  const cancel = () => abort("cancelled");
  const allow = (wantedMs: number) => {
    const left = leftMs(call);
    allowedMs = Math.max(0, Math.min(wantedMs, left, longestTimerMs));
    clearTimeout(timer);
    timer = setTimeout(abort, allowedMs, left < wantedMs ? "deadline" : "timeout");
  };
  allow(ms);
  if (call.signal.aborted) cancel();
  else call.signal.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    allowedMs: () => allowedMs,
    reason: () => reason,
    allow,
    stop() {
      clearTimeout(timer);
      call.signal.removeEventListener("abort", cancel);
    },
  };
}
