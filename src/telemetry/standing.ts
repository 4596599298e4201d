/** Metrics of what others keep count of, read when Prometheus asks: health of sources and the cache. */
import type Prometheus from "prom-client";
import { type DriftKind, driftKinds } from "../model/drift.ts";
import type { SourceHealth } from "../model/health.ts";

/** What is read when Prometheus asks. */
export interface Standing {
  readonly sources: readonly string[];
  /** Null before a source has a connection. */
  readonly healthOf: (source: string) => SourceHealth | null;
  readonly cache: () => CacheStanding;
  /** How often a source said something otherwise than its documents. */
  readonly driftOf: (source: string) => Readonly<Record<DriftKind, number>>;
  /** Those who listen at this moment, and the different things that sources are asked for on their behalf. */
  readonly live: () => { readonly subscriptions: number; readonly watches: number };
}

/** What the cache tells. Counted since the start, but for `entries` and `bytes`. */
interface CacheStanding {
  readonly entries: number;
  readonly bytes: number;
  /** By source. */
  readonly sources: ReadonlyMap<string, CacheCounts>;
}

interface CacheCounts {
  readonly hits: number;
  readonly sharedHits: number;
  readonly misses: number;
  readonly stale: number;
}

type ReadSource = (source: string) => number | undefined;

const states = ["HEALTHY", "DEGRADED", "SUSPENDED"] as const;

/** Puts them into the registry. */
export function registerStanding(
  { Counter, Gauge }: typeof Prometheus,
  registry: Prometheus.Registry,
  { sources, healthOf, cache, driftOf, live }: Standing,
): void {
  function counter(name: string, help: string, read: ReadSource): void {
    const metric = new Counter({
      ...common(name, help),
      labelNames: ["source"],
      collect() {
        this.reset();
        for (const source of sources) this.inc({ source }, read(source) ?? 0);
      },
    });
    registry.registerMetric(metric);
  }

  function gauge(name: string, help: string, read: ReadSource): void {
    const metric = new Gauge({
      ...common(name, help),
      labelNames: ["source"],
      collect() {
        for (const source of sources) this.set({ source }, read(source) ?? 0);
      },
    });
    registry.registerMetric(metric);
  }

  function total(name: string, help: string, read: () => number): void {
    const metric = new Gauge({
      ...common(name, help),
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(metric);
  }

  const health = (name: keyof SourceHealth["counters"]) => (source: string) =>
    healthOf(source)?.counters[name];
  counter("source_attempts_total", "Requests sent to a source, retries included.", health("attempts"));
  counter("source_retries_total", "Requests sent to a source once more.", health("retries"));
  counter(
    "source_failed_attempts_total",
    "Requests that ended with a fault of the source.",
    health("failures"),
  );
  counter(
    "source_refusals_total",
    "Calls refused without asking: the source is suspended, or its quota is used up.",
    health("refusals"),
  );
  counter("source_suspensions_total", "Times that the breaker of a source opened.", health("suspensions"));
  gauge("source_under_way", "Requests to a source at this moment.", health("underWay"));
  gauge("source_waiting", "Requests that wait for a place at this moment.", health("waiting"));
  const state = new Gauge({
    ...common(
      "source_state",
      "1 for the state that the source is in, for any worker: SUSPENDED is an open breaker.",
    ),
    labelNames: ["source", "state"],
    // Over workers: added up, no state would be 1 where all of them are in it.
    aggregator: "max",
    collect() {
      for (const source of sources) {
        const current = healthOf(source)?.state ?? "HEALTHY";
        for (const each of states) this.set({ source, state: each }, Number(each === current));
      }
    },
  });
  registry.registerMetric(state);

  const drift = new Counter({
    ...common("source_drift_total", "Times that a source said something otherwise than its documents."),
    labelNames: ["source", "kind"],
    collect() {
      this.reset();
      for (const source of sources) {
        const counts = driftOf(source);
        for (const kind of driftKinds) this.inc({ source, kind }, counts[kind]);
      }
    },
  });
  registry.registerMetric(drift);

  const kept = (name: keyof CacheCounts) => (source: string) => cache().sources.get(source)?.[name];
  counter("cache_hits_total", "Answers from this process's memory.", kept("hits"));
  counter("cache_shared_hits_total", "Answers from Redis.", kept("sharedHits"));
  counter("cache_misses_total", "Answers that the source had to give.", kept("misses"));
  counter(
    "cache_stale_answers_total",
    "Older answers that stood in for ones that the source failed to give.",
    kept("stale"),
  );
  total("cache_entries", "Kept answers.", () => cache().entries);
  total("cache_bytes", "What the kept answers are taken to weigh.", () => cache().bytes);
  total("subscriptions", "Subscriptions at this moment.", () => live().subscriptions);
  total("watches", "Customers whose sources are asked for subscriptions.", () => live().watches);
}

function common(name: string, help: string) {
  return { name: `invoicegraph_${name}`, help, registers: [] };
}
