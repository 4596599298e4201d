/** A short soak: lists, downloads, exports, bad requests and disconnects leave nothing behind, and the process ends by itself. */
import { expect, it } from "vitest";
import { growthOf, soak } from "../../bench/soak/soak.ts";

it("four rounds: every answer right, the heap as it was, nothing open after close", async () => {
  const { heaps, done, wrong, left, endedMs } = await soak(4, 3_000);

  expect(wrong).toEqual([]);
  expect(done.get("list")).toBeGreaterThan(50);
  expect(done.get("export")).toBeGreaterThan(2);
  // In so short a time caches still fill; `npm run bench:soak` looks for the 2% that are promised.
  expect(growthOf(heaps)).toBeLessThan(0.1);
  expect(left).toEqual([]);
  expect(endedMs).not.toBeNull();
});
