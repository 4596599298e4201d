/** Our counters and histograms are written exactly as prom-client writes its own. */
import { AggregatorRegistry, Counter, Histogram, Registry } from "prom-client";
import { expect, it } from "vitest";
import { addCounter, addHistogram } from "../../src/telemetry/tallies.ts";

const values = [
  [0.001, "a"],
  [0.005, "a"],
  [0.0050001, "a"],
  [0.7, 'b"\\'],
  [99, "a"],
  [0, "a"],
] as const;
const counted = [
  [1, "flolive", "ok"],
  [2, "v6", "ok"],
  [0, "v6", "SOURCE_TIMEOUT"],
  [3, "flolive", "ok"],
] as const;
const bounds = [0.005, 0.5, 1];
const seconds = { name: "seconds", help: "How long.", labelNames: ["route"] };
const calls = { name: "calls_total", help: "How often.", labelNames: ["source", "outcome"] };

function ours(): Registry {
  const registry = new Registry();
  const observe = addHistogram(registry, seconds, bounds);
  const count = addCounter(registry, calls);
  for (const [value, label] of values) observe(value, label);
  for (const [amount, source, outcome] of counted) count(amount, source, outcome);
  return registry;
}

function theirs(): Registry {
  const registry = new Registry();
  const registers = [registry];
  const histogram = new Histogram({ ...seconds, buckets: bounds, registers });
  const counter = new Counter({ ...calls, registers });
  for (const [value, route] of values) histogram.observe({ route }, value);
  for (const [amount, source, outcome] of counted) counter.inc({ source, outcome }, amount);
  return registry;
}

it("as text", async () => {
  const text = await ours().metrics();

  expect(text).toBe(await theirs().metrics());
});

it("as text before anything was counted", async () => {
  const registry = new Registry();
  addHistogram(registry, seconds, bounds);
  addCounter(registry, calls);

  const text = await registry.metrics();

  const empty = new Registry();
  for (const Kind of [Histogram, Counter])
    void new Kind({ ...(Kind === Histogram ? seconds : calls), registers: [empty] } as never);
  expect(text).toBe(await empty.metrics());
});

it("added up over several processes", async () => {
  const both = await Promise.all([ours().getMetricsAsJSON(), ours().getMetricsAsJSON()]);

  const text = await AggregatorRegistry.aggregate(both).metrics();

  const their = await Promise.all([theirs().getMetricsAsJSON(), theirs().getMetricsAsJSON()]);
  expect(text).toBe(await AggregatorRegistry.aggregate(their).metrics());
});
