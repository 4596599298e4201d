/** Thirty seconds of total failure, by a clock of the test's own: what the source gets to see of it, and how soon all is well again. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Failure } from "../../src/model/errors.ts";
import { createPolicy, type Policy } from "../../src/http/policy.ts";
import { createRandom } from "../security/random.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = 1_800_000_000_000;
let sent: number[] = [];
let isDown = true;

/** One question as a connection asks it; the source answers after 20 ms. */
async function ask(policy: Policy): Promise<boolean> {
  const call = { signal: new AbortController().signal, deadlineAt: Date.now() + 30_000 };
  const attempts = policy.attempts(call);
  try {
    for (;;) {
      const attempt = await attempts.begin();
      sent.push(Date.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!isDown) {
        attempt.end("GOOD");
        return true;
      }
      await attempts.pauseAfter(attempt.fail(new Failure("SOURCE_UNAVAILABLE", { source: "up" })));
    }
  } catch {
    return false;
  }
}

it.each([10, 50, 200])(
  "with %d questions a second, at most 1.1 times the calls, then a probe every five seconds, then all is well within ten",
  async (perSecond) => {
    const random = createRandom(perSecond);
    const policy = createPolicy({
      source: "up",
      timeoutMs: 15_000,
      places: 32,
      maxWaiting: 10_000,
      random: () => random.below(1_000_000) / 1_000_000,
    });
    sent = [];
    isDown = true;
    const answers: { readonly at: number; readonly isGood: Promise<boolean> }[] = [];

    for (let ms = 0; ms < 42_000; ms += 1_000 / perSecond) {
      isDown = ms < 30_000;
      answers.push({ at: ms, isGood: ask(policy) });
      await vi.advanceTimersByTimeAsync(1_000 / perSecond);
    }
    await vi.advanceTimersByTimeAsync(60_000);

    const suspendedAt = Math.max(...sent.filter((at) => at < 4_000));
    const untilSuspended = sent.filter((at) => at <= suspendedAt).length;
    const probes = sent.filter((at) => at > suspendedAt && at < 30_000);
    expect(suspendedAt).toBeLessThan(3_500);
    // Of what would have been sent without retries in these seconds, and certainly of all thirty.
    expect(untilSuspended).toBeLessThanOrEqual((suspendedAt / 1_000) * perSecond * 1.1 + 10);
    expect(sent.filter((at) => at < 30_000).length).toBeLessThanOrEqual(30 * perSecond * 1.1);
    expect(probes.length).toBeLessThanOrEqual(6);
    for (const [i, at] of probes.entries())
      if (i > 0) expect(at - probes[i - 1]!).toBeGreaterThanOrEqual(5_000);
    const lastBad = Math.max(
      ...(await Promise.all(answers.map(async ({ at, isGood }) => ((await isGood) ? 0 : at)))),
    );
    expect(lastBad).toBeGreaterThan(29_000);
    expect(lastBad).toBeLessThan(40_000);
  },
);
