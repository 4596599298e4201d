/** What is remembered of the last exchanges with a source. */
import { expect, it } from "vitest";
import { Failure, type ErrorCode } from "../../src/model/errors.ts";
import { createRecent, type Recent } from "../../src/telemetry/recent.ts";

function exchange(recent: Recent, source: string, ms: number, code: ErrorCode | null = null): void {
  recent
    .exchangeBegan?.({ source, method: "GET", path: "/", trace: undefined })
    .end({ ms, bytes: 10, answers: 1, status: 200, failure: code === null ? null : new Failure(code) });
}

it("keeps the last sixty of each source, the oldest first, and the sums of all", () => {
  const recent = createRecent();

  for (let ms = 1; ms <= 100; ms++) exchange(recent, "freight", ms);
  exchange(recent, "cdn", 7);

  const { exchanges, calls, failed, bytes } = recent.read("freight");
  expect(exchanges).toHaveLength(60);
  expect([exchanges[0]?.ms, exchanges.at(-1)?.ms]).toEqual([41, 100]);
  expect({ calls, failed, bytes }).toEqual({ calls: 100, failed: 0, bytes: 1_000 });
  expect(recent.read("cdn").calls).toBe(1);
});

it("counts failures by code, the latest first, but not callers who left", () => {
  let now = Date.parse("2026-11-22T10:00:00Z");
  const recent = createRecent(() => now);

  exchange(recent, "freight", 1, "SOURCE_TIMEOUT");
  now += 1_000;
  exchange(recent, "freight", 1, "SOURCE_UNAVAILABLE");
  exchange(recent, "freight", 1, "SOURCE_UNAVAILABLE");
  exchange(recent, "freight", 1, "CANCELLED");

  expect(recent.read("freight")).toMatchObject({
    calls: 3,
    failed: 3,
    failures: [
      { code: "SOURCE_UNAVAILABLE", count: 2, lastAt: "2026-11-22T10:00:01.000Z" },
      { code: "SOURCE_TIMEOUT", count: 1, lastAt: "2026-11-22T10:00:00.000Z" },
    ],
  });
});
