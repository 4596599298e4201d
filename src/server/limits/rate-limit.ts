/** The budget of each viewer: a bucket of cost that refills with time. */
import { LRUCache } from "lru-cache";
import { Failure } from "../../model/errors.ts";

/** What is left of a viewer's budget. */
export interface Budget {
  /** The cost that may still be spent at once, never below 0. */
  readonly remaining: number;
  /** Whole seconds, at least 1, after which the same request would be let through; null when it was. */
  readonly retryAfterSeconds: number | null;
}

/** The port: in memory here, shared between processes behind the same question. */
export interface RateLimiter {
  /** Spends the cost, or nothing when it is refused. Everything costs at least 1. */
  take(viewerId: string, cost: number): Promise<Budget>;
  /** Whole seconds, at least 1, until anything at all can be spent; null when it can be now. Spends nothing. */
  wait(viewerId: string): Promise<number | null>;
}

interface Bucket {
  /** Below 0 after a request dearer than the burst: a debt that is waited for. */
  level: number;
  at: number;
}

// Some 20 MB. A forgotten bucket is a full one, and only credentials that were verified get one.
const maxViewers = 100_000;

/**
 * Buckets in this process's memory. A request dearer than the burst passes when the bucket is full and is paid off
 * afterwards: refusing it for ever would make it a second, hidden cost limit. `now` gives epoch milliseconds.
 */
export function createRateLimit(
  limit: { readonly perMinute: number; readonly burst: number },
  now: () => number,
): RateLimiter {
  const buckets = new LRUCache<string, Bucket>({ max: maxViewers });
  const perMs = limit.perMinute / 60_000;

  function bucketOf(viewerId: string): Bucket {
    const at = now();
    const bucket = buckets.get(viewerId) ?? { level: limit.burst, at };
    // A clock that was set back must not drain the bucket.
    bucket.level = Math.min(limit.burst, bucket.level + Math.max(0, at - bucket.at) * perMs);
    bucket.at = at;
    buckets.set(viewerId, bucket);
    return bucket;
  }

  function secondsUntil({ level }: Bucket, needed: number): number | null {
    return level < needed ? Math.max(1, Math.ceil((needed - level) / perMs / 1_000)) : null;
  }

  return {
    async take(viewerId, cost) {
      const price = Math.max(1, cost);
      const bucket = bucketOf(viewerId);
      const retryAfterSeconds = secondsUntil(bucket, Math.min(price, limit.burst));
      if (retryAfterSeconds === null) bucket.level -= price;
      return { remaining: toRemaining(bucket.level), retryAfterSeconds };
    },

    async wait(viewerId) {
      return secondsUntil(bucketOf(viewerId), 1);
    },
  };
}

/** The failure of a viewer who has to wait for so long. */
export function rateLimited(seconds: number): Failure {
  return new Failure("RATE_LIMITED", { retryAt: new Date(Date.now() + seconds * 1_000).toISOString() });
}

function toRemaining(level: number): number {
  return Math.max(0, Math.floor(level));
}
