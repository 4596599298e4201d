/** Counts what the cache does, for each source and in all. */

/** Since the start. */
export interface CacheCounts {
  /** Answered from this process's memory. */
  readonly hits: number;
  /** Answered from what replicas share. */
  readonly sharedHits: number;
  /** Waited for a call to the source that was needed, alone or together with others. */
  readonly misses: number;
  /** Calls to sources, those behind an ageing answer included. */
  readonly asked: number;
  /** Older answers that stood in for new ones. */
  readonly stale: number;
}

/** The sums, and what they are made of. */
export interface CountsOfAll extends CacheCounts {
  readonly sources: ReadonlyMap<string, CacheCounts>;
}

export interface CacheCounters {
  count(source: string, what: keyof CacheCounts): void;
  read(): CountsOfAll;
}

type Counts = { -readonly [Name in keyof CacheCounts]: number };

const none: CacheCounts = { hits: 0, sharedHits: 0, misses: 0, asked: 0, stale: 0 };

/** All at zero. */
export function createCacheCounters(): CacheCounters {
  const sources = new Map<string, Counts>();
  return {
    count(source, what) {
      let counts = sources.get(source);
      if (counts === undefined) sources.set(source, (counts = { ...none }));
      counts[what] += 1;
    },
    read() {
      const sum: Counts = { ...none };
      for (const counts of sources.values())
        for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
      return { ...sum, sources };
    },
  };
}
