/** A router that asks for thousands of entities leaves others their turns. */
import { performance } from "node:perf_hooks";
import { expect, it, vi } from "vitest";
import { startSubgraphApp } from "./router.ts";

it("thousands of entities with a list each are answered over many turns of the event loop", async () => {
  const app = await startSubgraphApp();
  const representations = Array.from({ length: 500 }, () => ({ __typename: "Customer", key: "acme" }));
  const selection = "... on Customer { invoices(first: 1) { nodes { id } } }";
  await app.entities(representations.slice(0, 1), selection);
  // Twenty times as fast, so that what is counted does not depend on a fast or a slow machine.
  const real = performance.now.bind(performance);
  const clock = vi.spyOn(performance, "now").mockImplementation(() => real() * 20);
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);

  const { data, errors } = await app.entities(representations, selection);

  clearInterval(counting);
  clock.mockRestore();
  await app.close();
  expect(errors).toBeUndefined();
  expect(data._entities).toHaveLength(500);
  expect(turns).toBeGreaterThan(20);
});
