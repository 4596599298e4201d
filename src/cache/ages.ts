/** How long each kind of answer is given out. */
import { addMonths, monthOf, todayUtc } from "../model/day.ts";
import type { Freshness, Question } from "../model/source.ts";
import type { CacheConfig } from "./config.ts";

/** What may be done with an answer of which age, in milliseconds; younger than that, not as old. */
export interface Ages {
  readonly freshMs: number;
  /** After `freshMs`: given out while a new one is fetched behind it. */
  readonly revalidateMs: number;
  /** From the beginning: stands in for a new one that cannot be had. */
  readonly staleIfErrorMs: number;
}

/** The ages of one source's answers. */
export interface SourceAges {
  /** `isShort`: something was left out of the answer, which the source may put right soon. */
  invoices(question: Question, isShort: boolean): Ages;
  readonly details: Ages;
  readonly settings: Ages;
  readonly tables: Ages;
  readonly accounts: Ages;
}

/** The ages that are configured for a source. */
export function agesOf(config: CacheConfig, source: string, now: () => number): SourceAges {
  const own = Object.hasOwn(config.sources, source) ? config.sources[source] : undefined;
  const ages = { ...config.ages, ...own };
  const revalidateMs = (ages.revalidateSeconds ?? 0) * 1_000;
  const staleIfErrorMs = (ages.staleIfErrorSeconds ?? 0) * 1_000;
  // What carries no mark of its age never stands in for an answer that failed.
  const unmarked = (seconds = 0): Ages => ({ freshMs: seconds * 1_000, revalidateMs, staleIfErrorMs: 0 });
  const marked = (seconds = 0): Ages => ({ ...unmarked(seconds), staleIfErrorMs });
  const recent = marked(ages.recentInvoicesSeconds);
  const older = marked(ages.olderInvoicesSeconds);
  return {
    invoices({ covers }, isShort) {
      const lastMonth = addMonths(monthOf(todayUtc(now())), -1);
      const isRecent = covers === null || monthOf(covers.to) >= lastMonth;
      return isRecent || isShort ? recent : older;
    },
    details: unmarked(ages.detailsSeconds),
    settings: marked(ages.settingsSeconds),
    tables: unmarked(ages.tablesSeconds),
    accounts: unmarked(ages.accountsSeconds),
  };
}

/** FRESH: give it out. AGING: give it out and fetch a new one. OLD: fetch a new one first. */
export type Judgement = "FRESH" | "AGING" | "OLD";

// By as much replicas' clocks may differ.
const mostSkewMs = 2_000;

/** What to do with an answer of that age. */
export function judge(ageMs: number, ages: Ages, freshness: Freshness | undefined): Judgement {
  const most = freshness?.maxAgeMs ?? Infinity;
  // Kept for no time at all is not kept for revalidation either.
  if (ages.freshMs === 0) return "OLD";
  // Of an answer from the future, once the clock was set back, nobody knows the age.
  if (ageMs < -mostSkewMs) return "OLD";
  if (ageMs < Math.min(ages.freshMs, most)) return "FRESH";
  return ageMs < Math.min(ages.freshMs + ages.revalidateMs, most) ? "AGING" : "OLD";
}

/** May an answer of that age stand in for one that failed? */
export function mayStandIn(ageMs: number, ages: Ages, freshness: Freshness | undefined): boolean {
  return ageMs < Math.min(ages.staleIfErrorMs, freshness?.staleIfErrorMs ?? Infinity);
}
