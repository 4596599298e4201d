/** What these tests share: a replica's view of Redis, and a source behind the cache that uses it. */
import { expect, vi } from "vitest";
import { createSecondTier } from "../../src/cache/second-tier.ts";
import { redisConfig } from "../../src/redis/config.ts";
import { type SharedStores, openSharedStores } from "../../src/redis/shared-stores.ts";
import { anyCall, cachedSource, question } from "../cache/fake-source.ts";
import { watchStalls } from "../support/stalls.ts";

export interface Replica extends SharedStores {
  readonly changes: boolean[];
}

/** Connects, whether Redis can be reached or not. */
export async function connected(url: string, more: object = {}): Promise<Replica> {
  const changes: boolean[] = [];
  const stores = await openSharedStores(redisConfig.parse({ url, ...more }), {
    now: Date.now,
    onChange: (isUp) => changes.push(isUp),
  });
  return { ...stores, changes };
}

/** Connects, and waits until Redis is used. Its commands have 3 s: on a busy machine the usual 100 ms are not always enough. */
export async function replica(url: string, more: object = {}): Promise<Replica> {
  const own = await connected(url, { timeoutMs: 3_000, ...more });
  await vi.waitUntil(() => own.changes.at(-1) === true, 30_000);
  return own;
}

/** A source of its own, cached through these stores. */
export function sourceOver({ answers }: SharedStores, config: object = {}) {
  const foreign: string[] = [];
  const secondTier = createSecondTier({ ...answers, now: Date.now, onForeign: (key) => foreign.push(key) });
  return { ...cachedSource({ secondTier, config }), foreign };
}

/** When a read began, and how long it took, less what the machine held this process up. */
export interface Read {
  readonly at: number;
  readonly took: number;
}

/** Begins to read answers that are never fresh, so that each looks into Redis: eight at a time, until it is stopped. */
export function startReading(source: ReturnType<typeof sourceOver>) {
  const stalls = watchStalls();
  const times: Read[] = [];
  let isWanted = true;
  let wrong = 0;
  let number = 0;
  const readers = Array.from({ length: 8 }, async () => {
    while (isWanted) {
      const key = `q${(number += 1)}`;
      const at = performance.now();
      const answer = await source.invoices.ask(question(key), anyCall());
      times.push({ at, took: stalls.since(at) });
      if (answer.invoices[0]?.number !== `${key} v1` || answer.staleBecause !== undefined) wrong += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  return {
    /** Goes on for so long at least, and until two hundred more were read. */
    async goOn(ms: number): Promise<void> {
      const until = times.length + 200;
      await new Promise((resolve) => setTimeout(resolve, ms));
      await expect.poll(() => times.length).toBeGreaterThan(until);
    },
    async stop(): Promise<{ readonly wrong: number; readonly times: readonly Read[] }> {
      isWanted = false;
      await Promise.all(readers);
      stalls.stop();
      return { wrong, times };
    },
  };
}
