/** Load beyond what this process can do is refused at the door, before anything is read, so that what was let in stays fast. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Failure } from "../model/errors.ts";
import { createLoadLimit, type LoadRange, lookEveryMs } from "./load-limit.ts";

export interface Shedding {
  /** Lets a request in; to be told when it has ended. Throws OVERLOADED. */
  enter(): () => void;
  /** Is anybody being refused? */
  isOverloaded(): boolean;
  readonly inFlight: () => number;
  close(): void;
}

/** Requests that came between two looks. */
interface Cohort {
  open: number;
  isOld: boolean;
}

const resolutionMs = 10;
const retryAfterMs = 1_000;
// What is open for longer waits for others, such as a subscription for news or a question for a source that hangs: that is no load.
const youngForLooks = 5_000 / lookEveryMs;

/** Watches the event loop of this process until closed. `minInFlight` are let in however late it is: one long piece of work is no overload. */
export function createShedding(range: LoadRange): Shedding {
  const limit = createLoadLimit(range);
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let load = performance.eventLoopUtilization();
  let lookedAt = performance.now();
  let current: Cohort = { open: 0, isOld: false };
  const young = [current];
  let inFlight = 0;
  let youngInFlight = 0;
  let ended = 0;
  let endedMs = 0;
  let lastRefusalAt = Number.NEGATIVE_INFINITY;
  let refusal = refusalFrom(Date.now());

  const timer = setInterval(() => {
    const before = load;
    load = performance.eventLoopUtilization();
    const at = performance.now();
    limit.look({
      elapsedMs: at - lookedAt,
      busy: performance.eventLoopUtilization(load, before).utilization,
      // The mean of nothing is NaN: then the loop did not come round even once.
      delayMs: delays.count === 0 ? lookEveryMs : delays.mean / 1e6 - resolutionMs,
      inFlight: youngInFlight,
      ended,
      endedMs,
    });
    delays.reset();
    refusal = refusalFrom(Date.now());
    lookedAt = at;
    ended = 0;
    endedMs = 0;
    current = { open: 0, isOld: false };
    if (young.push(current) <= youngForLooks) return;
    const old = young.shift() as Cohort;
    old.isOld = true;
    youngInFlight -= old.open;
  }, lookEveryMs).unref();

  return {
    enter() {
      if (inFlight >= range.maxInFlight || youngInFlight >= limit.now()) {
        lastRefusalAt = performance.now();
        throw refusal;
      }
      const cohort = current;
      const enteredAt = performance.now();
      let hasLeft = false;
      cohort.open += 1;
      inFlight += 1;
      youngInFlight += 1;
      return () => {
        if (hasLeft) return;
        hasLeft = true;
        cohort.open -= 1;
        inFlight -= 1;
        if (cohort.isOld) return;
        youngInFlight -= 1;
        ended += 1;
        endedMs += performance.now() - enteredAt;
      };
    },
    isOverloaded: () => performance.now() - lastRefusalAt < retryAfterMs,
    inFlight: () => inFlight,
    close() {
      clearInterval(timer);
      delays.disable();
    },
  };
}

// Made once for each look: the stack of an error of its own was an eighth of what a refusal cost.
function refusalFrom(now: number): Failure {
  return new Failure("OVERLOADED", { retryAt: new Date(now + retryAfterMs).toISOString() });
}
