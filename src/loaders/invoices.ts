/** Invoices: which questions a list or an id needs, asked side by side, and what the answers add up to. */
import { partId } from "../listing/cursor.ts";
import { type InvoiceFilter, detailTest, listTest, needsDetails } from "../listing/filter.ts";
import type { Collection, Found, Part } from "../listing/found.ts";
import type { Customer } from "../model/customer.ts";
import { type ClosedRange, type Day, addMonthsToDay } from "../model/day.ts";
import { readIdOf } from "../model/id.ts";
import { type Invoice, invoicePlace } from "../model/invoice.ts";
import type { Answer, Question, Source } from "../model/source.ts";
import type { Answers, Outcome } from "./answers.ts";
import type { CustomerLoaders } from "./customers.ts";
import type { DetailLoader } from "./details.ts";
import { type AskedSource, reportOn } from "./report.ts";

/** What a list is asked for. */
export interface ListRequest {
  /** Already known to be visible. */
  readonly customers: readonly Customer[];
  readonly filter: InvoiceFilter;
  readonly window: ClosedRange;
  /** Days and customers that a limit of ours leaves out, for every source's report. */
  readonly cuts: readonly { readonly range: ClosedRange; readonly reason: string }[];
}

export interface InvoiceLoaders {
  /** All invoices that match, part by part, and what every source contributed. Never rejects because of a source. */
  collect(request: ListRequest): Promise<Collection>;
  /** The invoice, or null when it is unknown or belongs to a customer that the viewer may not see. Throws the source's Failure. */
  byId(id: string): Promise<Found | null>;
  /** The invoice that a memo credits, among those of its account issued in the twelve months before it; throws the source's Failure. */
  credited(memo: Invoice, number: string): Promise<Invoice | null>;
}

interface Asked {
  readonly source: Source;
  readonly question: Question;
  readonly outcome: Outcome<Answer>;
}

export interface InvoiceSetup {
  readonly sources: ReadonlyMap<string, Source>;
  readonly customers: CustomerLoaders;
  readonly answers: Answers;
  readonly details: DetailLoader;
  readonly today: Day;
  /** Told of every invoice that was found by its id. */
  readonly onRead: (id: string) => void;
}

