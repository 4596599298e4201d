/** The CSV of a download: the lines of an invoice, or the usage data behind it. */
import type { AkamaiInvoiceFact } from "../facts.ts";

/** The lines as `sourceType=REGULAR` tells them. */
export function toInvoiceCsv(fact: AkamaiInvoiceFact): string {
  const header = ["INVOICE_ID", "ITEM_DESC", "PRODUCT", "ITEM_UNITS", "UNIT_MEASURE", "ITEM_UNIT_PRICE"];
  return toCsv([
    [...header, "ITEM_TOTAL_SERVICES", "ITEM_TOTAL_TAXES", "ITEM_TOTAL", "INVOICE_CURRENCY"],
    ...fact.lines.map((line) => [
      String(fact.invoiceId),
      line.description,
      line.product,
      line.quantity,
      line.unit,
      line.unitPrice,
      line.net,
      line.tax,
      line.total,
      fact.currency,
    ]),
  ]);
}

/** The usage as `sourceType=COMPUTE` tells it. */
export function toUsageCsv(fact: AkamaiInvoiceFact): string {
  return toCsv([
    ["INVOICE_ID", "USAGE_MONTH", "RESOURCE", "UNITS", "UNIT_MEASURE"],
    ...fact.lines.map((line) => [
      String(fact.invoiceId),
      fact.usageMonth,
      line.product,
      line.quantity,
      line.unit,
    ]),
  ]);
}

function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}
