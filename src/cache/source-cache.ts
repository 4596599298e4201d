/** The one cache of all sources, as it is configured. */
import type { Source } from "../model/source.ts";
import { agesOf } from "./ages.ts";
import { type Cache, type CacheStats, createCache } from "./cache.ts";
import type { CacheConfig } from "./config.ts";
import type { Reading } from "./reading.ts";
import { scopeOf } from "./scope.ts";
import { type ByteStore, createSecondTier } from "./second-tier.ts";
import { withCache } from "./with-cache.ts";

/** Puts sources over the cache. */
export interface SourceCache {
  /** The source over the cache; `config` is the source's own, of which its answers' keys depend. */
  wrap(source: Source, config: unknown): Source;
  /** For a plan: the same, but what is kept is given out whatever its age, and nothing is kept. `source` stands in for the rest. */
  planned(source: Source, config: unknown): Source;
  stats(): CacheStats;
  close(): void;
}

export interface SourceCacheOptions {
  readonly config: CacheConfig;
  /** What replicas share, and the largest answer in it; null: nothing. */
  readonly shared: { readonly store: ByteStore; readonly maxBytes: number } | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of values in the shared store that are not ours. */
  readonly onForeign: (key: string) => void;
}

/** The cache; switched off, sources stay as they are. */
export function createSourceCache({ config, shared, now, onForeign }: SourceCacheOptions): SourceCache {
  const secondTier = shared === null ? null : createSecondTier({ ...shared, now, onForeign });
  const cache = createCache({ maxBytes: config.maxBytes, secondTier, now });
  return {
    wrap(source, own) {
      if (!config.enabled) return source;
      const { id, kind } = source;
      return withCache(source, { cache, scope: scopeOf(id, kind, own), ages: agesOf(config, id, now) });
    },
    planned(source, own) {
      if (!config.enabled) return source;
      const { id, kind } = source;
      return withCache(source, {
        cache: { read: (reading) => planned(cache, reading) },
        scope: scopeOf(id, kind, own),
        ages: agesOf(config, id, now),
      });
    },
    stats: () => cache.stats(),
    close: () => cache.close(),
  };
}

async function planned<T>(cache: Cache, reading: Reading<T>) {
  const kept = await cache.peek(reading);
  if (kept !== null) {
    reading.call.notes?.known(kept.calls ?? null);
    return { value: kept.value, fetchedAt: kept.fetchedAt, staleBecause: null };
  }
  const value = await reading.ask(reading.call);
  return value === null ? null : { value, fetchedAt: 0, staleBecause: null };
}
