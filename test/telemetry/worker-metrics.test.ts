/** The metrics of several workers as one: what grows never shrinks, also when workers end; what stands is that of the living. */
import { Counter, Gauge, Registry } from "prom-client";
import { expect, it } from "vitest";
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
