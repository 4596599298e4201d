/** The metrics of several processes as one, so that Prometheus scrapes one port whatever the number of workers. */
import type Prometheus from "prom-client";

/** Every metric of one process as plain data. */
export type MetricsSnapshot = readonly object[];

/** What the process that keeps the workers knows. */
export interface WorkerCounts {
  readonly ready: () => number;
  readonly restarts: () => number;
}

/** The metrics of all workers; a worker that has ended keeps its part in what only ever grows. */
export interface WorkerMetrics {
  readonly contentType: string;
  /** Everything in Prometheus's text format, from one snapshot of each living worker. */
  textOf(living: readonly MetricsSnapshot[]): Promise<string>;
  /** The last that was known of a worker that has ended. */
  retire(last: MetricsSnapshot): void;
}

/** Nothing is counted yet. prom-client is loaded only now. */
export async function createWorkerMetrics({ ready, restarts }: WorkerCounts): Promise<WorkerMetrics> {
  const { AggregatorRegistry, Counter, Gauge, Registry } = (await import("prom-client")).default;
  const own = new Registry();
  const workers = new Gauge({
    name: "invoicegraph_workers",
    help: "Processes that serve at this moment.",
    registers: [],
    collect() {
      this.set(ready());
    },
  });
  const restarted = new Counter({
    name: "invoicegraph_worker_restarts_total",
    help: "Workers that were started in place of one that had ended by itself.",
    registers: [],
    collect() {
      this.reset();
      this.inc(restarts());
    },
  });
  own.registerMetric(workers);
  own.registerMetric(restarted);
  let retired: Promise<MetricsSnapshot> = Promise.resolve([]);

  function sum(snapshots: readonly MetricsSnapshot[]): Prometheus.Registry {
    return AggregatorRegistry.aggregate([...snapshots]) as Prometheus.Registry;
  }

  return {
    contentType: own.contentType,
    async textOf(living) {
      const all = sum([...living, await retired].filter((each) => each.length > 0));
      return `${await all.metrics()}\n${await own.metrics()}`;
    },
    retire(last) {
      const growing = last.filter((metric) => "type" in metric && metric.type !== "gauge");
      retired = retired.then((before) => sum([before, growing]).getMetricsAsJSON());
    },
  };
}
