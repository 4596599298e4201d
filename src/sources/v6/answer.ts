/** The records of one answer as the invoices of one month: pure, one pass, and nothing left out in silence. */
import { isDeepStrictEqual } from "node:util";
import { monthOf } from "../../model/day.ts";
import type { Invoice } from "../../model/invoice.ts";
import type { Answer, DroppedRecord } from "../../model/source.ts";
import { type Scope, toInvoice } from "./map.ts";
import { numberRepeated } from "./warnings.ts";
import { isObject, readDay, readKey, type V6Invoice } from "./wire.ts";

/**
 * The month's invoices. Records without a number, a date or a customer code that can be read are dropped and said; a record
 * that comes again (same type, number, date and customer) is left out, the first one kept with the warning NUMBER_REPEATED.
 */
export function readInvoices(
  records: readonly unknown[],
  scope: Scope,
): Pick<Answer, "invoices" | "dropped"> {
  const invoices: Invoice[] = [];
  const dropped: DroppedRecord[] = [];
  const placeById = new Map<string, number>();
  for (const record of records) {
    if (!isObject(record)) {
      dropped.push(droppedRecord("A record of the list is not an object."));
      continue;
    }
    const theirs: V6Invoice = record;
    const issuedOn = readDay(theirs.invoiceDate);
    if (issuedOn === null) {
      // Its month is unknown, so no month's answer may hold it: else neighbours, which overlap, would both.
      dropped.push(droppedRecord("An invoice has no date that can be read, so it belongs to no month."));
      continue;
    }
    if (monthOf(issuedOn) !== scope.month) continue;
    const number = readKey(theirs.invoiceNo);
    const account = readKey(theirs.customerCode);
    if (number === null || account === null) {
      const what = number === null ? "number" : "customer code";
      dropped.push(droppedRecord(`An invoice of ${issuedOn} has no ${what} that can be read.`));
      continue;
    }
    const invoice = toInvoice(theirs, { number, account, issuedOn }, scope);
    const place = placeById.get(invoice.id);
    if (place === undefined) placeById.set(invoice.id, invoices.push(invoice) - 1);
    else noteRepetition(invoices, place, invoice, dropped);
  }
  return { invoices, dropped };
}

// Nothing is lost in silence: what a differing repetition says is left out, and that is said.
function noteRepetition(invoices: Invoice[], place: number, again: Invoice, dropped: DroppedRecord[]): void {
  const first = invoices[place];
  if (first === undefined) return;
  if (!first.warnings.some((warning) => warning.code === "NUMBER_REPEATED")) {
    invoices[place] = { ...first, warnings: [...first.warnings, numberRepeated(first.totalAmount)] };
  }
  if (!isDeepStrictEqual(first.raw, again.raw)) {
    dropped.push(
      droppedRecord(`A second record of an invoice of ${again.issuedOn} says something else than the first.`),
    );
  }
}

function droppedRecord(message: string): DroppedRecord {
  return { reason: "UNREADABLE", message };
}
