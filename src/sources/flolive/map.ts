/** floLIVE's words to ours: records to invoices and account profiles. Pure. */
import { type ClosedRange, type Day, dayOf, toInstant } from "../../model/day.ts";
import type { FileOffer } from "../../model/file.ts";
import { type DerivedAmount, type Invoice, invoiceId } from "../../model/invoice.ts";
import {
  addAmounts,
  type Currency,
  type Decimal,
  subtractAmounts,
  toAmount,
  toCurrency,
} from "../../model/money.ts";
import { reconcile } from "../../model/reconcile.ts";
import type { SentText } from "../../model/provenance.ts";
import type { AccountProfile } from "../../model/source.ts";
import type { Warning } from "../../model/warning.ts";
import { pick, textOf, type WireRecord } from "./wire.ts";

/** The two formats of every invoice; which one arrives is known only from its bytes. */
const fileOffers: readonly FileOffer[] = [
  { format: "PDF", name: null, content: null, version: null, createdAt: null },
  { format: "XML", name: null, content: null, version: null, createdAt: null },
];

// Shared by all invoices: there are many, and most have nothing of these.
const nothing: readonly never[] = [];

// Header amounts are stated to the minor unit, so net + tax either makes the total or does not.
const tolerance = { total: "0", line: "0" };

/** The invoice in a record of an account's list, or null when it has no id. */
export function toInvoice(
  record: WireRecord,
  account: string,
  source: string,
  text?: SentText,
): Invoice | null {
  const id = textOf(record.id);
  if (id === null) return null;
  const place = { source, account, key: [id] };
  const own: Warning[] = [];
  const created = textOf(record.creationTime);
  const currency = toCurrency(textOf(record.currency));
  const { net, tax, total, derived } = completed(
    amountOf(record.netAmount, currency, "netAmount", own),
    amountOf(record.taxAmount, currency, "taxAmount", own),
    amountOf(record.totalAmount, currency, "totalAmount", own),
    currency,
  );
  const issuedOn = readable(created === null ? null : dayOf(created), created, "issuedOn", own);
  const dueOn = dayIn(record.dueDate, "dueOn", own);
  const period = billingPeriod(record, own);
  const invoice: Invoice = {
    source,
    account,
    key: place.key,
    id: invoiceId(place),
    number: textOf(record.invoiceNumber),
    // The list says nothing of type, and no document mentions credit notes: a negative total stays an invoice, sign and all.
    type: "INVOICE",
    sourceType: null,
    issuedOn,
    dueOn,
    createdAt: created === null ? null : toInstant(created),
    finalizedOn: null,
    billingPeriod: period,
    currency,
    currencyOrigin: currency === null ? "UNKNOWN" : "GIVEN",
    netAmount: net,
    taxAmount: tax,
    totalAmount: total,
    derivedAmounts: derived,
    lines: nothing,
    billTo: null,
    creditReason: null,
    creditedNumbers: nothing,
    purchaseOrder: null,
    files: fileOffers,
    warnings: own,
    isDetailed: true,
    raw: record,
    sent: text && { LIST: text },
  };
  for (const warning of reconcile(invoice, tolerance)) own.push(warning);
  return invoice;
}

/** Does the record say that it belongs to another customer than the one asked for? */
export function isOfOther(record: WireRecord, account: string): boolean {
  const owner = textOf(pick(record, "customerId"));
  return owner !== null && owner !== account && owner.toLowerCase() !== account.toLowerCase();
}

/** What `GET customer/{id}` tells of an account. */
export function toProfile(record: WireRecord, account: string): AccountProfile {
  return {
    reference: account,
    name: textOf(record.name) ?? textOf(record.customerName),
    status: textOf(record.status),
    type: textOf(record.type),
    currency: toCurrency(textOf(record.currency)),
  };
}

/** A direct sub-customer, name and reference only; null without an id. */
export function toChild(record: WireRecord): AccountProfile | null {
  const id = textOf(pick(record, "customerId"));
  if (id === null) return null;
  const name = textOf(record.customerName) ?? textOf(record.name);
  return { reference: id.toLowerCase(), name, status: null, type: null, currency: null };
}

// The table says billingCycleStartTime, the sample billingCycleStartDate: either; chronology is never judged.
function billingPeriod(record: WireRecord, warnings: Warning[]): ClosedRange | null {
  const start = textOf(record.billingCycleStartTime) ?? record.billingCycleStartDate;
  const end = textOf(record.billingCycleEndTime) ?? record.billingCycleEndDate;
  const from = dayIn(start, "billingPeriod", warnings);
  const to = dayIn(end, "billingPeriod", warnings);
  return from === null || to === null ? null : { from, to };
}

// `dueDate` is typed dateTime, its sample is a day: the day as written, moved into no time zone.
function dayIn(value: unknown, field: string, warnings: Warning[]): Day | null {
  const text = textOf(value);
  return text === null ? null : readable(dayOf(text), text, field, warnings);
}

function amountOf(
  value: unknown,
  currency: Currency | null,
  field: string,
  warnings: Warning[],
): Decimal | null {
  const number = typeof value === "string" ? value.trim() : value;
  return readable(toAmount(number, currency), number, field, warnings);
}

function completed(
  net: Decimal | null,
  tax: Decimal | null,
  total: Decimal | null,
  currency: Currency | null,
): { net: Decimal | null; tax: Decimal | null; total: Decimal | null; derived: readonly DerivedAmount[] } {
  if (net === null && tax !== null && total !== null) {
    return { net: subtractAmounts(total, tax, currency), tax, total, derived: ["NET"] };
  }
  if (tax === null && net !== null && total !== null) {
    return { net, tax: subtractAmounts(total, net, currency), total, derived: ["TAX"] };
  }
  if (total === null && net !== null && tax !== null) {
    return { net, tax, total: addAmounts(net, tax, currency), derived: ["TOTAL"] };
  }
  return { net, tax, total, derived: nothing };
}

function readable<Value>(
  value: Value | null,
  said: unknown,
  field: string,
  warnings: Warning[],
): Value | null {
  if (value === null && said !== undefined && said !== null && said !== "") {
    const message = `The source's value for ${field} cannot be read.`;
    warnings.push({ code: "VALUE_UNREADABLE", message, fields: [field], stated: null, expected: null });
  }
  return value;
}
