/** When to ask again: the spread of delays, the source's own wish, and the budget. */
import { describe, expect, it } from "vitest";
import { retryAtOf } from "../../src/http/failures.ts";
import { createRetryBudget, pause, retryDelayMs } from "../../src/http/retry.ts";
import { Ending } from "../../src/model/ending.ts";
import { createRandom } from "../security/random.ts";

describe("the delay before the next attempt", () => {
  it("is anything from 100 ms to 2 s, all equally likely", () => {
    const random = createRandom(1);
    const bins = Array.from({ length: 19 }, () => 0);

    for (let i = 0; i < 19_000; i++) {
      const ms = retryDelayMs(0, 15_000, () => random.below(1_000_000) / 1_000_000) ?? -1;
      bins[Math.min(18, Math.floor((ms - 100) / 100))]! += 1;
    }

    // Chi-square with 18 degrees of freedom: above 59.7 for one seed in 500,000.
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    expect(chiSquare).toBeLessThan(59.7);
  });

  it("begins only after what the source asked for, and stays spread", () => {
    expect(retryDelayMs(3_000, 15_000, () => 0)).toBe(3_000);
    expect(retryDelayMs(3_000, 15_000, () => 1)).toBe(4_900);
  });

  it("leaves time for the attempt itself", () => {
    expect(retryDelayMs(0, 1_000, () => 1)).toBe(900);
  });

  it.each([
    { waitMs: 20_000, leftMs: 15_000 },
    { waitMs: 0, leftMs: 150 },
    { waitMs: 0, leftMs: -5 },
  ])("is none when there is no time for it: $waitMs ms wanted, $leftMs ms left", ({ waitMs, leftMs }) => {
    expect(retryDelayMs(waitMs, leftMs, () => 0)).toBeNull();
  });
});

describe("the pause before it", () => {
  it("is never shorter, not by a part of a millisecond", async () => {
    const tookMs: number[] = [];

    for (let i = 0; i < 20; i++) {
      const startedAt = performance.now();
      await pause(5.9, { signal: new Ending(), deadlineAt: Infinity }, "up");
      tookMs.push(performance.now() - startedAt);
    }

    expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(5.9);
  });
});

describe("the moment that a source names", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const momentOf = (text: string) => retryAtOf({ status: 503, headers: { "retry-after": text } }, now);

  it.each([
    ["120", "2026-11-23T12:02:00.000Z"],
    [" 1.5 ", "2026-11-23T12:00:01.500Z"],
    ["Mon, 23 Nov 2026 12:05:00 GMT", "2026-11-23T12:05:00.000Z"],
    ["Monday, 23-Nov-26 12:05:00 GMT", "2026-11-23T12:05:00.000Z"],
    ["Mon Nov 23 12:05:00 2026", "2026-11-23T12:05:00.000Z"],
    ["2026-11-23T12:05:00Z", "2026-11-23T12:05:00.000Z"],
    ["2026-11-23T12:05:00", "2026-11-23T12:05:00.000Z"],
    ["2026-11-23T12:05:00+01:00", "2026-11-23T11:05:00.000Z"],
  ])("as %j is %s", (text, moment) => {
    expect(momentOf(text)).toBe(moment);
  });

  it.each(["", "-5", "soon", "wait 5", "2026-11", "99999999999", "+275760-09-13T00:00:00Z"])(
    "as %j is none",
    (text) => {
      expect(momentOf(text)).toBeUndefined();
    },
  );
});

describe("the budget", () => {
  it("has a reserve of ten, and then a retry for every tenth call", () => {
    const budget = createRetryBudget();
    let taken = 0;

    for (let call = 0; call < 1_000; call++) {
      budget.payIn();
      while (budget.takeOut()) taken += 1;
    }

    expect(taken).toBeGreaterThanOrEqual(105);
    expect(taken).toBeLessThanOrEqual(110);
  });

  it("does not save up more than its reserve in quiet times", () => {
    const budget = createRetryBudget();
    for (let call = 0; call < 10_000; call++) budget.payIn();
    let taken = 0;

    while (budget.takeOut()) taken += 1;

    expect(taken).toBe(10);
  });
});
