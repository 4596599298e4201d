/** Turns of the event loop, by a clock of which each look takes a millisecond: what is counted does not depend on the machine. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace, type Pace } from "../../src/model/pace.ts";

let now = 1_000_000;
beforeEach(() => {
  now += 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1));
});
afterEach(() => vi.restoreAllMocks());

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Does so many pieces of work side by side, and tells of each. */
function work(pieces: number, pace: Pace, done: () => void): Promise<unknown> {
  return Promise.all(
    Array.from({ length: pieces }, async () => {
      if (pace.isDue()) await pace.rest();
      done();
    }),
  );
}

/** Counts the turns of the loop until it is told to stop. */
function countTurns() {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  return () => {
    isOver = true;
    return turns;
  };
}

test("many short pieces of work leave turns to others, some pieces in each", async () => {
  const turnsOf = countTurns();
  let done = 0;

  await work(1_000, createPace(), () => (done += 1));

  const turns = turnsOf();
  expect(done).toBe(1_000);
  expect(turns).toBeGreaterThan(100);
  expect(turns).toBeLessThan(1_000);
});

test("what comes while a thousand pieces rest does not wait for them", async () => {
  let done = 0;
  const all = work(1_000, createPace(), () => (done += 1));
  await new Promise(setImmediate);

  await work(1, createPace(), () => {});
  const before = done;
  await all;

  expect(before).toBeLessThan(30);
  expect(done).toBe(1_000);
});

test("of paces that rest each goes on with one piece in turn", async () => {
  const order: string[] = [];
  const both = [createPace(), createPace()].map((pace, of) =>
    work(20, pace, () => order.push(of === 0 ? "long" : "short")),
  );

  await Promise.all(both);

  // All of the first began before the second, and what could not be done at once was done by turns.
  const shorts = order.slice(5, 25).filter((name) => name === "short");
  expect(shorts.length).toBeGreaterThan(7);
  expect(order).toHaveLength(40);
});

test("what rests at one pace goes on in its order, also what comes between", async () => {
  const pace = createPace();
  const order: number[] = [];
  const rest = async (n: number) => {
    await pace.rest();
    order.push(n);
  };

  await Promise.all([rest(1), rest(2).then(() => rest(4)), rest(3).then(() => rest(5))]);

  expect(order).toEqual([1, 2, 3, 4, 5]);
});

test("a pace at which something always rests holds nothing of what has gone on", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const pace = createPace();
  const gone: WeakRef<Promise<void>>[] = [];
  let isOver = false;
  const again = async () => {
    while (!isOver) {
      const rest = pace.rest();
      gone.push(new WeakRef(rest));
      await rest;
    }
  };
  const both = [again(), again()];
  while (gone.length < 200) await aMoment();

  collectGarbage();
  const held = gone.filter((each) => each.deref() !== undefined).length;
  const count = gone.length;

  isOver = true;
  await Promise.all(both);
  expect(pace.isResting()).toBe(false);
  expect(count).toBeGreaterThanOrEqual(200);
  expect(held).toBeLessThan(100);
});
