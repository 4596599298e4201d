/** Reads V6 records without a server, for the tests of this folder. */
import { type Invoice, valuesOf } from "../../../src/model/invoice.ts";
import type { Warning } from "../../../src/model/warning.ts";
import { createReader } from "../../../src/sources/v6/answer.ts";
import type { Scope } from "../../../src/sources/v6/map.ts";
import { halfMinorUnit } from "../../../src/sources/v6/warnings.ts";

/** A month's scope for January 2018, the month of the document's samples. */
export const scope = {
  source: "freight",
  currency: "AUD",
  month: "2018-01",
  tolerance: { total: "0", line: halfMinorUnit("AUD") },
} as const;

/** The document's first sample, as an object. */
export const sample = {
  businessName: "OMNIX PTY LTD",
  invoiceDate: "2018-01-24",
  taxAmount: 0.91,
  fileType: "I",
  customerCode: "001",
  address1: "80 JEPHSON STREET",
  lines: [{ amount: 10, price: 10, gstAmount: 0.91, quantity: 1, departmentCode: "BRI", glCode: "23" }],
  postcode: "4006",
  invoiceNo: "LT001",
  grossEntry: true,
  city: "TOOWONG",
};

/** The month's invoices among these records, as one body would bring them. */
export function readInvoices(records: readonly unknown[], within: Scope) {
  const texts = records.map((record) => JSON.stringify(record));
  const reader = createReader(within);
  reader.add({ values: records, bytes: Buffer.from(`[${texts.join(",")}]`) });
  return reader.read();
}

/** All of an invoice as properties of its own, also what is read on demand. */
export function plainly(invoice: Invoice): Invoice {
  return { ...valuesOf(invoice), raw: invoice.raw };
}

/** The sample with other values, as ours. */
export function readOne(changes: Record<string, unknown> = {}): Invoice {
  const { invoices, dropped } = readInvoices([{ ...sample, ...changes }], scope);
  const [invoice] = invoices;
  if (invoice === undefined) throw new Error(`dropped: ${JSON.stringify(dropped)}`);
  return plainly(invoice);
}

/** The warnings with that code. */
export function warningsOf(invoice: Invoice, code: Warning["code"]): readonly Warning[] {
  return invoice.warnings.filter((warning) => warning.code === code);
}
