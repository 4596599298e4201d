/** The parts of lists. */
import { expect, it } from "vitest";
import { AskedPart } from "../../src/loaders/part.ts";
import { bestOfThree, cpuMsOf } from "../support/best-of-three.ts";

it("know their id once it was read, however many parts a list has: each of its cursors asks for those of all that failed", async () => {
  async function measure() {
    const parts = Array.from(
      { length: 20_000 },
      (_, at) => new AskedPart("freight", `question ${at} of a list`, null),
    );
    const readAll = async () => parts.reduce((length, { id }) => length + id.length, 0);
    const first = await cpuMsOf(readAll);
    const again = await cpuMsOf(readAll);
    return again / first;
  }

  const share = await bestOfThree(measure, (ratio) => ratio < 0.5);

  expect(share).toBeLessThan(0.5);
});
