/** Everything that matches a filter, for an export: read answer by answer, so that no more than a few of them are held at once. */
import { type InvoiceFilter, listTest, needsDetails } from "../listing/filter.ts";
import type { Found } from "../listing/found.ts";
import { type SourceReport, isWhole } from "../listing/report.ts";
import type { Customer } from "../model/customer.ts";
import type { Day } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Pace } from "../model/pace.ts";
import type { Answer, Call, Question, Source } from "../model/source.ts";
import { type Asked, type Outcome, createAnswers } from "./answers.ts";
import { createCreditedLoader } from "./credited.ts";
import { createDetailLoader } from "./details.ts";
import { inOrder } from "./in-order.ts";
import { type ListPlan, type PlanSetup, planList } from "./list-plan.ts";
import { createNarrow } from "./narrow.ts";
import { identityNoting, ownIn, ownersBySource } from "./own.ts";
import { reportOn } from "./report.ts";
import { createWarningLoader } from "./warnings.ts";

/** What is being read, and how far. */
export interface ExportReading {
  /** Each invoice once: source by source, as the sources list them. Never rejects because of a source. */
  readonly rows: AsyncIterable<Found>;
  /** How much of the sources' answers has been read, 0 to 1. */
  progress(): number;
  /** What every source contributed; final after the last row. */
  reports(): readonly SourceReport[];
  /** Is nothing missing, as far as was read? */
  isComplete(): boolean;
}

/** Reads what exports are written of. */
export interface ExportLoader {
  /** Of all that the viewer may see, without a limit on customers. Throws BAD_INPUT and NOT_FOUND, as lists do. */
  plan(filter: InvoiceFilter): Promise<ListPlan>;
  /** `withDetails`: also what a source tells of an invoice only when it is asked for that one. */
  read(plan: ListPlan, withDetails: boolean): ExportReading;
}

export interface ExportSetup extends Pick<PlanSetup, "customers"> {
  readonly sources: ReadonlyMap<string, Source>;
  readonly maxMonths: number;
  readonly today: Day;
  readonly call: Call;
  readonly pace: Pace;
  /** Told of the invoices of each answer, by their ids. */
  readonly onListed: (ids: readonly string[]) => void;
}

interface Work {
  readonly source: Source;
  readonly owners: ReadonlyMap<string, Customer>;
  readonly questions: readonly Question[];
  readonly outcomes: Asked[];
  /** One for each code: details that could not be had. */
  readonly undecided: Map<string, Outcome<Invoice>>;
  undated: number;
  count: number;
}

// Answers are the largest things in memory: one is being written while the next ones are on their way.
const answersAtOnce = 4;
const detailsAtOnce = 16;
const everything = { customer: null, withSubCustomers: false } as const;

/** Exports for one viewer, whose upstream calls all carry `call`. */
export function createExportLoader(setup: ExportSetup): ExportLoader {
  const { sources, customers, maxMonths, today } = setup;
  const limits = { maxMonths, maxCustomers: Number.MAX_SAFE_INTEGER - 1 };
  return {
    plan: async (filter) =>
      planList({ sourceIds: [...sources.keys()], customers, limits, today }, everything, filter),
    read(plan, withDetails) {
      const works = worksOf(plan, sources);
      const all = works.reduce((sum, { questions }) => sum + questions.length, 0);
      const read = () => works.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
      const reports = () => works.map((work) => reportOf(work, plan, today));
      return {
        rows: rowsOf(works, plan, withDetails, setup),
        progress: () => (all === 0 ? 1 : read() / all),
        reports,
        isComplete: () => reports().every(isWhole),
      };
    },
  };
}

function worksOf({ filter, customers, window }: ListPlan, sources: ReadonlyMap<string, Source>): Work[] {
  if (window === null) return [];
  const wanted = new Set(filter.sources ?? sources.keys());
  const ownersOf = ownersBySource(customers);
  return [...sources.values()].flatMap((source): Work[] => {
    if (source.invoices === undefined) return [];
    const owners = (wanted.has(source.id) ? ownersOf.get(source.id) : undefined) ?? new Map();
    const questions = owners.size === 0 ? [] : source.invoices.questions([...owners.keys()], window);
    return [{ source, owners, questions, outcomes: [], undecided: new Map(), undated: 0, count: 0 }];
  });
}

