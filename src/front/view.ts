/** What the front page tells, gathered at the moment when it is asked for. */
import type { SourceHealth } from "../model/health.ts";
import type { DriftOfSource } from "../telemetry/drift.ts";
import type { RecentOfSource } from "../telemetry/recent.ts";

/** Where the page's figures come from; each is read when the page is asked for. */
export interface Watched {
  /** In the order of the configuration. */
  readonly sources: readonly { readonly id: string; readonly title: string }[];
  /** Null before a source has a connection. */
  readonly healthOf: (source: string) => SourceHealth | null;
  readonly recentOf: (source: string) => RecentOfSource;
  readonly driftOf: (source: string) => DriftOfSource;
  readonly cache: () => CacheView;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface CacheView extends CacheCounts {
  readonly entries: number;
  readonly bytes: number;
  /** By source. */
  readonly sources: ReadonlyMap<string, CacheCounts>;
}

/** Since the process started. */
export interface CacheCounts {
  readonly hits: number;
  readonly sharedHits: number;
  readonly misses: number;
  readonly stale: number;
}

export interface SourceView {
  readonly id: string;
  /** What people call its kind. */
  readonly title: string;
  readonly health: SourceHealth | null;
  readonly recent: RecentOfSource;
  readonly drift: DriftOfSource;
  readonly cache: CacheCounts;
}

export interface View {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly startedAt: number;
  readonly sources: readonly SourceView[];
  readonly cache: CacheView;
}

const nothing: CacheCounts = { hits: 0, sharedHits: 0, misses: 0, stale: 0 };

/** All of it. */
export function look({ sources, healthOf, recentOf, driftOf, cache, now }: Watched, startedAt: number): View {
  const kept = cache();
  return {
    now: now(),
    startedAt,
    sources: sources.map(({ id, title }) => ({
      id,
      title,
      health: healthOf(id),
      recent: recentOf(id),
      drift: driftOf(id),
      cache: kept.sources.get(id) ?? nothing,
    })),
    cache: kept,
  };
}
