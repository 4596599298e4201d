/** Calls under way that several callers share: one upstream question, however many wait for its answer. */
import { Ending } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";

/** Shared calls by key. */
export interface Flights {
  /**
   * Waits for the call under this key, which is started when there is none. A caller that leaves, or whose deadline passes, stops
   * waiting (CANCELLED, SOURCE_TIMEOUT); the call itself is aborted when nobody waits any more.
   */
  join<T>(source: string, key: string, call: Call, start: (call: Call) => Promise<T>): Promise<T>;
  /** Starts a call that nobody waits for; does nothing when one is under way. */
  start(key: string, lifeMs: number, start: (call: Call) => Promise<unknown>): void;
  /** Aborts all. */
  close(): void;
}

interface Flight {
  readonly promise: Promise<unknown>;
  /** The deadline that its first upstream exchange had. */
  readonly firstDeadlineAt: number;
  /** What it runs under; its deadline is that of the most patient of those who wait. */
  readonly call: { readonly signal: Ending; deadlineAt: number };
  waiting: number;
}

// An exchange gives up 100 ms before its caller's deadline, so that our own answer still comes in time. Whoever waits gives up
// after it: so that the exchange can say that its source was too slow, and is not told that nobody wanted it.
const marginMs = 50;
const soonMs = 500;

/** No calls yet. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();

  function depart(key: string, deadlineAt: number, start: (call: Call) => Promise<unknown>): Flight {
    const call = { signal: new Ending(), deadlineAt };
    const promise = Promise.resolve().then(() => start(call));
    const flight: Flight = { promise, firstDeadlineAt: deadlineAt, call, waiting: 0 };
    flights.set(key, flight);
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    promise.then(land, land);
    return flight;
  }

  function leave(key: string, flight: Flight): void {
    flight.waiting -= 1;
    if (flight.waiting > 0) return;
    // Who comes now starts anew instead of joining a call that is being given up.
    if (flights.get(key) === flight) flights.delete(key);
    flight.call.signal.end();
  }

  function wait(source: string, key: string, flight: Flight, call: Call): Promise<unknown> {
    flight.waiting += 1;
    flight.call.deadlineAt = Math.max(flight.call.deadlineAt, call.deadlineAt);
    const allowedMs = Math.max(0, call.deadlineAt - marginMs - Date.now());
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        call.signal.removeEventListener("abort", cancel);
      };
      const giveUp = (failure: Failure) => {
        settle();
        leave(key, flight);
        reject(failure);
      };
      const cancel = () => giveUp(new Failure("CANCELLED", { source }));
      const timer = setTimeout(() => giveUp(tooLate(source, allowedMs)), allowedMs);
      call.signal.addEventListener("abort", cancel);
      flight.promise.then(
        (value) => {
          settle();
          resolve(value);
        },
        (thrown: unknown) => {
          settle();
          reject(thrown);
        },
      );
    });
  }

  return {
    async join<T>(source: string, key: string, call: Call, start: (call: Call) => Promise<T>): Promise<T> {
      for (;;) {
        if (call.signal.aborted) throw new Failure("CANCELLED", { source });
        const flight = flights.get(key) ?? depart(key, call.deadlineAt, start);
        try {
          // A key belongs to one kind of answer.
          return (await wait(source, key, flight, call)) as T;
        } catch (thrown) {
          if (!isOthersDeadline(thrown, flight, call)) throw thrown;
        }
      }
    },

    start(key, lifeMs, start) {
      if (flights.has(key)) return;
      // It waits for itself, so that nobody who joins and leaves takes it along.
      depart(key, Date.now() + lifeMs, start).waiting += 1;
    },

    close() {
      for (const { call } of flights.values()) call.signal.end();
      flights.clear();
    },
  };
}

// The call had less time than this caller still has: its failure says nothing to them.
function isOthersDeadline(thrown: unknown, flight: Flight, call: Call): boolean {
  const now = Date.now();
  return (
    thrown instanceof Failure &&
    thrown.code === "SOURCE_TIMEOUT" &&
    flight.firstDeadlineAt < call.deadlineAt - soonMs &&
    now >= flight.firstDeadlineAt - soonMs &&
    now < call.deadlineAt
  );
}

function tooLate(source: string, allowedMs: number): Failure {
  const seconds = (allowedMs / 1_000).toFixed(1).replace(/\.0$/, "");
  return new Failure("SOURCE_TIMEOUT", {
    source,
    message: `${source} did not answer within ${seconds} s.`,
  });
}
