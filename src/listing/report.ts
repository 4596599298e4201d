/** What each source contributed to a list, and what is missing. */
import type { ClosedRange } from "../model/day.ts";
import type { Instant } from "../model/instant.ts";
import type { Failure } from "../model/errors.ts";

/**
 * OK: all that was asked. PARTIAL: some of it is missing. STALE: all of it, but some from an older answer.
 * FAILED: nothing. SKIPPED: not asked, because the filter excludes it or no account is linked.
 */
export type SourceStatus = "OK" | "PARTIAL" | "STALE" | "FAILED" | "SKIPPED";

/**
 * Why something is missing. FAILED: the source was asked and did not answer. SOURCE_REACH: the source itself does not go back so
 * far. OUR_LIMIT: a limit of ours. PART_OF_DATA: the invoices are all there, but some data that belongs to them does not go
 * back so far.
 */
export type MissingCause = "FAILED" | "SOURCE_REACH" | "OUR_LIMIT" | "PART_OF_DATA";

/** Days of issue for which something of a source is missing, and why. */
export interface MissingRange {
  readonly range: ClosedRange;
  readonly cause: MissingCause;
  /** One sentence. */
  readonly reason: string;
}

/** Do invoices themselves lack? Only then is a list not whole. */
export function lacksInvoices({ cause }: MissingRange): boolean {
  return cause !== "PART_OF_DATA";
}

/** One source's part in a list. */
export interface SourceReport {
  readonly source: string;
  readonly status: SourceStatus;
  /** One for each code that occurred. */
  readonly errors: readonly Failure[];
  /** The age of the oldest answer that was used. */
  readonly fetchedAt: Instant | null;
  /** The days of issue that were asked for. */
  readonly asked: ClosedRange | null;
  /** The first and last day that the answers really cover. */
  readonly covered: ClosedRange | null;
  readonly missing: readonly MissingRange[];
  /** Records that the source sent and that were left out, in sentences. */
  readonly dropped: readonly string[];
  /** How many of its invoices match, over all pages. */
  readonly count: number;
}

/** Does a report leave nothing out? */
export function isWhole(report: SourceReport): boolean {
  return (
    report.status === "OK" ||
    report.status === "SKIPPED" ||
    (report.status === "STALE" && !report.missing.some(lacksInvoices))
  );
}
