/** Answers as lines of text and back, a little at a time: a long list never holds the event loop. */
import { blankInvoice, type Invoice, type InvoicePlace } from "../model/invoice.ts";
import { createPace } from "../model/pace.ts";
import type { Answer } from "../model/source.ts";

/** Writes and reads one kind of answer. */
export interface Codec<T> {
  /** JSON texts without line breaks. */
  write(value: T): AsyncIterable<string> | Iterable<string>;
  /** Throws when the lines are not what it writes. */
  read(lines: readonly string[]): Promise<T>;
}

/** Any plain value. */
export const plainCodec: Codec<any> = {
  write: (value) => [JSON.stringify(value)],
  async read([line = ""]) {
    return JSON.parse(line);
  },
};

// Every field by its name, because a source may give objects whose larger values are read on demand.
const fields = [
  ...(["id", "source", "account", "key", "sent"] satisfies (keyof InvoicePlace | "id" | "sent")[]),
  ...(Object.keys(blankInvoice) as (keyof typeof blankInvoice)[]),
];

/** The names that an invoice has in this release: another release's answers are not this one's. */
export const invoiceShape = fields.join();

const invoicesInLine = 100;

/** Answers about invoices: a line for what is said of them all, then one for each hundred. */
export const answerCodec: Codec<Answer> = {
  async *write({ invoices, fetchedAt, dropped }) {
    const pace = createPace();
    yield JSON.stringify({ fetchedAt, dropped });
    for (let from = 0; from < invoices.length; from += invoicesInLine) {
      yield JSON.stringify(invoices.slice(from, from + invoicesInLine).map(toPlain));
      if (pace.isDue()) await pace.rest();
    }
  },

  async read([head = "", ...lines]) {
    const pace = createPace();
    const { fetchedAt, dropped } = JSON.parse(head) as Pick<Answer, "fetchedAt" | "dropped">;
    const invoices: Invoice[] = [];
    for (const line of lines) {
      for (const invoice of JSON.parse(line) as Invoice[]) invoices.push(invoice);
      if (pace.isDue()) await pace.rest();
    }
    return { invoices, fetchedAt, dropped };
  },
};

function toPlain(invoice: Invoice): Record<string, unknown> {
  // Read from a copy that is thrown away: what is read on demand would stay in the kept one's memory.
  const copy: Invoice = Object.assign(Object.create(Object.getPrototypeOf(invoice) as object), invoice);
  return Object.fromEntries(fields.map((field) => [field, copy[field]]));
}
