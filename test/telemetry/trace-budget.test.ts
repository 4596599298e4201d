/** Traces that begin in a second are so many at most, and each of them is decided once. */
import { ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import { AlwaysOffSampler, AlwaysOnSampler, SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { expect, it } from "vitest";
import { atMost } from "../../src/telemetry/trace-budget.ts";

const refused = { decision: SamplingDecision.NOT_RECORD };

function traced(sampler: ReturnType<typeof atMost>, times: number): number {
  const decisions = Array.from({ length: times }, () =>
    sampler.shouldSample(ROOT_CONTEXT, "0".repeat(32), "query", SpanKind.SERVER, {}, []),
  );
  return decisions.filter(({ decision }) => decision === SamplingDecision.RECORD_AND_SAMPLED).length;
}

it("lets so many begin at once, and as many again in the next second", () => {
  let time = 0;
  const sampler = atMost(100, new AlwaysOnSampler(), refused, () => time);

  const first = traced(sampler, 1_000);
  time = 500;
  const halfASecondLater = traced(sampler, 1_000);
  time = 60_000;
  const aMinuteLater = traced(sampler, 1_000);

  expect([first, halfASecondLater, aMinuteLater]).toEqual([100, 50, 100]);
});

it("lets nothing begin that its sampler refuses", () => {
  const sampler = atMost(100, new AlwaysOffSampler(), refused, () => 0);

  const begun = traced(sampler, 1_000);

  expect(begun).toBe(0);
});
