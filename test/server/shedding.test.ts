/** The door: how many are let in, and how that follows the event loop. */
import { afterEach, expect, it } from "vitest";
import { createShedding, nextLimit, type Shedding } from "../../src/server/shedding.ts";

let shedding: Shedding | null = null;
afterEach(() => shedding?.close());

it("lets in as many as it may, and the next one when one has left", () => {
  shedding = createShedding({ maxInFlight: 2, minInFlight: 2, maxDelayMs: 10_000 });
  const leave = shedding.enter();
  shedding.enter();

  expect(() => shedding?.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED", retryable: true }));
  expect(shedding.isOverloaded()).toBe(true);
  leave();
  leave();
  shedding.enter();

  expect(shedding.inFlight()).toBe(2);
});

it("lets in fewer while the loop is late, but never fewer than 16, and more again afterwards", () => {
  const range = { maxInFlight: 1_000, minInFlight: 16 };
  let limit = 1_000;
  for (let sample = 0; sample < 20; sample++) limit = nextLimit(limit, Math.min(limit, 200), true, range);
  expect(limit).toBe(16);

  let samples = 0;
  for (; limit < 1_000; samples++) limit = nextLimit(limit, 10, false, range);

  expect(samples).toBeLessThanOrEqual(50);
});

it("notices a loop that never rests", async () => {
  shedding = createShedding({ maxInFlight: 100, minInFlight: 16, maxDelayMs: 10_000 });
  for (let i = 0; i < 50; i++) shedding.enter();

  const endAt = performance.now() + 2_000;
  while (performance.now() < endAt) await new Promise((resolve) => setImmediate(resolve));

  expect(() => shedding?.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
});
