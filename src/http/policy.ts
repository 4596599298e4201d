/** How a source is asked: within its places, its quota and its breaker, again when that may help, and never for longer than it has. */
import { errorCodes, Failure } from "../model/errors.ts";
import type { SourceHealth } from "../model/health.ts";
import type { Call } from "../model/source.ts";
import { type BreakerNumbers, createBreaker, type Settle, type Verdict } from "./breaker.ts";
import { type Bulkhead, createBulkhead } from "./bulkhead.ts";
import { Deadline, leftMs } from "./deadline.ts";
import { transportFailure } from "./failures.ts";
import { createHealthRecord } from "./health-record.ts";
import { createQuotaKeeper, type Quota } from "./quota.ts";
import { createRetryBudget, maxAttempts, pause, retryDelayMs } from "./retry.ts";

export interface PolicyOptions {
  readonly source: string;
  readonly timeoutMs: number;
  readonly places: number;
  readonly maxWaiting: number;
  /** From 0 to 1, for delays. */
  readonly random: () => number;
  readonly breaker?: BreakerNumbers | undefined;
}

/** The rules of one connection, kept over all of its calls. */
export interface Policy {
  /** The attempts of one call: `timeoutMs` is for all of them together, unless an attempt's deadline is given more. */
  attempts(call: Call): Attempts;
  health(): SourceHealth;
}

/** The attempts of one call, one after the other. */
export interface Attempts {
  /** A promise only where it has to wait for a place. Throws SOURCE_SUSPENDED, SOURCE_RATE_LIMITED, SOURCE_BUSY or CANCELLED. */
  begin(): Attempt | Promise<Attempt>;
  /** Waits until the next attempt is due; throws the failure when there will be none. */
  pauseAfter(failure: Failure): Promise<void>;
}

/** One request on its way; it ends once. */
export interface Attempt {
  readonly deadline: Deadline;
  /** Its place is given back only when what this gives is called. */
  keepPlace(): () => void;
  /** What the source's answer says about its limit of requests. */
  noteQuota(quota: Quota): void;
  /** It ended well, or without a verdict. Only the first end counts. */
  end(verdict: "GOOD" | "UNKNOWN"): void;
  /** It ended with what was thrown, which becomes a Failure. */
  fail(thrown: unknown): Failure;
}

/** The policy of one connection: of one source with one credential. */
export function createPolicy(options: PolicyOptions): Policy {
  const { source, timeoutMs, random } = options;
  const breaker = createBreaker(options.breaker);
  const bulkhead = createBulkhead(options.places, options.maxWaiting);
  const quota = createQuotaKeeper();
  const budget = createRetryBudget();
  const record = createHealthRecord({ breaker, bulkhead, quota });
  const { counted } = record;

  function noteFailure(failure: Failure): void {
    record.failed(failure);
    if (failure.code === "SOURCE_RATE_LIMITED" && failure.retryAt !== null)
      quota.hold(Date.parse(failure.retryAt));
  }

  /** Throws unless the source may be asked now. */
  function admit(): Settle {
    const heldUntil = quota.heldUntil();
    if (heldUntil !== null) {
      counted.refusals += 1;
      throw new Failure("SOURCE_RATE_LIMITED", {
        source,
        message: `${source} takes no more requests for the moment.`,
        retryAt: new Date(heldUntil).toISOString(),
      });
    }
    const settle = breaker.enter();
    if (settle !== null) return settle;
    counted.refusals += 1;
    throw suspended();
  }

  function suspended(): Failure {
    return new Failure("SOURCE_SUSPENDED", {
      source,
      message: `${source} keeps failing and is left alone for some seconds.`,
      retryAt: new Date(breaker.suspendedUntil() ?? Date.now()).toISOString(),
    });
  }

  function attemptOf(deadline: Deadline, settle: Settle, onEnd: () => void): Attempt {
    const number = quota.sent();
    let isEnded = false;
    let isKept = false;
    const end = (verdict: Verdict, failure: Failure | null) => {
      if (isEnded) return;
      isEnded = true;
      deadline.stop();
      if (verdict === "BAD" && failure !== null) noteFailure(failure);
      settle(verdict);
      if (!isKept) bulkhead.leave();
      onEnd();
    };
    return {
      deadline,
      keepPlace() {
        isKept = true;
        return () => bulkhead.leave();
      },
      noteQuota: (told) => quota.told(number, told),
      end: (verdict) => end(verdict, null),
      fail(thrown) {
        const failure = transportFailure(thrown, source, deadline);
        end(verdictOf(failure, deadline, timeoutMs), failure);
        return failure;
      },
    };
  }

  return {
    attempts(call) {
      counted.calls += 1;
      budget.payIn();
      let count = 0;
      let spentMs = 0;
      // Why it failed before says more than that it was not asked once more.
      let failed: Failure | null = null;

      // Has its place already.
      function start(): Attempt {
        let settle: Settle;
        try {
          settle = admit();
        } catch (thrown) {
          bulkhead.leave();
          throw failed ?? thrown;
        }
        count += 1;
        counted.attempts += 1;
        call.onAttempt?.();
        const startedAt = Date.now();
        return attemptOf(new Deadline(call, timeoutMs - spentMs), settle, () => {
          spentMs += Date.now() - startedAt;
        });
      }

      return {
        begin() {
          if (call.signal.aborted) throw failed ?? new Failure("CANCELLED", { source });
          if (bulkhead.enter()) return start();
          return waitForPlace(bulkhead, call, source).then(start, (thrown: unknown) => {
            throw failed ?? thrown;
          });
        },
        async pauseAfter(failure) {
          const isSourcesFault = failure.fault === "source" && failure.retryable;
          if (!isSourcesFault || count >= maxAttempts || breaker.suspendedUntil() !== null) throw failure;
          const waitMs = failure.retryAt === null ? 0 : Date.parse(failure.retryAt) - Date.now();
          const ms = retryDelayMs(waitMs, Math.min(timeoutMs - spentMs, leftMs(call)), random);
          if (ms === null || !budget.takeOut()) throw failure;
          failed = failure;
          await pause(ms, call, source);
          spentMs += ms;
          counted.retries += 1;
        },
      };
    },

    health: record.read,
  };
}

/** Waits for a place; that takes nothing of the source's time. */
async function waitForPlace(bulkhead: Bulkhead, call: Call, source: string): Promise<void> {
  const deadline = new Deadline(call, Number.POSITIVE_INFINITY);
  try {
    await bulkhead.wait(deadline.signal);
  } catch {
    if (deadline.reason === "cancelled") throw new Failure("CANCELLED", { source });
    throw new Failure("SOURCE_BUSY", {
      source,
      message: `${source} was not asked in time: too many other requests to it came first.`,
    });
  } finally {
    deadline.stop();
  }
}

function verdictOf(failure: Failure, deadline: Deadline, timeoutMs: number): Verdict {
  const { code } = failure;
  if (code === "CANCELLED" || code === "INTERNAL") return "UNKNOWN";
  // A caller in a hurry must not make the source look bad for everybody: it had less than half of its own limit.
  if (deadline.reason === "deadline" && deadline.allowedMs < timeoutMs / 2) return "UNKNOWN";
  return errorCodes[code].fault === "source" ? "BAD" : "GOOD";
}
