/**
 * The limit of load over a model of an event loop: one thing at a time in order of arrival, requests that work, wait for a source and work
 * again. In time of its own, so that no other work on this machine can change what is seen.
 */
import { describe, expect, it } from "vitest";
import { createLoadLimit, lookEveryMs } from "../../src/server/load-limit.ts";

interface Model {
  /** Work for one request, and what its source takes, in milliseconds. */
  readonly workMs: number;
  readonly waitMs: number;
}

interface Answered {
  readonly at: number;
  readonly took: number;
  readonly isShed: boolean;
}

const range = { maxInFlight: 1_000, minInFlight: 16, maxDelayMs: 50 };
const refusalMs = 0.04;
const [overloadAt, calmAt, endAt] = [5_000, 15_000, 21_000];

/** Four fifths of what can be done for 5 s, three times as much for 10 s, half of it for 6 s. */
function simulate({ workMs, waitMs }: Model): Answered[] {
  const limit = createLoadLimit(range);
  const random = generator();
  const events: [at: number, what: () => void][] = [];
  const answered: Answered[] = [];
  const waiting: [ms: number, done: () => void][] = [];
  let now = 0;
  let isAtWork = false;
  let workedMs = 0;
  let inFlight = 0;
  let ended = 0;
  let endedMs = 0;

  const at = (time: number, what: () => void) => {
    let place = events.length;
    while (place > 0 && (events[place - 1] as [number, unknown])[0] < time) place--;
    events.splice(place, 0, [time, what]);
  };
  function work(ms: number, done: () => void): void {
    waiting.push([ms, done]);
    if (!isAtWork) next();
  }
  function next(): void {
    const task = waiting.shift();
    isAtWork = task !== undefined;
    if (task === undefined) return;
    workedMs += task[0];
    at(now + task[0], () => {
      task[1]();
      next();
    });
  }
  const about = (ms: number) => ms * (0.5 + random());
  function arrive(): void {
    const due = now;
    work(refusalMs, () => {
      if (inFlight >= limit.now()) return void answered.push({ at: due, took: now - due, isShed: true });
      const entered = now;
      inFlight += 1;
      const leave = () => {
        inFlight -= 1;
        ended += 1;
        endedMs += now - entered;
        answered.push({ at: due, took: now - due, isShed: false });
      };
      work(about(0.3 * workMs), () => at(now + about(waitMs), () => work(about(0.7 * workMs), leave)));
    });
    const load = now < overloadAt ? 0.8 : now < calmAt ? 3 : 0.5;
    at(now - (Math.log(random()) * workMs) / load, arrive);
  }
  let seenAt = 0;
  function look(): void {
    const due = now;
    work(0, () => {
      const elapsedMs = now - seenAt;
      const busy = Math.min(1, workedMs / elapsedMs);
      limit.look({ elapsedMs, busy, delayMs: now - due, inFlight, ended, endedMs });
      [seenAt, workedMs, ended, endedMs] = [now, 0, 0, 0];
      at(Math.max(now, due + lookEveryMs), look);
    });
  }
  arrive();
  at(lookEveryMs, look);
  while (now < endAt) {
    const [time, what] = events.pop() as [number, () => void];
    now = time;
    what();
  }
  return answered;
}

function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return (state + 0.5) / 4_294_967_296;
  };
}

describe.each<Model>([
  { workMs: 1, waitMs: 2 },
  { workMs: 1, waitMs: 100 },
  { workMs: 1, waitMs: 500 },
  { workMs: 10, waitMs: 100 },
])("three times the load of requests of $workMs ms beside $waitMs ms of waiting", (model) => {
  const answered = simulate(model);
  const between = (from: number, to: number, isShed: boolean) =>
    answered.filter((each) => each.at >= from && each.at < to && each.isShed === isShed);
  const p = (some: readonly Answered[], percent: number) => {
    const sorted = some.map(({ took }) => took).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN;
  };
  const usual = between(1_000, overloadAt, false);

  it("is not shed before", () => {
    expect(between(0, overloadAt, true).length).toBeLessThan(0.01 * usual.length);
  });

  it("leaves what is let in its 99th percentile within twice the usual, from the second second on", () => {
    // Sixteen are let in at any time, and wait for each other and for refusals.
    const due = Math.max(2 * p(usual, 99), 2 * range.minInFlight * model.workMs);

    expect(p(between(overloadAt + 1_000, calmAt, false), 99)).toBeLessThanOrEqual(due);
  });

  it("is refused within 50 ms", () => {
    expect(p(between(overloadAt + 1_000, calmAt, true), 90)).toBeLessThanOrEqual(50);
    expect(p(between(overloadAt + 1_000, calmAt, true), 99)).toBeLessThanOrEqual(60);
  });

  it("costs at most a quarter of what could be done", () => {
    const done = between(overloadAt + 1_000, calmAt, false).length;

    expect((done * model.workMs) / (calmAt - overloadAt - 1_000)).toBeGreaterThan(0.75);
  });

  it("is over within a second of its end", () => {
    expect(between(calmAt + 1_000, endAt, true)).toEqual([]);
  });
});

it("never falls below what is let in in any case, and rises to the most again within 5 s", () => {
  const limit = createLoadLimit(range);
  const seen = { elapsedMs: lookEveryMs, busy: 1, delayMs: 200, inFlight: 300, ended: 1, endedMs: 100 };

  for (let n = 0; n < 50; n++) limit.look(seen);
  const low = limit.now();
  for (let n = 0; n < 5_000 / lookEveryMs; n++) limit.look({ ...seen, busy: 0.5, delayMs: 0 });

  expect(low).toBe(16);
  expect(limit.now()).toBe(1_000);
});
