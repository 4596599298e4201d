/** Long work that lets others have their turn, and short work for which nobody waits. */
import { expect, test } from "vitest";
import { inTurns, type Pace } from "../../src/model/pace.ts";

/** A pace that is due at each of these times of asking, and counts its rests. */
function paceDueAt(...due: readonly number[]) {
  const counts = { asked: 0, rests: 0 };
  const pace: Pace = {
    isDue: () => due.includes((counts.asked += 1)),
    rest: async () => void (counts.rests += 1),
    isResting: () => false,
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
