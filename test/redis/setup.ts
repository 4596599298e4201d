/** What these tests share: a replica's view of Redis, and a source behind the cache that uses it. */
import { createSecondTier } from "../../src/cache/second-tier.ts";
import { redisConfig } from "../../src/redis/config.ts";
import { type SharedStores, openSharedStores } from "../../src/redis/shared-stores.ts";
import { anyCall, cachedSource, question } from "../cache/fake-source.ts";

export interface Replica extends SharedStores {
  readonly changes: boolean[];
}

/** Connects. */
export async function replica(url: string, more: object = {}): Promise<Replica> {
  const changes: boolean[] = [];
  const stores = await openSharedStores(redisConfig.parse({ url, ...more }), {
    now: Date.now,
    onChange: (isUp) => changes.push(isUp),
  });
  return { ...stores, changes };
}

/** A source of its own, cached through these stores. */
export function sourceOver({ answers }: SharedStores, config: object = {}) {
  const foreign: string[] = [];
  const secondTier = createSecondTier({ ...answers, now: Date.now, onForeign: (key) => foreign.push(key) });
  return { ...cachedSource({ secondTier, config }), foreign };
}

/** Reads answers that are never fresh, so that each looks into Redis, for so long; and how long each took. */
export async function readFor(
  ms: number,
  source: ReturnType<typeof sourceOver>,
): Promise<{ wrong: number; times: { at: number; took: number }[] }> {
  const until = Date.now() + ms;
  const times: { at: number; took: number }[] = [];
  let wrong = 0;
  let number = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (Date.now() < until) {
        const key = `q${(number += 1)}`;
        const began = performance.now();
        const answer = await source.invoices.ask(question(key), anyCall());
        times.push({ at: began, took: performance.now() - began });
        if (answer.invoices[0]?.number !== `${key} v1` || answer.staleBecause !== undefined) wrong += 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }),
  );
  return { wrong, times };
}
