/** Load beyond what this process can do is refused at the door, before anything is read, so that what was let in stays fast. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Failure } from "../model/errors.ts";

export interface SheddingOptions {
  /** The most requests at a time. */
  readonly maxInFlight: number;
  /** When the event loop comes round later than that, in milliseconds, fewer are let in. */
  readonly maxDelayMs: number;
}

export interface Shedding {
  /** Lets a request in; to be told when it has ended. Throws OVERLOADED. */
  enter(): () => void;
  /** Is anybody being refused? */
  isOverloaded(): boolean;
  readonly inFlight: () => number;
  close(): void;
}

const resolutionMs = 10;
const sampleEveryMs = 100;
const retryAfterMs = 1_000;
// One long piece of work, such as a large PDF, is no overload: so many may always be under way.
const leastLimit = 16;

/** Watches the event loop of this process until closed. */
export function createShedding({ maxInFlight, maxDelayMs }: SheddingOptions): Shedding {
  let inFlight = 0;
  let limit = maxInFlight;
  let lastRefusalAt = Number.NEGATIVE_INFINITY;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  const timer = setInterval(() => {
    // The mean of nothing is NaN: then the loop did not come round even once.
    const delayMs = delays.count === 0 ? sampleEveryMs : delays.mean / 1e6 - resolutionMs;
    delays.reset();
    limit = nextLimit(limit, inFlight, delayMs > maxDelayMs, maxInFlight);
  }, sampleEveryMs).unref();

  return {
    enter() {
      if (inFlight >= limit) {
        lastRefusalAt = performance.now();
        throw new Failure("OVERLOADED", { retryAt: new Date(Date.now() + retryAfterMs).toISOString() });
      }
      inFlight += 1;
      let hasLeft = false;
      return () => {
        if (!hasLeft) inFlight -= 1;
        hasLeft = true;
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

/** How many to let in from now on: a fifth fewer than there are while the loop is late, a tenth more while it is not. */
export function nextLimit(limit: number, inFlight: number, isLate: boolean, maxInFlight: number): number {
  const least = Math.min(leastLimit, maxInFlight);
  return isLate
    ? Math.max(least, Math.floor(Math.min(limit, inFlight) * 0.8))
    : Math.min(maxInFlight, Math.ceil(limit * 1.1));
}
