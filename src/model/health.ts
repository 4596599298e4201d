/** How a source has been doing of late, as seen from this process. */
import type { Instant } from "./instant.ts";
import type { ErrorCode } from "./errors.ts";

/** HEALTHY: nothing failed lately. DEGRADED: some did, or its quota is used up. SUSPENDED: it is not asked, but for a probe now and then. */
export type SourceState = "HEALTHY" | "DEGRADED" | "SUSPENDED";

/** A source's own failures only: what a caller did wrong says nothing about it. */
export interface SourceHealth {
  readonly state: SourceState;
  readonly since: Instant;
  /** The last failure of its own; null when there was none since the process started. */
  readonly lastFailure: { readonly code: ErrorCode; readonly at: Instant } | null;
  /** When it is asked again; null when it is asked now. */
  readonly retryAt: Instant | null;
  readonly counters: SourceCounters;
}

/** Since the process started, but for `underWay` and `waiting`, which are of this moment. */
export interface SourceCounters {
  /** What callers wanted. */
  readonly calls: number;
  /** Requests that were sent, retries included. */
  readonly attempts: number;
  readonly retries: number;
  /** Attempts that ended with a fault of the source. */
  readonly failures: number;
  /** Calls that were answered without asking, because the source is suspended or its quota is used up. */
  readonly refusals: number;
  /** Times that it was suspended. */
  readonly suspensions: number;
  readonly underWay: number;
  readonly waiting: number;
}
