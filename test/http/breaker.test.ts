/** The breaker by a clock of the test's own. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Breaker, breakerNumbers, createBreaker, type Verdict } from "../../src/http/breaker.ts";

let at = 0;
let breaker: Breaker;
beforeEach(() => {
  at = 1_000_000;
  breaker = createBreaker(breakerNumbers, () => at);
});

/** One exchange of so many milliseconds; false when it was refused. */
function exchange(verdict: Verdict, tookMs = 0): boolean {
  const settle = breaker.enter();
  at += tookMs;
  settle?.(verdict);
  return settle !== null;
}

function fail(times: number, everyMs: number): void {
  for (let i = 0; i < times; i++) {
    exchange("BAD");
    at += everyMs;
  }
}

describe("a breaker", () => {
  it("opens when most exchanges of some seconds failed", () => {
    fail(6, 300);

    expect(exchange("GOOD")).toBe(false);
    expect(breaker.since().state).toBe("OPEN");
  });

  it("stays closed over one wave of questions into one hiccup", () => {
    fail(50, 1);

    expect(exchange("GOOD")).toBe(true);
  });

  it("opens after one wave of questions that all hung", () => {
    const wave = Array.from({ length: 5 }, () => breaker.enter());
    at += 15_000;
    for (const settle of wave) settle?.("BAD");

    expect(exchange("GOOD")).toBe(false);
  });

  it("opens when ten in a row failed, however many went well just before", () => {
    for (let i = 0; i < 500; i++) exchange("GOOD");
    const wave = Array.from({ length: 10 }, () => breaker.enter());
    at += 1_500;
    for (const settle of wave) settle?.("BAD");

    expect(exchange("GOOD")).toBe(false);
  });

  it("stays closed over failures far apart, in a row or not", () => {
    fail(9, 4_000);
    exchange("GOOD");
    fail(9, 4_000);

    expect(breaker.suspensions()).toBe(0);
  });

  it("stays closed while at least half of the exchanges are good", () => {
    for (let i = 0; i < 100; i++) {
      exchange("GOOD");
      exchange("BAD");
      exchange("GOOD");
      at += 100;
    }

    expect(breaker.suspensions()).toBe(0);
    expect(breaker.since().state).toBe("FAILING");
  });

  it("counts nothing that has no verdict", () => {
    for (let i = 0; i < 100; i++) {
      exchange("UNKNOWN");
      at += 100;
    }

    expect(breaker.since().state).toBe("GOOD");
  });
});

describe("an open breaker", () => {
  beforeEach(() => fail(6, 300));

  it("lets one probe through every five seconds", () => {
    let probes = 0;
    for (let ms = 0; ms < 30_000; ms += 50) {
      if (exchange("BAD")) probes += 1;
      at += 50;
    }

    expect(probes).toBeGreaterThanOrEqual(5);
    expect(probes).toBeLessThanOrEqual(6);
  });

  it("refuses others at once while a probe hangs", () => {
    at += 5_000;
    const probe = breaker.enter();

    expect(probe).not.toBeNull();
    expect(breaker.enter()).toBeNull();
  });

  it("closes with the first probe that succeeds", () => {
    at += 5_000;

    expect(exchange("GOOD", 100)).toBe(true);
    expect(breaker.since()).toEqual({ state: "GOOD", at });
    expect(exchange("BAD")).toBe(true);
  });

  it("learns nothing from a probe that the caller left", () => {
    at += 5_000;
    exchange("UNKNOWN");

    expect(breaker.enter()).toBeNull();
    expect(breaker.suspendedUntil()).toBe(at + 5_000);
  });

  it("learns nothing from what began before it opened", () => {
    breaker = createBreaker(breakerNumbers, () => at);
    const early = breaker.enter();
    fail(6, 300);

    early?.("GOOD");

    expect(breaker.enter()).toBeNull();
  });

  it("does not stay open for ever when the clock is set back", () => {
    at -= 3_600_000;

    expect(exchange("GOOD")).toBe(true);
    expect(breaker.since().state).toBe("GOOD");
  });
});
