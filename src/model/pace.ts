/** Turns of the event loop: work of any length, in one piece or in thousands, lets others have theirs, and ends when nobody waits for it. */
import type { EndSignal } from "./ending.ts";
import { Failure } from "./errors.ts";

/** Asked before each piece of work, or some of them: `if (pace.isDue()) await pace.rest();`. */
export interface Pace {
  /** Has this turn of the event loop lasted for long enough, whoever worked in it? Costs one look at the clock. */
  isDue(): boolean;
  /**
   * Lets everything else that waits have its turn, and then what rests at this pace already. Rejects with CANCELLED or DEADLINE_EXCEEDED
   * when nobody waits for the work any more.
   */
  rest(): Promise<void>;
  /** Does any work at this pace rest now? */
  isResting(): boolean;
  /**
   * Why nobody waits for the work any more, the same from then on; null while somebody does. That its deadline has passed is found at a
   * rest: what is short enough to need none is done, however late it began.
   */
  over(): Failure | null;
}

// What a turn may last, less the piece that is under way.
const sliceMs = 5;

let turnAt = Number.NEGATIVE_INFINITY;
/** Has the loop been in one turn since then? */
let isSameTurn = false;
/** What rests, in the order in which it goes on. */
const resting = new Set<Line>();
/** Is there a turn to come for them? */
let isTurning = false;

/**
 * A pace for one piece of work, or for all that one request does: paces that rest go on in turn, one piece of each. The work is over with
 * `signal`, for the Failure that it gives as its reason, and at `endsAt` (epoch milliseconds) for its deadline; never unless told.
 */
export function createPace(signal: EndSignal | null = null, endsAt = Number.POSITIVE_INFINITY): Pace {
  const line = new Line();
  let failure: Failure | null = null;

  function over(): Failure | null {
    if (failure === null && signal?.aborted === true)
      failure = signal.reason instanceof Failure ? signal.reason : new Failure("CANCELLED");
    return failure;
  }

  function overByNow(): Failure | null {
    if (over() === null && Date.now() >= endsAt) failure = new Failure("DEADLINE_EXCEEDED");
    return failure;
  }

  return {
    isDue: isTurnOver,
    rest: () =>
      new Promise((resolve, reject) => {
        line.add(() => {
          const why = overByNow();
          if (why === null) resolve();
          else reject(why);
        });
        resting.add(line);
        if (!isTurning) setImmediate(beginTurn);
        isTurning = true;
      }),
    isResting: () => !line.isEmpty(),
    over,
  };
}

// A mark is made once the last one is too old to tell: to mark every turn would cost an immediate for each.
function isTurnOver(): boolean {
  const at = performance.now();
  if (at - turnAt < sliceMs) return false;
  if (isSameTurn) return true;
  turnAt = at;
  isSameTurn = true;
  setImmediate(endTurn);
  return false;
}

function endTurn(): void {
  isSameTurn = false;
}

function beginTurn(): void {
  turnAt = performance.now();
  isSameTurn = true;
  goOn();
}

function goOn(): void {
  const [line] = resting;
  if (line === undefined || isTurnOver()) {
    // What arrives before the next turn has a time of its own, so that nothing new waits for what is long.
    endTurn();
    isTurning = line !== undefined;
    if (isTurning) setImmediate(beginTurn);
    return;
  }
  resting.delete(line);
  const go = line.next();
  if (!line.isEmpty()) resting.add(line);
  go();
  // After all that it does until it waits for something: a tick comes when there are no microtasks left.
  queueMicrotask(() => process.nextTick(goOn));
}

/** Pieces of work in their order. It holds none that has gone, however long it is never empty. */
class Line {
  private coming: (() => void)[] = [];
  /** The last one is the next. */
  private going: (() => void)[] = [];

  add(go: () => void): void {
    this.coming.push(go);
  }

  isEmpty(): boolean {
    return this.going.length === 0 && this.coming.length === 0;
  }

  next(): () => void {
    if (this.going.length === 0) {
      this.going = this.coming.toReversed();
      this.coming = [];
    }
    return this.going.pop() as () => void;
  }
}

const atOnce = 64;

/**
 * Does `work` for 0 up to, not including, `count`, some at a time, and rests between them when the pace says so. A promise only
 * where it has rested: most lists are short, and nobody has to wait for what is done. Rejects as the pace's rests do.
 */
export function inTurns(
  count: number,
  pace: Pace,
  work: (from: number, to: number) => void,
): Promise<void> | undefined {
  for (let from = 0; from < count; from += atOnce) {
    if (from > 0 && pace.isDue()) return goOnRested(from, count, pace, work);
    work(from, Math.min(from + atOnce, count));
  }
  return undefined;
}

async function goOnRested(
  start: number,
  count: number,
  pace: Pace,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = start; from < count; from += atOnce) {
    if (from === start || pace.isDue()) await pace.rest();
    work(from, Math.min(from + atOnce, count));
  }
}
