/** Series that are held tell what prom-client's own would: the same text, the same plain data, the same sum over processes. */
import fc from "fast-check";
import { AggregatorRegistry, Counter, Histogram, Registry } from "prom-client";
import { expect, it } from "vitest";
import { createSeries } from "../../src/telemetry/series.ts";

const labelNames = ["route", "status"] as const;
const buckets = [0.005, 0.5, 10];
const counted = { name: "counted_total", help: "What was counted.", labelNames };
const spread = { name: "spread_seconds", help: "How it is spread.", labelNames, buckets };

const label = fc.oneof(fc.constantFrom("graphql", "200", "", "__proto__", 'a"b\\c\n'), fc.string());
const value = fc.oneof(
  fc.constantFrom(0, ...buckets, 0.50001, 11, 1e9),
  fc.double({ min: 0, max: 20, noNaN: true }),
);
const events = fc.array(fc.tuple(label, label, value), { maxLength: 30 });

type Events = readonly (readonly [string, string, number])[];

function held(all: Events): Registry {
  const registry = new Registry();
  const { counter, histogram } = createSeries(registry);
  const count = counter(counted);
  const observed = histogram(spread);
  for (const [route, status, each] of all) {
    count(route, status).value += each;
    observed(route, status).observe(each);
  }
  return registry;
}

function own(all: Events): Registry {
  const registry = new Registry();
  const registers = [registry];
  const count = new Counter({ ...counted, labelNames: [...labelNames], registers });
  const observed = new Histogram({ ...spread, labelNames: [...labelNames], registers });
  for (const [route, status, each] of all) {
    count.inc({ route, status }, each);
    observed.observe({ route, status }, each);
  }
  return registry;
}

it("is written as prom-client writes its own, whatever was counted", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (all) => {
      expect(await held(all).metrics()).toBe(await own(all).metrics());
    }),
  );
});

it("is added up over processes like prom-client's own", async () => {
  await fc.assert(
    fc.asyncProperty(events, events, async (one, two) => {
      const sum = async (make: (all: Events) => Registry) => {
        const snapshots = await Promise.all([make(one).getMetricsAsJSON(), make(two).getMetricsAsJSON()]);
        return (AggregatorRegistry.aggregate(snapshots) as Registry).metrics();
      };

      expect(await sum(held)).toBe(await sum(own));
    }),
  );
});
