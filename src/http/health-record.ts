/** How a source has been doing: what is counted of it, and its state as its breaker and its quota have it. */
import type { Failure } from "../model/errors.ts";
import type { SourceCounters, SourceHealth } from "../model/health.ts";
import type { Breaker } from "./breaker.ts";
import type { Bulkhead } from "./bulkhead.ts";
import type { QuotaKeeper } from "./quota.ts";

/** What a source's health follows from. */
export interface HealthParts {
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  readonly quota: QuotaKeeper;
}

type Counted = Omit<SourceCounters, "suspensions" | "underWay" | "waiting">;

/** What the policy of a connection notes, and how its source has been doing by that. */
export interface HealthRecord {
  /** For the policy to count up. */
  readonly counted: { -readonly [Name in keyof Counted]: Counted[Name] };
  /** An attempt ended with a fault of the source. */
  failed(failure: Failure): void;
  read(): SourceHealth;
}

/** Of a source that nothing is known of yet. */
export function createHealthRecord({ breaker, bulkhead, quota }: HealthParts): HealthRecord {
  const counted = { calls: 0, attempts: 0, retries: 0, failures: 0, refusals: 0 };
  let lastFailure: SourceHealth["lastFailure"] = null;

  return {
    counted,

    failed({ code }) {
      counted.failures += 1;
      lastFailure = { code, at: new Date().toISOString() };
    },

    read() {
      const heldUntil = quota.heldUntil();
      const until = breaker.suspendedUntil();
      const { state, at } = breaker.since();
      const retryAtMs = until ?? heldUntil;
      const isHeld = heldUntil !== null;
      return {
        state: state === "OPEN" ? "SUSPENDED" : state === "FAILING" || isHeld ? "DEGRADED" : "HEALTHY",
        since: new Date(at).toISOString(),
        lastFailure,
        retryAt: retryAtMs === null || retryAtMs <= Date.now() ? null : new Date(retryAtMs).toISOString(),
        counters: {
          ...counted,
          suspensions: breaker.suspensions(),
          underWay: bulkhead.underWay(),
          waiting: bulkhead.waiting(),
        },
      };
    },
  };
}
