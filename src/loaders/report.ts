/** What one source contributed to a list, told from the outcomes of its questions. */
import type { Part } from "../listing/found.ts";
import { type MissingRange, type SourceReport, type SourceStatus, lacksInvoices } from "../listing/report.ts";
import { type ClosedRange, type Day, addDays } from "../model/day.ts";
import type { Instant } from "../model/instant.ts";
import type { Failure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Answer, Question, Reach, Source } from "../model/source.ts";
import type { Asked, Outcome } from "./answers.ts";

/** A source, what it was asked, and what came of it. */
export interface AskedSource {
  readonly source: Source;
  /** Empty when the source was not asked. */
  readonly accounts: readonly string[];
  readonly window: ClosedRange;
  readonly outcomes: readonly Asked[];
  readonly parts: readonly Part[];
  readonly cuts: readonly MissingRange[];
  /** How many of its invoices were left out only because they have no issue date. */
  readonly undated?: number;
  /** Invoices of which it is not known whether they match, because their details could not be had. */
  readonly undecided?: readonly Outcome<Invoice>[];
}

const noOutcomes: NonNullable<AskedSource["undecided"]> = [];

/** The source's report. */
export function reportOn(each: AskedSource, today: Day): SourceReport {
  const { source, accounts, window, outcomes, parts, undated = 0, undecided = noOutcomes } = each;
  if (accounts.length === 0) return skipped(source.id);
  const answers: Answer[] = [];
  const failed: Question[] = [];
  const failures: Failure[] = [];
  const stale: Failure[] = [];
  for (const { question, outcome } of outcomes) {
    if (outcome.failure === null) {
      answers.push(outcome.answer);
      if (outcome.answer.staleBecause !== undefined) stale.push(outcome.answer.staleBecause);
    } else {
      failed.push(question);
      failures.push(outcome.failure);
    }
  }
  for (const { failure } of undecided) if (failure !== null) failures.push(failure);
  const reaches = (source.invoices?.reach(today) ?? []).filter(({ since }) => window.from < since);
  const missing = missingOf(each, reaches, failed);
  const dropped = droppedFrom(answers, accounts);
  if (undated > 0) dropped.push(undatedSentence(undated));
  const hasFailed = failed.length > 0 && failed.length === outcomes.length;
  const isShort = missing.some(lacksInvoices) || undecided.length > 0 || dropped.length > 0;
  let start = window.from;
  for (const { of, since } of reaches) if (of === "INVOICES" && since > start) start = since;
  let fetchedAt: Instant | null = null;
  for (const answer of answers)
    if (fetchedAt === null || answer.fetchedAt < fetchedAt) fetchedAt = answer.fetchedAt;
  let count = 0;
  for (const { found } of parts) count += found.length;
  return {
    source: source.id,
    status: statusOf(hasFailed, isShort, stale.length > 0),
    errors: distinct(failures, stale),
    fetchedAt,
    asked: window,
    covered: hasFailed || start > window.to ? null : { from: start, to: window.to },
    missing,
    dropped,
    count,
  };
}

function missingOf(
  { source, window, cuts }: AskedSource,
  reaches: readonly Reach[],
  failed: readonly Question[],
): readonly MissingRange[] {
  if (reaches.length === 0 && failed.length === 0) return cuts;
  return [
    ...cuts,
    ...reaches.map(({ of, since, reason }) => ({
      range: { from: window.from, to: min(addDays(since, -1), window.to) },
      cause: of === "INVOICES" ? ("SOURCE_REACH" as const) : ("PART_OF_DATA" as const),
      reason,
    })),
    ...mergedRanges(failed.map(({ covers }) => clip(covers ?? window, window))).map((range) => ({
      range,
      cause: "FAILED" as const,
      reason: `${source.id} failed to answer.`,
    })),
  ];
}

// One answer may serve many customers: what is left out of another's is not for these to know.
function droppedFrom(answers: readonly Answer[], accounts: readonly string[]): string[] {
  let messages: Set<string> | null = null;
  for (const { dropped } of answers)
    for (const { account, message } of dropped)
      if (account === undefined || accounts.includes(account)) (messages ??= new Set()).add(message);
  return messages === null ? [] : [...messages];
}

function undatedSentence(count: number): string {
  return count === 1
    ? "1 invoice has no issue date, so no range of issue dates holds it."
    : `${count} invoices have no issue date, so no range of issue dates holds them.`;
}

function statusOf(hasFailed: boolean, isShort: boolean, isStale: boolean): SourceStatus {
  if (hasFailed) return "FAILED";
  if (isShort) return "PARTIAL";
  return isStale ? "STALE" : "OK";
}

function skipped(source: string): SourceReport {
  return {
    source,
    status: "SKIPPED",
    errors: [],
    fetchedAt: null,
    asked: null,
    covered: null,
    missing: [],
    dropped: [],
    count: 0,
  };
}

function distinct(failures: readonly Failure[], stale: readonly Failure[]): Failure[] {
  if (failures.length === 0 && stale.length === 0) return [];
  return [...new Map([...failures, ...stale].map((failure) => [failure.code, failure])).values()];
}

function clip(range: ClosedRange, window: ClosedRange): ClosedRange {
  return { from: range.from > window.from ? range.from : window.from, to: min(range.to, window.to) };
}

function min(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function mergedRanges(ranges: readonly ClosedRange[]): ClosedRange[] {
  const merged: ClosedRange[] = [];
  for (const range of ranges
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = merged.at(-1);
    if (last !== undefined && range.from <= addDays(last.to, 1)) {
      merged[merged.length - 1] = { from: last.from, to: range.to > last.to ? range.to : last.to };
    } else merged.push(range);
  }
  return merged;
}