async function* rowsOf(
  works: readonly Work[],
  { filter, window }: ListPlan,
  withDetails: boolean,
  setup: ExportSetup,
): AsyncGenerator<Found> {
  if (window === null) return;
  const { call, pace, onListed } = setup;
  const { issuedOn, ...others } = filter;
  const wanted = { window, mustBeDated: issuedOn !== undefined, matches: listTest(others) };
  const looked = createLook(filter, withDetails, setup);
  const asked = inOrder(
    works.flatMap((work) => work.questions.map((question) => ({ work, question }))),
    answersAtOnce,
    // A memory of its own for each question: that of a request would keep every answer to the end.
    async ({ work, question }) => ({
      work,
      question,
      outcome: await createAnswers(call).ask(work.source, question),
    }),
  );
  let before: { readonly of: Work | null; readonly met: readonly string[] } = { of: null, met: [] };
  for await (const { work, question, outcome } of asked) {
    call.signal.throwIfAborted();
    // Only neighbouring questions cover the same days, so only their answers can hold the same invoice.
    const seen = new Set(before.of === work ? before.met : []);
    const met: string[] = [];
    const ofWork = { ...wanted, owners: work.owners, identityOf: identityNoting(work.source, met) };
    const own = outcome.answer && (await ownIn(outcome.answer, ofWork, seen, pace));
    const found = own?.found ?? [];
    if (own !== null) before = { of: work, met };
    const written: string[] = [];
    for (let at = 0; at < found.length; at += detailsAtOnce) {
      for (const row of await looked(found.slice(at, at + detailsAtOnce), work)) {
        written.push(row.invoice.id);
        yield row;
      }
      call.signal.throwIfAborted();
    }
    work.undated += own?.undated ?? 0;
    work.count += written.length;
    work.outcomes.push({ question, outcome: withoutInvoices(outcome) });
    if (written.length > 0) onListed(written);
  }
}

/** Some of what was found as it is to be written, without what does not match after all. */
type Look = (found: readonly Found[], work: Work) => Promise<readonly Found[]>;

function createLook(
  filter: InvoiceFilter,
  withDetails: boolean,
  { sources, today, call, pace }: ExportSetup,
): Look {
  // Only a filter by warnings asks for more than details: its answers are kept, because many memos need the same ones.
  const answers = createAnswers(call);

  return async (found, { source, undecided }) => {
    if (!withDetails && !needsDetails(filter)) return found;
    // A memory for these few only, as with answers.
    const details = createDetailLoader(sources, call);
    let rows = found;
    if (needsDetails(filter)) {
      const warnings = createWarningLoader(details, createCreditedLoader(sources, answers, today));
      const part = { id: source.id, source: source.id, failed: false, found, undecided: [] };
      const narrowed = await createNarrow(filter, { details, warnings, pace })(part);
      for (const each of narrowed.failures) undecided.set(each.failure?.code ?? "", each);
      rows = narrowed.part.found;
    }
    if (!withDetails) return rows;
    return Promise.all(
      rows.map(async ({ invoice, customer }) => {
        const outcome = await details.outcome(invoice);
        if (outcome.failure !== null) undecided.set(outcome.failure.code, outcome);
        // Without its details it is written as it is listed, and says so.
        return { invoice: outcome.answer ?? invoice, customer };
      }),
    );
  };
}

function reportOf(work: Work, { window, cuts }: ListPlan, today: Day): SourceReport {
  const { source, owners, outcomes, undecided, undated, count } = work;
  const asked = { source, accounts: [...owners.keys()], window: window ?? { from: today, to: today } };
  const report = reportOn(
    { ...asked, outcomes, parts: [], cuts, undated, undecided: [...undecided.values()] },
    today,
  );
  return { ...report, count };
}

// What a report is made of is kept, and of many like sentences one.
function withoutInvoices(outcome: Outcome<Answer>): Outcome<Answer> {
  if (outcome.answer === null) return outcome;
  const { dropped } = outcome.answer;
  const distinct = [
    ...new Map(dropped.map((record) => [`${record.account}\n${record.message}`, record] as const)).values(),
  ];
  return { ...outcome, answer: { ...outcome.answer, invoices: [], dropped: distinct } };
}
