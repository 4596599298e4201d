/** The metrics of several workers as one: what grows never shrinks, also when workers end; what stands is that of the living. */
import { Counter, Gauge, Registry } from "prom-client";
import { expect, it } from "vitest";
import { createDriftLedger } from "../../src/telemetry/drift.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { createWorkerMetrics, type MetricsSnapshot } from "../../src/telemetry/worker-metrics.ts";

async function snapshotOf(requests: number, waiting: number): Promise<MetricsSnapshot> {
  const registry = new Registry();
  const counter = new Counter({ name: "requests_total", help: "h", labelNames: ["route"], registers: [] });
  const gauge = new Gauge({ name: "waiting", help: "h", registers: [] });
  counter.inc({ route: "graphql" }, requests);
  gauge.set(waiting);
  registry.registerMetric(counter);
  registry.registerMetric(gauge);
  return registry.getMetricsAsJSON();
}

it("adds up the living, and keeps what the dead have counted, also when several die at once", async () => {
  const metrics = await createWorkerMetrics({ ready: () => 1, restarts: () => 2 });
  const [one, two, three] = await Promise.all([snapshotOf(1, 10), snapshotOf(20, 5), snapshotOf(300, 7)]);

  const before = await metrics.textOf([one, two, three]);
  metrics.retire(one);
  metrics.retire(two);
  const after = await metrics.textOf([three]);
  const alone = await metrics.textOf([]);

  expect(before).toContain('requests_total{route="graphql"} 321');
  expect(before).toContain("waiting 22");
  expect(after).toContain('requests_total{route="graphql"} 321');
  expect(after).toContain("waiting 7");
  expect(alone).toContain('requests_total{route="graphql"} 21');
  expect(after).toContain("invoicegraph_workers 1");
  expect(after).toContain("invoicegraph_worker_restarts_total 2");
});

it("says of a source and of the event loop what the worst of the workers says", async () => {
  const metrics = await createWorkerMetrics({ ready: () => 3, restarts: () => 0 });
  const lag = "nodejs_eventloop_lag_p99_seconds";
  const workers = await Promise.all(
    (["SUSPENDED", "HEALTHY", "SUSPENDED"] as const).map(async (state, index) => {
      const counts = { calls: 0, attempts: 0, retries: 0, failures: 0, refusals: 0, suspensions: 0 };
      const health = { state, since: "2026-11-01T00:00:00.000Z", lastFailure: null, retryAt: null };
      const { snapshot } = await createMetrics({
        sources: ["freight"],
        healthOf: () => ({ ...health, counters: { ...counts, underWay: 1, waiting: 0 } }),
        cache: () => ({ entries: 0, bytes: 0, sources: new Map() }),
        driftOf: () => createDriftLedger().read("freight").byKind,
        live: () => ({ subscriptions: 0, watches: 0 }),
      });
      const told = (await snapshot()) as { name: string }[];
      return told.map((each) =>
        each.name === lag ? { ...each, values: [{ value: [0.5, 0.25, 0.125][index], labels: {} }] } : each,
      );
    }),
  );

  const text = await metrics.textOf(workers);

  expect(text).toContain('invoicegraph_source_state{source="freight",state="SUSPENDED"} 1\n');
  expect(text).toContain('invoicegraph_source_state{source="freight",state="HEALTHY"} 1\n');
  expect(text).toContain('invoicegraph_source_state{source="freight",state="DEGRADED"} 0\n');
  expect(text).toContain('invoicegraph_source_under_way{source="freight"} 3\n');
  expect(text).toContain(`${lag} 0.5\n`);
});
