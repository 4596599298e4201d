/** Collects a list: which questions it needs, asked side by side, and what the answers add up to. */
import { partId } from "../listing/cursor.ts";
import { type InvoiceFilter, listTest, needsDetails } from "../listing/filter.ts";
import type { Collection, Part } from "../listing/found.ts";
import type { MissingRange } from "../listing/report.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Freshness, Source } from "../model/source.ts";
import type { Answers, Outcome } from "./answers.ts";
import type { DetailLoader } from "./details.ts";
import { type Narrow, checkDetails, createNarrow } from "./narrow.ts";
import { type Wanted, ownIn, ownersBySource } from "./own.ts";
import { type AskedSource, reportOn } from "./report.ts";
import type { LoadWarnings } from "./warnings.ts";

/** What a list is asked for. */
export interface ListRequest {
  /** Already known to be visible. */
  readonly customers: readonly Customer[];
  readonly filter: InvoiceFilter;
  readonly window: ClosedRange;
  /** Days and customers that a limit of ours leaves out, for every source's report. */
  readonly cuts: readonly MissingRange[];
  /** How old the answers may be; absent: as configured. */
  readonly freshness?: Freshness | undefined;
}

export interface CollectSetup {
  readonly sources: ReadonlyMap<string, Source>;
  readonly answers: Answers;
  readonly details: DetailLoader;
  readonly warnings: LoadWarnings;
  readonly today: Day;
}

/**
 * All invoices that match, part by part, and what every source contributed. Never rejects because of a source; throws
 * LIMIT_EXCEEDED for a filter that would need too many details.
 */
export async function collect(
  { sources, answers, details, warnings, today }: CollectSetup,
  { customers, filter, window, cuts, freshness }: ListRequest,
): Promise<Collection> {
  const wantedSources = new Set(filter.sources ?? sources.keys());
  const owners = ownersBySource(customers);
  const { issuedOn, ...others } = filter;
  const matches = listTest(others);

  async function ofSource(source: Source): Promise<AskedSource> {
    const ofAccount = wantedSources.has(source.id) ? owners.get(source.id) : undefined;
    const accounts = [...(ofAccount?.keys() ?? [])];
    const outcomes = await answers.askAll(source, accounts, window, freshness);
    const wanted: Wanted = {
      owners: ofAccount ?? new Map(),
      window,
      mustBeDated: issuedOn !== undefined,
      matches,
    };
    const parts: Part[] = [];
    const seen = new Set<string>();
    let undated = 0;
    for (const { question, outcome } of outcomes) {
      const own = outcome.answer === null ? null : await ownIn(outcome.answer, wanted, seen);
      undated += own?.undated ?? 0;
      const id = partId(source.id, question.key);
      parts.push({ id, source: source.id, failed: own === null, found: own?.found ?? [], undecided: [] });
    }
    return { source, accounts, window, outcomes, parts, cuts, undated };
  }

  const listers = [...sources.values()].filter((source) => source.invoices !== undefined);
  let all = await Promise.all(listers.map(ofSource));
  if (needsDetails(filter)) {
    checkDetails(all.flatMap(({ parts }) => parts));
    const narrow = createNarrow(filter, { details, warnings });
    all = await Promise.all(all.map((each) => narrowed(each, narrow)));
  }
  return { parts: all.flatMap(({ parts }) => parts), reports: all.map((each) => reportOn(each, today)) };
}

async function narrowed(asked: AskedSource, narrow: Narrow): Promise<AskedSource> {
  const parts: Part[] = [];
  const undecided: Outcome<Invoice>[] = [];
  // All of them are under way before the first is waited for.
  for (const each of await Promise.all(asked.parts.map(narrow))) {
    parts.push(each.part);
    undecided.push(...each.failures);
  }
  return { ...asked, parts, undecided };
}
