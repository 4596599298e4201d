/** Pieces of a request's work: they begin in turn, and no more once nobody waits for them. */
import { expect, it } from "vitest";
import { createBegin } from "../../src/loaders/begin.ts";
import { Ending } from "../../src/model/ending.ts";

function beginWith({ isDue = true, leftMs = 60_000 }) {
  const ending = new Ending();
  let rests = 0;
  const pace = { isDue: () => isDue, rest: async () => void (rests += 1), isResting: () => false };
  const begin = createBegin(pace, { signal: ending, deadlineAt: Date.now() + leftMs });
  return { begin, ending, rests: () => rests };
}

it("waits for nothing while the turn is young, not even to look whether it is over", () => {
  const { begin, ending } = beginWith({ isDue: false, leftMs: -1 });
  ending.end();

  expect(begin()).toBeNull();
});

it("rests before a piece when the turn has lasted", async () => {
  const { begin, rests } = beginWith({});

  await begin();

  expect(rests()).toBe(1);
});

it("begins nothing more once the client has left", async () => {
  const { begin, ending } = beginWith({});

  const turn = begin();
  ending.end();

  await expect(turn).rejects.toMatchObject({ code: "CANCELLED" });
});

it("begins nothing more after the deadline", async () => {
  const { begin } = beginWith({ leftMs: -1 });

  await expect(begin()).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
});
