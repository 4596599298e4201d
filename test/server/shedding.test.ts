/** The door: how many are let in, and how that follows the event loop. */
import { afterEach, expect, it, vi } from "vitest";
import { createShedding, type Shedding } from "../../src/server/shedding.ts";

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

it("counts as load only what came lately, and everything against the most that may be open", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  shedding = createShedding({ maxInFlight: 30, minInFlight: 16, maxDelayMs: 1 });
  for (let i = 0; i < 16; i++) shedding.enter();
  // Later than a millisecond at every look: no more than 16 may be young.
  const late = async (looks: number) => {
    for (let i = 0; i < looks; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      vi.advanceTimersByTime(50);
    }
  };

  await late(10);
  expect(() => shedding?.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
  await late(100);
  for (let i = 0; i < 14; i++) shedding.enter();

  expect(shedding.inFlight()).toBe(30);
  expect(() => shedding?.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
  vi.useRealTimers();
});

it("notices a loop that never rests", async () => {
  shedding = createShedding({ maxInFlight: 100, minInFlight: 16, maxDelayMs: 10_000 });
  for (let i = 0; i < 50; i++) shedding.enter();

  const endAt = performance.now() + 2_000;
  while (performance.now() < endAt) await new Promise((resolve) => setImmediate(resolve));

  expect(() => shedding?.enter()).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
});
