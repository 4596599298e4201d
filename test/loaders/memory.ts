/** Sources and requests without a network, for tests of lists over random worlds. */
import { createDirectory } from "../../src/directory/create.ts";
import { type LoaderSetup, createLoaders } from "../../src/loaders/index.ts";
import { ListMemory } from "../../src/loaders/list-memory.ts";
import { daysOfMonth, monthOf, monthsIn } from "../../src/model/day.ts";
import { Failure } from "../../src/model/errors.ts";
import { createPace } from "../../src/model/pace.ts";
import { type Invoice, blankInvoice, invoiceId } from "../../src/model/invoice.ts";
import type { Answer, Call, InvoiceLister, Question, Source } from "../../src/model/source.ts";

/** How a source is asked: each account, each month for all accounts, or each month of each account. */
export type Shape = "ACCOUNT" | "MONTH" | "ACCOUNT_MONTH";

export const limits = { defaultPageSize: 20, maxPageSize: 100, maxMonths: 60, maxCustomers: 200 };

/** An invoice with these values; its id follows from source, account and `name`. */
export function invoiceOf(
  place: { readonly source: string; readonly account: string },
  name: string,
  values: Partial<Invoice> = {},
): Invoice {
  const { source, account } = place;
  const key = [monthOf(values.issuedOn ?? "2026-01-01"), name];
  return { ...blankInvoice, source, account, key, id: invoiceId({ source, account, key }), ...values };
}

/** A source over invoices that may change between questions; `fails` is asked before each answer, by the question's key or an id. */
export function memorySource(
  id: string,
  shape: Shape,
  invoices: () => readonly Invoice[],
  fails: (key: string) => boolean = () => false,
): Source {
  const failIf = (key: string) => {
    if (fails(key)) throw new Failure("SOURCE_TIMEOUT", { source: id });
  };
  return {
    id,
    kind: "memory",
    invoices: {
      reach: () => [],
      questions(accounts, range) {
        const ofAccounts = shape === "MONTH" ? [null] : accounts;
        const months = shape === "ACCOUNT" ? [null] : monthsIn(range);
        return ofAccounts.flatMap((account) => months.map((month) => question(account, month)));
      },
      questionFor: () => null,
      async ask({ key, account, month }) {
        failIf(key);
        const found = invoices().filter(
          (invoice) =>
            (account === null || invoice.account === account) &&
            (month === null || monthOf(invoice.issuedOn ?? "") === month),
        );
        return { invoices: found, fetchedAt: "2026-06-15T12:00:00.000Z", dropped: [] };
      },
    },
    details: {
      async ask(invoice) {
        failIf(invoice.id);
        return { ...invoice, isDetailed: true };
      },
    },
    ping: async () => {},
    close: async () => {},
  };
}

/** The source with each answer kept until it is forgotten. `reads` counts how often the invoices of an answer were looked through. */
export function keptSource(source: Source) {
  const kept = new Map<string, Promise<Answer>>();
  const counts = { reads: 0 };
  const { invoices: lister } = source;
  if (lister === undefined) throw new Error("a source of lists is needed");

  async function counted(question: Question, call: Call): Promise<Answer> {
    const { invoices, ...answer } = await lister!.ask(question, call);
    return {
      ...answer,
      numbersDiffer: true,
      get invoices() {
        counts.reads += 1;
        return invoices;
      },
    };
  }

  const invoices: InvoiceLister = {
    ...lister,
    ask(question, call) {
      let answer = kept.get(question.key);
      if (answer === undefined) kept.set(question.key, (answer = counted(question, call)));
      return answer;
    },
  };
  return {
    source: { ...source, invoices },
    counts,
    keys: () => [...kept.keys()],
    forget: (key: string) => void kept.delete(key),
  };
}

/** The loaders of one request of customer service, which sees all; one customer for each account, named after it. */
export function requestOver(
  sources: readonly Source[],
  accounts: readonly string[],
  options: Partial<
    Pick<
      LoaderSetup,
      "now" | "viewer" | "maySee" | "audit" | "directory" | "memory" | "cursorSecret" | "limits"
    >
  > = {},
) {
  const directory = createDirectory(
    accounts.map((account) => ({
      key: account,
      name: `Customer ${account}`,
      parentKey: null,
      accounts: sources.map(({ id }) => ({ source: id, reference: account })),
    })),
  );
  return createLoaders({
    pace: createPace(),
    sources: new Map(sources.map((source) => [source.id, source])),
    memory: new ListMemory(),
    directory,
    viewer: { id: "test", role: "CUSTOMER_SERVICE", customerId: null, scopes: [] },
    maySee: () => true,
    audit: { listed() {}, exported() {}, read() {} },
    call: { signal: new AbortController().signal, deadlineAt: Date.now() + 3_600_000 },
    now: () => Date.parse("2026-06-15T12:00:00Z"),
    limits,
    cursorSecret: Buffer.from("a secret of the test"),
    ...options,
  });
}

function question(account: string | null, month: string | null): Question {
  const covers = month === null ? null : daysOfMonth(month);
  return { key: `${account} ${month}`, account, month, covers };
}
