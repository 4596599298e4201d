/** The breaker: a source that keeps failing is left alone, but for a probe every few seconds, until one succeeds. */

/** What an exchange said about the source. UNKNOWN: nothing, for example because the caller left. */
export type Verdict = "GOOD" | "BAD" | "UNKNOWN";

/** When a breaker opens, and how it finds out that it may close. */
export interface BreakerNumbers {
  /** Exchanges count for so long. */
  readonly windowMs: number;
  /** It opens when at least so many failed … */
  readonly minFailures: number;
  /** … which are at least this share of all, or when so many failed in a row … */
  readonly minShare: number;
  readonly minStreak: number;
  /** … over at least so long: one wave of questions into one hiccup is not enough. */
  readonly minSpanMs: number;
  /** While it is open, one exchange in so many milliseconds is let through. */
  readonly probeEveryMs: number;
}

/** Those of every source, unless a test sets others. */
export const breakerNumbers: BreakerNumbers = {
  windowMs: 10_000,
  minFailures: 5,
  minShare: 0.5,
  minStreak: 10,
  minSpanMs: 1_000,
  probeEveryMs: 5_000,
};

/** Lets one exchange through; its verdict is due once. */
export type Settle = (verdict: Verdict) => void;

/** Decides whether a source is asked, by how its exchanges end. */
export interface Breaker {
  /** Null: refused, ask again at `suspendedUntil()`. */
  enter(): Settle | null;
  /** Epoch milliseconds of the next probe; null when it is closed. In the past when a probe is due. */
  suspendedUntil(): number | null;
  /** Since when it is open, since when exchanges fail without a pause as long as the window, since when all is well: epoch milliseconds. */
  since(): { readonly state: "OPEN" | "FAILING" | "GOOD"; readonly at: number };
  suspensions(): number;
}

const noStreak = { length: 0, since: Number.POSITIVE_INFINITY };

interface Bucket {
  readonly at: number;
  good: number;
  bad: number;
  /** The earliest start of one that failed. */
  failingSince: number;
}

/** A closed breaker. */
export function createBreaker(numbers: BreakerNumbers = breakerNumbers, now = Date.now): Breaker {
  const { windowMs, minFailures, minShare, minStreak, minSpanMs, probeEveryMs } = numbers;
  const bucketMs = windowMs / 10;
  let buckets: Bucket[] = [];
  // Failures since the last success: what went well before a source fell silent must not outvote them.
  let streak = noStreak;
  let openedAt: number | null = null;
  let probedAt = 0;
  let suspensions = 0;
  let goodSince = now();
  let failures: { readonly since: number; readonly last: number } | null = null;

  function bucketAt(at: number): Bucket {
    buckets = buckets.filter((bucket) => bucket.at > at - windowMs);
    const last = buckets.at(-1);
    if (last !== undefined && at - last.at < bucketMs) return last;
    const bucket = { at, good: 0, bad: 0, failingSince: Number.POSITIVE_INFINITY };
    buckets.push(bucket);
    return bucket;
  }

  function isTripped(at: number): boolean {
    const bad = buckets.reduce((sum, bucket) => sum + bucket.bad, 0);
    const all = buckets.reduce((sum, bucket) => sum + bucket.good + bucket.bad, 0);
    const failingSince = Math.min(...buckets.map((bucket) => bucket.failingSince));
    const isMost = bad >= minFailures && bad / all >= minShare && at - failingSince >= minSpanMs;
    return isMost || (streak.length >= minStreak && at - streak.since >= minSpanMs);
  }

  function noteFailure(at: number): void {
    const isSame = failures !== null && at - failures.last < windowMs;
    failures = { since: isSame && failures !== null ? failures.since : at, last: at };
  }

  function settleClosed(verdict: Verdict, startedAt: number): void {
    const at = now();
    const bucket = bucketAt(at);
    if (verdict === "GOOD") {
      bucket.good += 1;
      streak = noStreak;
    }
    if (verdict !== "BAD") return;
    noteFailure(at);
    streak = { length: streak.length + 1, since: Math.min(streak.since, startedAt) };
    bucket.bad += 1;
    bucket.failingSince = Math.min(bucket.failingSince, startedAt);
    if (!isTripped(at)) return;
    openedAt = at;
    probedAt = at;
    suspensions += 1;
    buckets = [];
  }

  function settleProbe(verdict: Verdict): void {
    if (verdict !== "GOOD" || openedAt === null) return;
    openedAt = null;
    failures = null;
    streak = noStreak;
    goodSince = now();
  }

  return {
    enter() {
      const startedAt = now();
      if (openedAt === null) {
        const era = suspensions;
        return once((verdict) => {
          // What began before a suspension says nothing about the time after it.
          if (era === suspensions && openedAt === null) settleClosed(verdict, startedAt);
        });
      }
      // A clock that was set back must not keep it open.
      if (startedAt >= probedAt && startedAt - probedAt < probeEveryMs) return null;
      probedAt = startedAt;
      return once(settleProbe);
    },
    suspendedUntil: () => (openedAt === null ? null : probedAt + probeEveryMs),
    since() {
      if (openedAt !== null) return { state: "OPEN", at: openedAt };
      if (failures === null) return { state: "GOOD", at: goodSince };
      const goodAt = failures.last + windowMs;
      return goodAt > now() ? { state: "FAILING", at: failures.since } : { state: "GOOD", at: goodAt };
    },
    suspensions: () => suspensions,
  };
}

function once(settle: Settle): Settle {
  let isSettled = false;
  return (verdict) => {
    if (!isSettled) settle(verdict);
    isSettled = true;
  };
}
