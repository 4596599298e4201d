/** Invoices that credit memos name: looked for in the same account, among the twelve months before the memo. */
import { type Day, addMonthsToDay } from "../model/day.ts";
import type { Failure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Answer, Source } from "../model/source.ts";
import type { Warning } from "../model/warning.ts";
import type { Answers } from "./answers.ts";

/** Finds the invoices that credit memos name. */
export interface CreditedLoader {
  /** The invoice that the memo names by this number; null when it is not there. Throws the source's Failure. */
  find(memo: Invoice, number: string): Promise<Invoice | null>;
  /** A warning that names the numbers that were not found; null when all are, or when the source cannot be asked. */
  warning(memo: Invoice): Promise<Warning | null>;
}

/** For one request; `today` stands in for a memo without an issue date. */
export function createCreditedLoader(
  sources: ReadonlyMap<string, Source>,
  answers: Answers,
  today: Day,
): CreditedLoader {
  const indexes = new WeakMap<Answer, ReadonlyMap<string, Invoice>>();

  function indexOf(answer: Answer): ReadonlyMap<string, Invoice> {
    let index = indexes.get(answer);
    if (index === undefined) indexes.set(answer, (index = indexByNumber(answer)));
    return index;
  }

  async function find(memo: Invoice, number: string): Promise<Invoice | null> {
    const source = sources.get(memo.source);
    if (source === undefined) return null;
    const to = memo.issuedOn ?? today;
    const asking = answers.askAll(source, [memo.account], { from: addMonthsToDay(to, -12), to });
    let failed: Failure | null = null;
    for (const { outcome } of asking) {
      const { answer, failure } = await outcome;
      const found = answer && indexOf(answer).get(keyOf(memo.account, number));
      if (found) return found;
      failed ??= failure;
    }
    if (failed !== null) throw failed;
    return null;
  }

  async function isMissing(memo: Invoice, number: string): Promise<boolean> {
    try {
      return (await find(memo, number)) === null;
    } catch {
      // Of what cannot be asked nobody can say that it is not there; the list's report names the failure.
      return false;
    }
  }

  return {
    find,
    async warning(memo) {
      const { creditedNumbers } = memo;
      const isEachMissing = await Promise.all(creditedNumbers.map((number) => isMissing(memo, number)));
      const missing = creditedNumbers.filter((_, index) => isEachMissing[index]);
      return missing.length === 0 ? null : notFound(missing);
    },
  };
}

function indexByNumber({ invoices }: Answer): ReadonlyMap<string, Invoice> {
  const index = new Map<string, Invoice>();
  for (const invoice of invoices) {
    const { account, number, type } = invoice;
    if (number === null || type === "CREDIT_MEMO") continue;
    const key = keyOf(account, number);
    if (!index.has(key)) index.set(key, invoice);
  }
  return index;
}

function keyOf(account: string, number: string): string {
  return `${number}\n${account}`;
}

function notFound(numbers: readonly string[]): Warning {
  return {
    code: "CREDITED_INVOICE_NOT_FOUND",
    message: `The memo credits ${numbers.join(", ")}, not found in the same account among the twelve months before it.`,
    fields: ["creditedInvoices"],
    stated: null,
    expected: null,
  };
}
