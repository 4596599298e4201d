/** How soon after one another requests may begin when there are too many: as they end, however long their sources take to answer. */

/** A pace that is told when requests begin and end. Times are milliseconds of one clock. */
export interface RequestPace {
  /** How the loop has fared until now: `restedMs` is how long it had nothing to do, since its start. */
  saw(at: number, restedMs: number): void;
  began(at: number): void;
  ended(): void;
  /** Has the loop hardly rested of late? */
  isBusy(): boolean;
  /** How long the next one has to wait yet, at most: 0, or a millisecond or more. */
  waitMs(at: number): number;
}

const windowMs = 100;
// What was done in longer ones was not done for requests, or not for many.
const mostOfWindowMs = 3 * windowMs;
const keeps = 0.8;
// A loop that rests less than that has all the work that it can do.
const leastRest = 0.05;
// A little faster than they end: what is too fast makes turns of the loop longer, and what is too slow would show nowhere.
const ahead = 0.9;
const slackMs = 10;
// A timer takes that long at least, which would be lost each time.
const leastWaitMs = 1;

/** The pace. A request that asks slow sources costs little at its beginning: were it left at that, far too many would begin before the first ends. */
export function createRequestPace(): RequestPace {
  let underWay = 0;
  let worked = 0;
  let ended = 0;
  let costMs = 0;
  let windowAt = 0;
  let windowRestedMs = 0;
  let endedOfWindow = 0;
  let nextAt = 0;
  let isBusy = false;

  return {
    saw(at, restedMs) {
      const ms = at - windowAt;
      if (ms < windowMs) return;
      isBusy = restedMs - windowRestedMs < leastRest * ms;
      if (ms < mostOfWindowMs) {
        worked = worked * keeps + Math.max(0, ms - (restedMs - windowRestedMs));
        ended = ended * keeps + endedOfWindow;
        // Whatever else takes the loop's time, one begins in each window.
        if (ended > 0) costMs = Math.min(windowMs, worked / ended);
      }
      windowAt = at;
      windowRestedMs = restedMs;
      endedOfWindow = 0;
    },
    began(at) {
      underWay += 1;
      nextAt = Math.min(at + leastWaitMs, Math.max(nextAt, at - slackMs)) + ahead * costMs;
    },
    ended() {
      underWay -= 1;
      endedOfWindow += 1;
    },
    isBusy: () => isBusy,
    waitMs: (at) => (underWay === 0 || nextAt - at < leastWaitMs ? 0 : nextAt - at),
  };
}