/** Invoices for one request of one viewer. */
export function createInvoiceLoaders({
  sources,
  customers,
  answers,
  details,
  today,
  onRead,
}: InvoiceSetup): InvoiceLoaders {
  async function askAll(source: Source, accounts: readonly string[], window: ClosedRange): Promise<Asked[]> {
    const questions = source.invoices?.questions(accounts, window) ?? [];
    return Promise.all(
      questions.map(async (question) => ({ source, question, outcome: await answers.ask(source, question) })),
    );
  }

  return {
    async collect({ customers: asked, filter, window, cuts }) {
      const wanted = new Set(filter.sources ?? sources.keys());
      const owners = ownersBySource(asked);
      const listers = [...sources.values()].filter((source) => source.invoices !== undefined);
      const inOneWave = await Promise.all(
        listers.map(async (source) => {
          const accounts = wanted.has(source.id) ? [...(owners.get(source.id)?.keys() ?? [])] : [];
          return { source, accounts, asked: await askAll(source, accounts, window) };
        }),
      );

      const matches = listTest({ ...filter, issuedOn: filter.issuedOn ?? window });
      const parts: Part[] = [];
      const reports: AskedSource[] = [];
      for (const { source, accounts, asked: outcomes } of inOneWave) {
        const ofSource = owners.get(source.id) ?? new Map<string, Customer>();
        const seen = new Set<string>();
        const partsOfSource = outcomes.map(({ question, outcome }) => ({
          id: partId(source.id, question.key),
          failed: outcome.failure !== null,
          found: outcome.answer === null ? [] : ownedIn(outcome.answer, ofSource, seen, matches),
        }));
        parts.push(...partsOfSource);
        reports.push({ source, accounts, window, outcomes, parts: partsOfSource, cuts });
      }
      if (!needsDetails(filter)) return { parts, reports: reports.map((each) => reportOn(each, today)) };
      return narrowByDetails(parts, reports, filter);
    },

    async byId(id) {
      const parts = readIdOf("Invoice", id);
      const place = parts === null ? null : invoicePlace(parts);
      if (place === null) return null;
      const customer = await customers.owner({ source: place.source, reference: place.account });
      const source = sources.get(place.source);
      const question = source?.invoices?.questionFor(place) ?? null;
      if (customer === null || source === undefined || question === null) return null;
      const { answer, failure } = await answers.ask(source, question);
      if (failure !== null) throw failure;
      const invoice = answer.invoices.find((each) => each.id === id);
      if (invoice === undefined) return null;
      onRead(id);
      return { invoice, customer };
    },

    async credited(memo, number) {
      const source = sources.get(memo.source);
      if (source === undefined) return null;
      const to = memo.issuedOn ?? today;
      const outcomes = await askAll(source, [memo.account], { from: addMonthsToDay(to, -12), to });
      for (const { outcome } of outcomes) {
        const found = outcome.answer?.invoices.find((each) => isCredited(each, memo, number));
        if (found !== undefined) return found;
      }
      const failed = outcomes.find(({ outcome }) => outcome.failure !== null);
      if (failed?.outcome.failure) throw failed.outcome.failure;
      return null;
    },
  };

  async function narrowByDetails(
    parts: readonly Part[],
    reports: readonly AskedSource[],
    filter: InvoiceFilter,
  ): Promise<Collection> {
    const matches = detailTest(filter);
    const narrowed = new Map<Part, Part>();
    const failures = new Map<string, Outcome<Invoice>[]>();
    await Promise.all(
      parts.map(async (part) => {
        const outcomes = await Promise.all(part.found.map(({ invoice }) => details.outcome(invoice)));
        const found: Found[] = [];
        for (const [index, { invoice, customer }] of part.found.entries()) {
          const outcome = outcomes[index];
          if (outcome?.answer) {
            const detailed = { invoice: outcome.answer, customer };
            if (matches(detailed)) found.push(detailed);
          } else if (outcome) {
            failures.set(invoice.source, [...(failures.get(invoice.source) ?? []), outcome]);
          }
        }
        narrowed.set(part, {
          id: part.id,
          failed: part.failed || outcomes.some(({ failure }) => failure !== null),
          found,
        });
      }),
    );
    return {
      parts: parts.map((part) => narrowed.get(part) ?? part),
      reports: reports.map((each) =>
        reportOn(
          {
            ...each,
            parts: each.parts.map((part) => narrowed.get(part) ?? part),
            undecided: failures.get(each.source.id) ?? [],
          },
          today,
        ),
      ),
    };
  }
}

function ownersBySource(customers: readonly Customer[]): Map<string, Map<string, Customer>> {
  const owners = new Map<string, Map<string, Customer>>();
  for (const customer of customers) {
    for (const { source, reference } of customer.accounts) {
      let ofSource = owners.get(source);
      if (ofSource === undefined) owners.set(source, (ofSource = new Map()));
      ofSource.set(reference, customer);
    }
  }
  return owners;
}

// An answer may hold invoices of other customers (one V6 month serves all): only those of the asked accounts pass.
function ownedIn(
  answer: Answer,
  owners: ReadonlyMap<string, Customer>,
  seen: Set<string>,
  matches: (found: Found) => boolean,
): Found[] {
  const owned: Found[] = [];
  for (const invoice of answer.invoices) {
    const customer = owners.get(invoice.account);
    if (customer === undefined) continue;
    const found = { invoice, customer };
    if (!matches(found) || seen.has(invoice.id)) continue;
    seen.add(invoice.id);
    owned.push(found);
  }
  return owned;
}

function isCredited(invoice: Invoice, memo: Invoice, number: string): boolean {
  return invoice.account === memo.account && invoice.number === number && invoice.type !== "CREDIT_MEMO";
}
