/** An invoice as CSV by RFC 4180: a row for each line, the invoice's own columns repeated. */
import { stringify } from "csv-stringify/sync";
import type { Customer } from "../../model/customer.ts";
import type { Invoice, InvoiceLine } from "../../model/invoice.ts";
import { isDecimal } from "../../model/money.ts";

interface Row {
  readonly invoice: Invoice;
  readonly customer: Customer;
  /** Null on the only row of an invoice without lines. */
  readonly line: InvoiceLine | null;
  /** Counts from 1. */
  readonly number: number;
}

type Column = readonly [name: string, value: (row: Row) => string | number | null | undefined];

const invoiceColumns: readonly Column[] = [
  ["id", ({ invoice }) => invoice.id],
  ["source", ({ invoice }) => invoice.source],
  ["account", ({ invoice }) => invoice.account],
  ["customerKey", ({ customer }) => customer.key],
  ["customerName", ({ customer }) => customer.name],
  ["number", ({ invoice }) => invoice.number],
  ["type", ({ invoice }) => invoice.type],
  ["sourceType", ({ invoice }) => invoice.sourceType],
  ["issuedOn", ({ invoice }) => invoice.issuedOn],
  ["dueOn", ({ invoice }) => invoice.dueOn],
  ["createdAt", ({ invoice }) => invoice.createdAt],
  ["finalizedOn", ({ invoice }) => invoice.finalizedOn],
  ["billingPeriodFrom", ({ invoice }) => invoice.billingPeriod?.from],
  ["billingPeriodTo", ({ invoice }) => invoice.billingPeriod?.to],
  ["currency", ({ invoice }) => invoice.currency],
  ["currencyOrigin", ({ invoice }) => invoice.currencyOrigin],
  ["netAmount", ({ invoice }) => invoice.netAmount],
  ["taxAmount", ({ invoice }) => invoice.taxAmount],
  ["totalAmount", ({ invoice }) => invoice.totalAmount],
  ["derivedAmounts", ({ invoice }) => invoice.derivedAmounts.join(" ")],
  ["billToName", ({ invoice }) => invoice.billTo?.name],
  ["billToAccountReference", ({ invoice }) => invoice.billTo?.accountReference],
  ["billToAddress", ({ invoice }) => invoice.billTo?.address],
  ["billToCity", ({ invoice }) => invoice.billTo?.city],
  ["billToPostcode", ({ invoice }) => invoice.billTo?.postcode],
  ["creditReasonCode", ({ invoice }) => invoice.creditReason?.code],
  ["creditReasonDescription", ({ invoice }) => invoice.creditReason?.description],
  ["creditedNumbers", ({ invoice }) => invoice.creditedNumbers.join(" ")],
  ["purchaseOrder", ({ invoice }) => invoice.purchaseOrder],
  ["warnings", ({ invoice }) => invoice.warnings.map(({ code }) => code).join(" ")],
  ["isDetailed", ({ invoice }) => String(invoice.isDetailed)],
];

const lineColumns: readonly Column[] = [
  ["lineNumber", ({ line, number }) => (line === null ? null : number)],
  ["lineDescription", ({ line }) => line?.description],
  ["lineQuantity", ({ line }) => line?.quantity],
  ["lineUnit", ({ line }) => line?.unit],
  ["lineUnitPrice", ({ line }) => line?.unitPrice],
  ["lineNetAmount", ({ line }) => line?.netAmount],
  ["lineTaxAmount", ({ line }) => line?.taxAmount],
  ["lineTotalAmount", ({ line }) => line?.totalAmount],
  ["lineDerivedAmounts", ({ line }) => line?.derivedAmounts.join(" ")],
  ["lineProduct", ({ line }) => line?.product],
  ["lineProductCode", ({ line }) => line?.productCode],
  ["lineGlCode", ({ line }) => line?.glCode],
  ["lineDepartmentCode", ({ line }) => line?.departmentCode],
  ["linePeriodFrom", ({ line }) => line?.period?.from],
  ["linePeriodTo", ({ line }) => line?.period?.to],
  ["linePurchaseOrder", ({ line }) => line?.purchaseOrder],
  ["lineCreditedNumber", ({ line }) => line?.creditedNumber],
  ["lineCreditedLineNumber", ({ line }) => line?.creditedLineNumber],
];

// What spreadsheets take for the start of a formula, their full-width forms included (OWASP, "CSV Injection").
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A table of invoices: what its columns are called, and the rows of one invoice, some at a time. */
export interface CsvTable {
  readonly head: readonly string[];
  rowsOf(invoice: Invoice, customer: Customer): Iterable<string[][]>;
}

// 20,000 lines in one go held the event loop for 0.4 s.
const rowsAtOnce = 100;

/** A row for each line, the invoice's own columns repeated. */
export const linesTable: CsvTable = {
  head: namesOf([...invoiceColumns, ...lineColumns]),
  *rowsOf(invoice, customer) {
    const own = cellsOf(invoiceColumns, { invoice, customer, line: null, number: 0 });
    const lines = invoice.lines.length === 0 ? [null] : invoice.lines;
    for (let from = 0; from < lines.length; from += rowsAtOnce) {
      yield lines
        .slice(from, from + rowsAtOnce)
        .map((line, index) => [
          ...own,
          ...cellsOf(lineColumns, { invoice, customer, line, number: from + index + 1 }),
        ]);
    }
  },
};

/** One row, without what is told of lines. */
export const invoicesTable: CsvTable = {
  head: namesOf(invoiceColumns),
  rowsOf: (invoice, customer) => [[cellsOf(invoiceColumns, { invoice, customer, line: null, number: 0 })]],
};

/** In pieces, without a byte order mark; rows end in CRLF. */
export function* renderCsv(invoice: Invoice, customer: Customer): Generator<string> {
  yield csvText([linesTable.head]);
  for (const rows of linesTable.rowsOf(invoice, customer)) yield csvText(rows);
}

/** The rows as text; each ends in CRLF. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: "windows" });
}

function namesOf(columns: readonly Column[]): string[] {
  return columns.map(([name]) => name);
}

function cellsOf(columns: readonly Column[], row: Row): string[] {
  return columns.map(([, value]) => safeCell(value(row) ?? ""));
}

/** The cell with an apostrophe before what a spreadsheet would run. A plain decimal stays a number, also below zero. */
export function safeCell(value: string | number): string {
  const text = String(value);
  return formulaStart.test(text) && !isDecimal(text) ? `'${text}` : text;
}
