/** What these tests share: a service that keeps nothing between requests, so that every question reaches its source. */
import type { SimulatorsOptions } from "../../src/simulators/index.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

/** A service over simulators of whose sources that one has so many milliseconds, and the others as many as they need; or all have. */
export function startUncached(
  timeoutMs: number,
  hurried?: string,
  options: SimulatorsOptions = {},
): Promise<TestApp> {
  return startTestApp({
    ...options,
    sections: ({ sources }) => ({
      cache: { enabled: false },
      sources: Object.fromEntries(
        Object.entries(sources).map(([id, source]) => [
          id,
          { ...source, timeoutMs: hurried === undefined || id === hurried ? timeoutMs : 25_000 },
        ]),
      ),
    }),
  });
}

/** The value below which so many percent of the others lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
