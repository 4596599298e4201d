/** How many requests at a time an event loop can bear: found by watching how busy it is, how late, and how much it gets done. */

/** Between what the limit moves. */
export interface LoadRange {
  readonly maxInFlight: number;
  readonly minInFlight: number;
  /** The event loop is late when it comes round later than that, in milliseconds. */
  readonly maxDelayMs: number;
}

/** What was seen since the look before. */
export interface Look {
  /** Milliseconds since the look before: more than usual when the loop was late. */
  readonly elapsedMs: number;
  /** How much of the time the loop was at work, 0 to 1. */
  readonly busy: number;
  /** How late it came round, in milliseconds. */
  readonly delayMs: number;
  readonly inFlight: number;
  /** Requests that ended, and how long they took altogether, in milliseconds. */
  readonly ended: number;
  readonly endedMs: number;
}

/** A limit that is looked after at regular times. */
export interface LoadLimit {
  now(): number;
  look(seen: Look): void;
}

/** How often to look. */
export const lookEveryMs = 50;

const looks = 4;
// Work in small pieces keeps the loop punctual, however much of it waits: one that never rested for so many looks has too much.
const tooBusy = 0.97;
const calm = 0.9;
const learns = 0.2;
const longer = 1.5;
const down = 0.7;
const up = 1.05;

/**
 * The limit. Too much is brought down by Little's law in one step: to what ends in the time that requests take while all is well, and
 * half of that again, less the work by which the loop is late. Then it rises by a twentieth at each look, to where it is too much again.
 */
export function createLoadLimit({ maxInFlight, minInFlight, maxDelayMs }: LoadRange): LoadLimit {
  const least = Math.min(minInFlight, maxInFlight);
  let limit = maxInFlight;
  let usualMs: number | null = null;
  let last: Look[] = [];

  function bearable({ inFlight, delayMs }: Look): number {
    const perMs = sumOf(last, "ended") / Math.max(1, sumOf(last, "elapsedMs"));
    const goal = usualMs === null ? limit * down : perMs * usualMs * longer;
    const lateMs = Math.max(0, delayMs - maxDelayMs / 2);
    return Math.min(limit, inFlight, goal, inFlight - perMs * lateMs);
  }

  return {
    now: () => limit,
    look(seen) {
      last = [...last, seen].slice(-looks);
      if (sumOf(last, "busy") / looks > tooBusy || seen.delayMs > maxDelayMs) {
        limit = Math.max(least, Math.floor(bearable(seen)));
        return;
      }
      limit = Math.min(maxInFlight, Math.ceil(limit * up));
      if (seen.busy > calm || seen.ended === 0) return;
      const tookMs = seen.endedMs / seen.ended;
      usualMs = usualMs === null ? tookMs : usualMs + learns * (tookMs - usualMs);
    },
  };
}

function sumOf(last: readonly Look[], what: keyof Look): number {
  return last.reduce((sum, seen) => sum + seen[what], 0);
}
