/** How many traces may begin in a second: what the exporter has no room for would be dropped span by span, and no trace be whole. */
import type { Sampler, SamplingResult } from "@opentelemetry/sdk-trace-node";

/** A sampler that lets so many traces begin. */
export interface Budget extends Sampler {
  /** Would whoever asks now be refused, whatever is asked? */
  isSpent(): boolean;
}

/** The same sampler for so many a second, at most so many at once; `refused` is the answer to the others. `now` gives milliseconds. */
export function atMost(
  perSecond: number,
  sampler: Sampler,
  refused: SamplingResult,
  now: () => number = () => performance.now(),
): Budget {
  let left = perSecond;
  let at = now();

  function isSpent(): boolean {
    const time = now();
    left = Math.min(perSecond, left + ((time - at) * perSecond) / 1_000);
    at = time;
    return left < 1;
  }

  return {
    isSpent,
    shouldSample(...asked) {
      const result = sampler.shouldSample(...asked);
      if (result.decision === refused.decision) return result;
      if (isSpent()) return refused;
      left -= 1;
      return result;
    },
    toString: () => `AtMost{${perSecond} a second, ${sampler.toString()}}`,
  };
}
