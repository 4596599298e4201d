/** How many requests may wait for their turn: as many as come in a burst, and few once there have been too many for a while. */

/** From when on too many wait. */
export interface QueueRange {
  /** Who waits longer than this, in milliseconds, has too many before him. */
  readonly maxWaitMs: number;
  /** Fewer than so many are never too many, however long each takes. */
  readonly minWaiting: number;
}

/** A limit that is told when requests begin. Times are milliseconds of one clock. */
export interface QueueLimit {
  /** May one more wait behind so many? */
  admits(waiting: number): boolean;
  isOverloaded(): boolean;
  /** One was refused. */
  refused(): void;
  /** Nobody was waiting, and one has come. */
  began(at: number): void;
  /** A turn of the loop is over in which so many began, and the next one begins; so many still wait. */
  turned(at: number, waiting: number, begun: number): void;
}

// A burst is no overload: too many must have waited for so long, nearly without a break.
const burstMs = 100;
// Nor is one long piece of work.
const mostOfTurnMs = burstMs / 4;
const learns = 0.1;

/**
 * The limit. It counts up the time in which too many wait, and down the time in which they do not: when the count is at `burstMs` there
 * is an overload. From then on a sixth of too many may wait, and time counts up when anybody waits or is refused, until the count is at
 * nothing. What one more would wait is told by how long each took of late.
 */
export function createQueueLimit({ maxWaitMs, minWaiting }: QueueRange): QueueLimit {
  let isOverloaded = false;
  let pressedMs = 0;
  let isPressed = false;
  let eachMs = 0;
  let lastAt = 0;

  function tooMany(): number {
    return Math.max(minWaiting, maxWaitMs / eachMs);
  }

  function count(at: number): number {
    const ms = at - lastAt;
    lastAt = at;
    pressedMs = isPressed
      ? Math.min(burstMs, pressedMs + Math.min(mostOfTurnMs, ms))
      : Math.max(0, pressedMs - ms);
    if (pressedMs === burstMs) isOverloaded = true;
    if (pressedMs === 0) isOverloaded = false;
    return ms;
  }

  return {
    admits: (waiting) => !isOverloaded || waiting < tooMany() / 6,
    isOverloaded: () => isOverloaded,
    refused() {
      isPressed = true;
    },
    began(at) {
      isPressed = false;
      count(at);
    },
    turned(at, waiting, begun) {
      eachMs += learns * (count(at) / Math.max(1, begun) - eachMs);
      isPressed = waiting >= (isOverloaded ? 1 : tooMany());
    },
  };
}
