import { describe, expect, it } from "vitest";
import { createRateLimit } from "../../src/server/limits/rate-limit.ts";

describe("a viewer's budget", () => {
  it("is spent by cost, refused when it is used up, and says when to come back", async () => {
    const limit = createRateLimit({ perMinute: 600, burst: 100 }, () => 0);

    const first = await limit.take("a", 60);
    const second = await limit.take("a", 60);
    const third = await limit.take("a", 40);
    const fourth = await limit.take("a", 1);

    expect([first, second, third, fourth]).toEqual([
      { remaining: 40, retryAfterSeconds: null },
      { remaining: 40, retryAfterSeconds: 2 },
      { remaining: 0, retryAfterSeconds: null },
      { remaining: 0, retryAfterSeconds: 1 },
    ]);
  });

  it("refills with time, never above the burst, and the promised time is enough", async () => {
    let at = 0;
    const limit = createRateLimit({ perMinute: 600, burst: 100 }, () => at);
    await limit.take("a", 100);
    const refused = await limit.take("a", 35);
    at = (refused.retryAfterSeconds ?? 0) * 1000;

    const later = await limit.take("a", 35);
    at += 3_600_000;
    const muchLater = await limit.take("a", 1);

    expect(refused.retryAfterSeconds).toBe(4);
    expect(later).toEqual({ remaining: 5, retryAfterSeconds: null });
    expect(muchLater.remaining).toBe(99);
  });

  it("is each viewer's own", async () => {
    const limit = createRateLimit({ perMinute: 60, burst: 10 }, () => 0);
    await limit.take("a", 10);

    const other = await limit.take("b", 10);

    expect(other.retryAfterSeconds).toBeNull();
  });

  it("lets a request dearer than the burst pass once, and makes it pay", async () => {
    let at = 0;
    const limit = createRateLimit({ perMinute: 60, burst: 10 }, () => at);

    const dear = await limit.take("a", 30);
    const next = await limit.take("a", 1);
    at = 20_000;
    const early = await limit.take("a", 1);
    at = 21_000;
    const paid = await limit.take("a", 1);

    expect(dear).toEqual({ remaining: 0, retryAfterSeconds: null });
    expect(next.retryAfterSeconds).toBe(21);
    expect(early.retryAfterSeconds).toBe(1);
    expect(paid.retryAfterSeconds).toBeNull();
  });

  it("counts a free request as one, and survives a clock that is set back", async () => {
    let at = 1_000_000;
    const limit = createRateLimit({ perMinute: 60, burst: 2 }, () => at);
    await limit.take("a", 0);
    at = 0;

    const second = await limit.take("a", 0);
    const third = await limit.take("a", 0);

    expect([second.retryAfterSeconds, third.retryAfterSeconds]).toEqual([null, 1]);
  });

  it("forgets the viewers that were seen longest ago instead of growing for ever", async () => {
    const limit = createRateLimit({ perMinute: 1, burst: 1 }, () => 0);
    await limit.take("first", 1);
    for (let i = 0; i < 100_000; i += 1) await limit.take(`viewer-${i}`, 1);

    const forgotten = await limit.take("first", 1);
    const remembered = await limit.take("viewer-99999", 1);

    expect(forgotten.retryAfterSeconds).toBeNull();
    expect(remembered.retryAfterSeconds).toBe(60);
  });
});
