/** Collects a list: which questions it needs, asked side by side, and what the answers add up to. */
import { type InvoiceFilter, listTest, needsDetails } from "../listing/filter.ts";
import type { Part } from "../listing/found.ts";
import type { MissingRange } from "../listing/report.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Pace } from "../model/pace.ts";
import type { Answer, Freshness, Source } from "../model/source.ts";
import type { Answers, Asked, Asking, Outcome } from "./answers.ts";
import { Collected } from "./collected.ts";
import type { DetailLoader } from "./details.ts";
import type { ListMemory, Shelf } from "./list-memory.ts";
import { type Narrow, checkDetails, createNarrow } from "./narrow.ts";
import { identityIn, ownIn, ownersBySource } from "./own.ts";
import { AskedPart } from "./part.ts";
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
  readonly memory: ListMemory;
  /** Of the request. */
  readonly pace: Pace;
  /** Its number in the memory. */
  readonly request: number;
  readonly today: Day;
}

/** A source, the accounts that it is asked for, and what comes of it. */
interface OfSource {
  readonly source: Source;
  /** By account. */
  readonly owners: ReadonlyMap<string, Customer>;
  readonly accounts: readonly string[];
  readonly asking: readonly Asking[];
  readonly outcomes: Asked[];
}

const nobody: OfSource["owners"] = new Map();

/**
 * All invoices that match, part by part, and what every source contributed. Never rejects because of a source; throws
 * LIMIT_EXCEEDED for a filter that would need too many details.
 */
export async function collect(setup: CollectSetup, request: ListRequest): Promise<Collected> {
  const { pace, today } = setup;
  const { filter, window, cuts } = request;
  const all = begun(setup, request);
  // None rejects, and all are on their way: one after the other is as soon as all together.
  for (const { asking, outcomes } of all)
    for (const { question, outcome } of asking) outcomes.push({ question, outcome: await outcome });
  // Many may have waited for the same.
  if (pace.isDue()) await pace.rest();
  const shelf = shelfFor(all, filter, setup);
  const key = shelf === null ? "" : keyOf(request, today);
  const known = shelf?.get(key) ?? null;
  if (known !== null) return known;
  const mustBeDated = filter.issuedOn !== undefined;
  // The window is looked at before, and what has no date is counted.
  const matches = listTest(mustBeDated ? { ...filter, issuedOn: undefined } : filter);
  let found: AskedSource[] = [];
  for (const { source, owners, accounts, outcomes } of all) {
    const wanted = { owners, window, mustBeDated, matches, identityOf: identityIn(source) };
    const parts: Part[] = [];
    const seen = isOneOfAKind(outcomes) ? null : new Set<string>();
    let undated = 0;
    for (const { question, outcome } of outcomes) {
      if (pace.isDue()) await pace.rest();
      const looked = outcome.answer === null ? null : ownIn(outcome.answer, wanted, seen, pace);
      const own = looked instanceof Promise ? await looked : looked;
      undated += own?.undated ?? 0;
      parts.push(new AskedPart(source.id, question.key, own?.found ?? null));
    }
    found.push({ source, accounts, window, outcomes, parts, cuts, undated });
  }
  if (needsDetails(filter)) {
    checkDetails(found.flatMap(({ parts }) => parts));
    const narrow = createNarrow(filter, setup);
    found = await Promise.all(found.map((each) => narrowed(each, narrow)));
  }
  const collected = collectedFrom(found, today);
  shelf?.set(key, collected);
  return collected;
}

/** Each source that lists invoices, asked all that it is to be asked. */
function begun(
  { sources, answers }: CollectSetup,
  { customers, filter, window, freshness }: ListRequest,
): OfSource[] {
  const bySource = ownersBySource(customers);
  const all: OfSource[] = [];
  for (const source of sources.values()) {
    if (source.invoices === undefined) continue;
    const owners = (filter.sources?.includes(source.id) === false ? null : bySource.get(source.id)) ?? nobody;
    const accounts = owners === nobody ? [] : [...owners.keys()];
    const asking = answers.askAll(source, accounts, window, freshness);
    all.push({ source, owners, accounts, asking, outcomes: [] });
  }
  return all;
}

// What failed or stands in for a failure may be better the next time, and what details say is not in the answers.
function shelfFor(
  all: readonly OfSource[],
  filter: InvoiceFilter,
  { memory, request }: CollectSetup,
): Shelf | null {
  if (needsDetails(filter)) return null;
  const answers: Answer[] = [];
  for (const { outcomes } of all) {
    for (const { outcome } of outcomes) {
      if (outcome.answer === null || outcome.answer.staleBecause !== undefined) return null;
      answers.push(outcome.answer);
    }
  }
  return memory.shelfOf(answers, request);
}

/** All that decides a list beside the answers; customers by what they are, since not every directory gives the same objects again. */
function keyOf({ customers, filter, window, cuts }: ListRequest, today: Day): string {
  return `${JSON.stringify([filter, window, cuts, today])}${JSON.stringify(customers)}`;
}

function collectedFrom(found: readonly AskedSource[], today: Day): Collected {
  const parts: Part[] = [];
  for (const each of found) for (const part of each.parts) parts.push(part);
  return new Collected(
    parts,
    found.map((each) => reportOn(each, today)),
  );
}

// To note the id of every invoice takes as long as to make it.
function isOneOfAKind(outcomes: readonly Asked[]): boolean {
  const [first] = outcomes;
  return first === undefined || (outcomes.length === 1 && first.outcome.answer?.idsDiffer === true);
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
