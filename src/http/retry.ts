/** When to ask again: spread at random, never before the source wants it, and never so often that retries become the load. */
import { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";

/** Attempts for one call, the first included. */
export const maxAttempts = 3;

const delays = { leastMs: 100, mostMs: 2_000 };

/**
 * How long to wait before the next attempt, in milliseconds: anything from 100 to 2,000, all equally likely, after what the
 * source asked for (`waitMs`). Null when there is no time for that in `leftMs`.
 */
export function retryDelayMs(waitMs: number, leftMs: number, random: () => number): number | null {
  const least = Math.max(delays.leastMs, waitMs);
  // The next attempt needs some of the time itself.
  const most = Math.min(least - delays.leastMs + delays.mostMs, leftMs - delays.leastMs);
  return most < least ? null : least + random() * (most - least);
}

/** A budget of retries: each call pays in a share of one, each retry takes one out. */
export interface RetryBudget {
  payIn(): void;
  /** False when there is not enough: then nothing is taken. */
  takeOut(): boolean;
}

const share = 0.1;
const reserve = 10;

/** Starts with a reserve of 10, and never holds more: over any long time at most every tenth call is repeated. */
export function createRetryBudget(): RetryBudget {
  let balance = reserve;
  return {
    payIn() {
      balance = Math.min(reserve, balance + share);
    },
    takeOut() {
      if (balance < 1) return false;
      balance -= 1;
      return true;
    },
  };
}

/** Waits so many milliseconds and never less; rejects with CANCELLED as soon as the caller leaves. */
export function pause(ms: number, { signal }: Call, source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const until = performance.now() + ms;
    const leave = () => {
      clearTimeout(timer);
      reject(new Failure("CANCELLED", { source }));
    };
    // Timers count whole milliseconds and fire up to two early: what asks before the source wants it is refused.
    const wake = () => {
      const leftMs = until - performance.now();
      if (leftMs > 0) {
        timer = setTimeout(wake, leftMs);
        return;
      }
      signal.removeEventListener("abort", leave);
      resolve();
    };
    let timer = setTimeout(wake, ms);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave);
  });
}
