/** Load beyond what this process can do is refused at the door, before anything is read, so that what was let in stays fast. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Failure } from "../model/errors.ts";

export interface SheddingOptions {
  /** The most requests at a time. */
  readonly maxInFlight: number;
  /** So many are let in however late the event loop is: one long piece of work, such as a large PDF, is no overload. */
  readonly minInFlight: number;
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
// Work in small pieces keeps the loop punctual, however much of it waits: a loop that never rested for half a second is late too.
const busy = { samples: 5, share: 0.97 };

/** Watches the event loop of this process until closed. */
export function createShedding({ maxInFlight, minInFlight, maxDelayMs }: SheddingOptions): Shedding {
  let inFlight = 0;
  let limit = maxInFlight;
  let lastRefusalAt = Number.NEGATIVE_INFINITY;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let loads = [performance.eventLoopUtilization()];
  const timer = setInterval(() => {
    const load = performance.eventLoopUtilization();
    const isBusy =
      loads.length === busy.samples &&
      performance.eventLoopUtilization(load, loads[0]).utilization > busy.share;
    loads = [...loads, load].slice(-busy.samples);
    // The mean of nothing is NaN: then the loop did not come round even once.
    const delayMs = delays.count === 0 ? sampleEveryMs : delays.mean / 1e6 - resolutionMs;
    delays.reset();
    const isLate = isBusy || delayMs > maxDelayMs;
    limit = nextLimit(limit, inFlight, isLate, { maxInFlight, minInFlight });
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

/** How many to let in from now on: three tenths fewer than there are while the loop is late, a tenth more while it is not. */
export function nextLimit(
  limit: number,
  inFlight: number,
  isLate: boolean,
  { maxInFlight, minInFlight }: Pick<SheddingOptions, "maxInFlight" | "minInFlight">,
): number {
  return isLate
    ? Math.max(Math.min(minInFlight, maxInFlight), Math.floor(Math.min(limit, inFlight) * 0.7))
    : Math.min(maxInFlight, Math.ceil(limit * 1.1));
}
