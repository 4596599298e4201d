/** Pieces of a request's work: they begin in turn, and no more once nobody waits for them. */
import { expect, it } from "vitest";
import { createBegin } from "../../src/loaders/begin.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Pace } from "../../src/model/pace.ts";

function beginWith({
  isDue = true,
  over = null,
  deadlineAt = Infinity,
}: {
  isDue?: boolean;
  over?: Failure | null;
  deadlineAt?: number;
}) {
  let rests = 0;
  const pace: Pace = {
    isDue: () => isDue,
    rest: async () => void (rests += 1),
    isResting: () => false,
    over: () => over,
  };
  return { begin: createBegin(pace, deadlineAt), rests: () => rests };
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

it("begins nothing more once a rest has ended after the deadline, all for one reason", async () => {
  const { begin, rests } = beginWith({ deadlineAt: Date.now() - 1 });

  const first = await Promise.resolve(begin()).catch((thrown: unknown) => thrown);
  const second = await Promise.resolve(begin()).catch((thrown: unknown) => thrown);

  expect(first).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  expect(second).toBe(first);
  expect(rests()).toBe(1);
});
