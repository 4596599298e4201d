/** A router that asks for many entities leaves others their turns: between entities and lists, and before what came is written. */
import { expect, it, vi } from "vitest";
import type { Pace } from "../../src/model/pace.ts";
import { startSubgraphApp } from "./router.ts";

const counts = vi.hoisted(() => ({ rests: 0 }));

// Every turn is over at once, so that what is counted does not depend on the machine.
vi.mock("../../src/model/pace.ts", async (load) => {
  const original = await load<typeof import("../../src/model/pace.ts")>();
  const createPace = (): Pace => {
    const pace = original.createPace();
    return {
      ...pace,
      isDue: () => true,
      rest() {
        counts.rests += 1;
        return pace.rest();
      },
    };
  };
  return { ...original, createPace };
});

it("rests five times for each entity with a list: before it and its list begin, once they have come, and once its answers have", async () => {
  const app = await startSubgraphApp();
  const representations = Array.from({ length: 50 }, () => ({ __typename: "Customer", key: "acme" }));
  const ask = () => app.entities(representations, "... on Customer { invoices(first: 1) { nodes { id } } }");
  // Answers are read and lists are put together by then, which rests as well.
  await ask();
  await ask();
  counts.rests = 0;

  const { data, errors } = await ask();

  const { rests } = counts;
  await app.close();
  expect(errors).toBeUndefined();
  expect(data._entities).toHaveLength(50);
  expect(rests).toBeGreaterThanOrEqual(5 * 50);
  expect(rests).toBeLessThan(6 * 50);
});
