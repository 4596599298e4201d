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
  /** How long one who comes now may wait before it is refused, in milliseconds: Infinity when there is no overload. */
  mostMs(): number;
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
// Of so many too many may wait in an overload,
const share = 1 / 6;
// each for so many times what was foretold: when the loop has halted meanwhile, whoever comes next is answered sooner.
const timesForetold = 2;
// What requests take is told by this time, not by so many of them: those that only begin while others' answers are to come seem to take nothing.
const learnsMs = 100;

/**
 * The limit. It counts up the time in which too many wait, and down the time in which they do not: when the count is at `burstMs` there
 * is an overload. From then on a sixth of too many may wait, and time counts up when anybody waits or is refused, until the count is at
 * nothing. What one more would wait is told by how long each took of late; who has waited longer by far when its turn comes is refused too.
 */
export function createQueueLimit({ maxWaitMs, minWaiting }: QueueRange): QueueLimit {
  let isOverloaded = false;
  let pressedMs = 0;
  let isPressed = false;
  let spentMs = 0;
  let begunInAll = 0;
  let lastAt = 0;

  function tooMany(): number {
    return Math.max(minWaiting, maxWaitMs / eachMs());
  }

  function eachMs(): number {
    return spentMs / begunInAll;
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
    admits: (waiting) => !isOverloaded || waiting < share * tooMany(),
    mostMs: () => (isOverloaded ? timesForetold * share * tooMany() * eachMs() : Number.POSITIVE_INFINITY),
    isOverloaded: () => isOverloaded,
    refused() {
      isPressed = true;
    },
    began(at) {
      isPressed = false;
      count(at);
    },
    turned(at, waiting, begun) {
      const ms = count(at);
      const kept = Math.max(0, 1 - ms / learnsMs);
      spentMs = spentMs * kept + ms;
      begunInAll = begunInAll * kept + Math.max(1, begun);
      isPressed = waiting >= (isOverloaded ? 1 : tooMany());
    },
  };
}
