/** Long work that lets others have their turn, and short work for which nobody waits. */
import { expect, test } from "vitest";
import { Ending } from "../../src/model/ending.ts";
import { Failure } from "../../src/model/errors.ts";
import { createPace, inTurns, type Pace } from "../../src/model/pace.ts";

/** A pace that is due at each of these times of asking, and counts its rests. */
function paceDueAt(...due: readonly number[]) {
  const counts = { asked: 0, rests: 0 };
  const pace: Pace = {
    isDue: () => due.includes((counts.asked += 1)),
    rest: async () => void (counts.rests += 1),
    isResting: () => false,
    over: () => null,
  };
  return { pace, counts };
}

test("short work is done at once, whatever the pace", () => {
  const { pace } = paceDueAt(1, 2, 3);
  const done: number[] = [];

  const rested = inTurns(64, pace, (from, to) => void done.push(from, to));

  expect(rested).toBeUndefined();
  expect(done).toEqual([0, 64]);
});

test("long work is done at once while the pace is not due", () => {
  const { pace } = paceDueAt();
  const done: number[] = [];

  const rested = inTurns(150, pace, (from, to) => void done.push(from, to));

  expect(rested).toBeUndefined();
  expect(done).toEqual([0, 64, 64, 128, 128, 150]);
});

test.each([
  ["at the first time of asking", [1], 64, 1],
  ["in the middle and later", [2, 4], 128, 2],
])(
  "work that takes long, when the pace is due %s, rests there and goes on to its end",
  async (_when, due, atFirst, rests) => {
    const { pace, counts } = paceDueAt(...due);
    const done: number[] = [];

    const rested = inTurns(300, pace, (from, to) => {
      for (let i = from; i < to; i++) done.push(i);
    });
    const before = done.length;
    await rested;

    expect(before).toBe(atFirst);
    expect(done).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(counts.rests).toBe(rests);
  },
);

test("what the work throws after a rest is not lost", async () => {
  const { pace } = paceDueAt(1);

  const rested = inTurns(100, pace, (from) => {
    if (from > 0) throw new Error("broken");
  });

  await expect(rested).rejects.toThrow("broken");
});

test("what rests goes on while somebody waits for it", async () => {
  const pace = createPace(new Ending(), Date.now() + 60_000);

  await pace.rest();

  expect(pace.over()).toBeNull();
});

test("once the client has left, all that rests is told so, by one failure", async () => {
  const ending = new Ending();
  const pace = createPace(ending, Date.now() + 60_000);

  const rests = [pace.rest(), pace.rest()];
  ending.end();
  const told = await Promise.allSettled(rests);

  expect(pace.over()).toMatchObject({ code: "CANCELLED" });
  expect(told).toEqual([
    { status: "rejected", reason: pace.over() },
    { status: "rejected", reason: pace.over() },
  ]);
});

test("what was ended for a reason with a name is told that reason", async () => {
  const ending = new Ending();
  const reason = new Failure("DEADLINE_EXCEEDED");
  const pace = createPace(ending);

  ending.end(reason);

  expect(pace.over()).toBe(reason);
  await expect(pace.rest()).rejects.toBe(reason);
});

test("that the deadline has passed is found at a rest, and known from then on", async () => {
  const pace = createPace(new Ending(), Date.now() - 1);

  const before = pace.over();
  const [told] = await Promise.allSettled([pace.rest()]);

  expect(before).toBeNull();
  expect(told).toEqual({ status: "rejected", reason: pace.over() });
  expect(pace.over()).toMatchObject({ code: "DEADLINE_EXCEEDED" });
});

test("long work ends where nobody waits for it any more", async () => {
  const ending = new Ending();
  const { pace: due } = paceDueAt(2);
  const pace = { ...createPace(ending), isDue: due.isDue };
  const done: number[] = [];

  const rested = inTurns(300, pace, (from, to) => void done.push(from, to));
  ending.end();

  await expect(rested).rejects.toMatchObject({ code: "CANCELLED" });
  expect(done).toEqual([0, 64, 64, 128]);
});
