/** Pieces of a request's work: they begin in turn, and no more once nobody waits for them. */
import { expect, it } from "vitest";
import { createBegin } from "../../src/loaders/begin.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Pace } from "../../src/model/pace.ts";

function beginWith({ isDue = true, over = null }: { isDue?: boolean; over?: Failure | null }) {
  let rests = 0;
  const pace: Pace = {
    isDue: () => isDue,
    rest: async () => void (rests += 1),
    isResting: () => false,
    over: () => over,
  };
  return { begin: createBegin(pace), rests: () => rests };
}

it("waits for nothing while the turn is young", () => {
  const { begin } = beginWith({ isDue: false });

  expect(begin()).toBeNull();
});

it("rests before a piece when the turn has lasted", async () => {
  const { begin, rests } = beginWith({});

  await begin();

  expect(rests()).toBe(1);
});

it.each([true, false])(
  "begins nothing more once nobody waits, without a rest (has the turn lasted? %s)",
  async (isDue) => {
    const over = new Failure("CANCELLED");
    const { begin, rests } = beginWith({ isDue, over });

    await expect(begin()).rejects.toBe(over);
    expect(rests()).toBe(0);
  },
);
