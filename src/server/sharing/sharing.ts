/** Equal questions of one viewer share one execution, and its answer for as long as what it was made of counts as fresh. */
import { LRUCache } from "lru-cache";
import type { Directory } from "../../model/directory.ts";
import { Ending } from "../../model/ending.ts";
import { Failure } from "../../model/errors.ts";
import type { Call } from "../../model/source.ts";
import type { Viewer } from "../../model/viewer.ts";
import type { Answer } from "../lane/answer.ts";
import { createAuthorities } from "./authority.ts";
import { type Shown, weightOf } from "./kept-weight.ts";
import type { Subject } from "./subject.ts";

interface SharingOptions {
  /** The most that kept answers may take. */
  readonly maxBytes: number;
  /** Do the sources' answers say how long they are fresh? If not, only what is under way is shared. */
  readonly isKeeping: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Tells the audit trail what a viewer was shown once more. */
  readonly replay: (viewer: Viewer, shown: Shown) => void;
  readonly directory: Directory;
}

/** One request for an answer. */
interface Wish {
  readonly subject: Subject;
  readonly viewer: Viewer;
  readonly call: Call;
}

/** Answers under way or kept, by viewer and question. */
export interface SharedAnswers {
  /**
   * The answer, at once when it is kept; each request gets its own audit events of it. `make` runs under a call that ends when nobody
   * waits any more; rejects with CANCELLED when the request ends first.
   */
  share(wish: Wish, make: (call: Call) => Promise<Answer>): Answer | Promise<Answer>;
}

interface Made {
  readonly answer: Answer;
  readonly shown: readonly Shown[];
  /** Epoch milliseconds; Infinity when no source was asked, 0 when it may not be kept. */
  readonly freshUntil: number;
}

interface Flight {
  readonly promise: Promise<Made>;
  readonly ending: Ending;
  readonly deadlineAt: number;
  waiting: number;
}

// A flight's last moments: what fails then may have failed for want of time.
const soonMs = 500;
// Without a source's word, an answer is made of the directory alone, which says when it has changed; all the same, not for ever.
const longestMs = 3_600_000;

/** Nothing is kept or under way. Null when there is no memory for it. */
export function createSharedAnswers({
  maxBytes,
  isKeeping,
  now,
  replay,
  directory,
}: SharingOptions): SharedAnswers | null {
  if (maxBytes === 0) return null;
  const kept = new LRUCache<string, Made & { readonly from: number; readonly until: number }>({
    maxSize: maxBytes,
    sizeCalculation: weightOf,
  });
  const flights = new Map<string, Flight>();
  const authorityOf = createAuthorities(now);

  function depart(key: string, wish: Wish, make: (call: Call) => Promise<Answer>): Flight {
    const ending = new Ending();
    const shown: Shown[] = [];
    let freshUntil = Infinity;
    const { deadlineAt, trace } = wish.call;
    const call: Call = {
      deadlineAt,
      trace,
      signal: ending,
      onShown: (event, invoiceIds) => void shown.push({ event, invoiceIds }),
      onFreshUntil: (until) => (freshUntil = Math.min(freshUntil, until)),
    };
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const promise = make(call).then(
      (answer): Made => {
        land();
        const isWhole = answer.codes.length === 0;
        const made = { answer, shown, freshUntil: isWhole ? freshUntil : 0 };
        const from = now();
        const until = Math.min(made.freshUntil, from + longestMs);
        if (isKeeping && until > from) kept.set(key, { ...made, from, until });
        return made;
      },
      (thrown: unknown) => {
        land();
        throw thrown;
      },
    );
    // Who waits is told; one whom nobody waits for any more must not end the process.
    promise.catch(() => {});
    const flight: Flight = { promise, ending, deadlineAt, waiting: 0 };
    flights.set(key, flight);
    return flight;
  }

  function leave(key: string, flight: Flight): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    // Who comes now starts anew instead of joining what is being given up.
    if (flights.get(key) === flight) flights.delete(key);
    flight.ending.end();
  }

  function wait(key: string, flight: Flight, { signal }: Call): Promise<Made> {
    if (signal.aborted) return Promise.reject(new Failure("CANCELLED"));
    flight.waiting += 1;
    return new Promise((resolve, reject) => {
      const cancel = () => {
        leave(key, flight);
        reject(new Failure("CANCELLED"));
      };
      signal.addEventListener("abort", cancel);
      const settle = () => signal.removeEventListener("abort", cancel);
      flight.promise.then(
        (made) => {
          settle();
          resolve(made);
        },
        (thrown: unknown) => {
          settle();
          reject(thrown);
        },
      );
    });
  }

  /** What was made for somebody else. */
  function given({ answer, shown }: Made, { viewer }: Wish): Answer {
    for (const event of shown) replay(viewer, event);
    return answer;
  }

  async function joinOrMake(key: string, wish: Wish, make: (call: Call) => Promise<Answer>): Promise<Answer> {
    const under = flights.get(key);
    // Who has less time than what is under way would be answered too late.
    if (under !== undefined && wish.call.deadlineAt >= under.deadlineAt) {
      const made = await wait(key, under, wish.call);
      if (!isOthersHaste(made, under, wish.call)) return given(made, wish);
    }
    if (wish.call.signal.aborted) throw new Failure("CANCELLED");
    const flight = depart(key, wish, make);
    return (await wait(key, flight, wish.call)).answer;
  }

  return {
    share(wish, make) {
      const version = directory.version?.() ?? null;
      // Who was just taken something away must not be given what was begun before, when nobody can tell.
      if (version === null) return make(wish.call);
      const key = wish.subject.keyFor(authorityOf(wish.viewer, version));
      const known = kept.get(key);
      if (known !== undefined) {
        const at = now();
        // Before it was made: the clock was set back, and nobody knows its age.
        if (at >= known.from && at < known.until) return given(known, wish);
        kept.delete(key);
      }
      return joinOrMake(key, wish, make);
    },
  };
}

// Something is missing from it because its time was up, and this request has more.
function isOthersHaste({ answer, freshUntil }: Made, flight: Flight, { deadlineAt }: Call): boolean {
  if (freshUntil > 0 || deadlineAt <= flight.deadlineAt) return false;
  if (answer.codes.includes("DEADLINE_EXCEEDED")) return true;
  return deadlineAt > flight.deadlineAt + soonMs && Date.now() >= flight.deadlineAt - soonMs;
}
