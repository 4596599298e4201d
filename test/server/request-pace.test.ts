/** The pace at which requests begin in an overload. */
import { expect, it } from "vitest";
import { createRequestPace, type RequestPace } from "../../src/server/overload/request-pace.ts";

/** So many end in each tenth of a second of which the loop rested for so long; gives when it is over. */
function run(
  pace: RequestPace,
  from: number,
  tenths: number,
  ended: number,
  restedMs: number,
  before = 0,
): number {
  for (let n = 1; n <= tenths; n++) {
    for (let each = 0; each < ended; each++) {
      pace.began(from);
      pace.ended();
    }
    pace.saw(from + n * 100, before + n * restedMs);
  }
  return from + tenths * 100;
}

/** Begins so many at once that nothing is left of what may be made up for, and one when it may; gives what the next one waits. */
function waitAfter(pace: RequestPace, at: number): number {
  for (let n = 0; n < 20; n++) pace.began(at);
  const next = at + pace.waitMs(at);
  pace.began(next);
  return pace.waitMs(next);
}

it("is that at which requests end, however long the loop rests", () => {
  const pace = createRequestPace();

  const busyAt = run(pace, 1_000, 50, 20, 0);
  const busyMs = waitAfter(pace, busyAt);
  const calmAt = run(pace, busyAt, 50, 4, 80);
  const calmMs = waitAfter(pace, calmAt);

  expect(busyMs).toBeCloseTo(0.9 * 5, 1);
  expect(calmMs).toBeCloseTo(0.9 * 5, 1);
});

it("knows nothing of work that was done before the first request, or between few of them", () => {
  const pace = createRequestPace();
  pace.saw(10_000, 0);
  const at = run(pace, 10_000, 10, 20, 0);

  pace.saw(at + 60_000, 0);
  const waitMs = waitAfter(pace, at + 60_000);

  expect(waitMs).toBeCloseTo(0.9 * 5, 1);
});

it("lets one begin in each tenth of a second while nothing ends, and at once when nothing is under way", () => {
  const pace = createRequestPace();
  let at = run(pace, 1_000, 5, 1, 0);
  const alone = pace.waitMs(at);

  pace.began(at);
  at = run(pace, at, 50, 0, 0);
  const waitMs = waitAfter(pace, at);

  expect(alone).toBe(0);
  expect(waitMs).toBeCloseTo(90, 5);
});

it("never waits for less than a timer can, and loses nothing by it", () => {
  const pace = createRequestPace();
  const from = run(pace, 1_000, 50, 200, 0);
  const waits: number[] = [];
  let at = from;
  waitAfter(pace, at);

  for (let n = 0; n < 1_000; n++) {
    const waitMs = pace.waitMs(at);
    waits.push(waitMs);
    at += waitMs;
    pace.began(at);
  }

  expect(waits.filter((ms) => ms > 0 && ms < 1)).toEqual([]);
  expect((at - from) / 1_000).toBeCloseTo(0.9 * 0.5, 2);
});
