/** floLIVE's words to ours: what a record says of amounts and days, what of it does not add up, and account profiles. Pure. */
import { type ClosedRange, type Day, dayOf } from "../../model/day.ts";
import type { DerivedAmount, Invoice } from "../../model/invoice.ts";
import {
  addAmounts,
  type Currency,
  type Decimal,
  subtractAmounts,
  toAmount,
  toCurrency,
} from "../../model/money.ts";
import { reconcile } from "../../model/reconcile.ts";
import type { AccountProfile } from "../../model/source.ts";
import type { Warning } from "../../model/warning.ts";
import { pick, textOf, type WireRecord } from "./wire.ts";

/** The amounts of an invoice, and which of them the record does not state. */
export interface Amounts {
  readonly net: Decimal | null;
  readonly tax: Decimal | null;
  readonly total: Decimal | null;
  readonly derived: readonly DerivedAmount[];
}

const nothing: readonly never[] = [];

// Header amounts are stated to the minor unit, so net + tax either makes the total or does not.
const tolerance = { total: "0", line: "0" };

/** A number with digits? What 1e400 is read as has none any more. */
export function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** The amounts that the record states; one that is missing is derived from the other two. */
export function amountsOf(record: WireRecord, currency: Currency | null): Amounts {
  const net = amountOf(record.netAmount, currency);
  const tax = amountOf(record.taxAmount, currency);
  const total = amountOf(record.totalAmount, currency);
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

/** The days of the billing cycle; null unless both ends can be read. */
export function billingPeriodOf(record: WireRecord): ClosedRange | null {
  const { start, end } = cycleOf(record);
  const from = dayIn(start);
  const to = dayIn(end);
  return from === null || to === null ? null : { from, to };
}

/** What cannot be read of the record, and what does not add up on its invoice. */
export function warningsOf(record: WireRecord, invoice: Invoice): readonly Warning[] {
  const { currency } = invoice;
  const { start, end } = cycleOf(record);
  const warnings: Warning[] = [];
  const check = (field: string, said: unknown, read: unknown) => {
    if (read === null && said !== undefined && said !== null && said !== "") warnings.push(unreadable(field));
  };
  check("netAmount", trimmed(record.netAmount), amountOf(record.netAmount, currency));
  check("taxAmount", trimmed(record.taxAmount), amountOf(record.taxAmount, currency));
  check("totalAmount", trimmed(record.totalAmount), amountOf(record.totalAmount, currency));
  check("issuedOn", textOf(record.creationTime), invoice.issuedOn);
  check("dueOn", textOf(record.dueDate), invoice.dueOn);
  check("billingPeriod", textOf(start), dayIn(start));
  check("billingPeriod", textOf(end), dayIn(end));
  for (const warning of reconcile(invoice, tolerance)) warnings.push(warning);
  return warnings.length === 0 ? nothing : warnings;
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
function cycleOf(record: WireRecord): { readonly start: unknown; readonly end: unknown } {
  return {
    start: textOf(record.billingCycleStartTime) ?? record.billingCycleStartDate,
    end: textOf(record.billingCycleEndTime) ?? record.billingCycleEndDate,
  };
}

// The day as written, moved into no time zone.
function dayIn(value: unknown): Day | null {
  const text = textOf(value);
  return text === null ? null : dayOf(text);
}

function amountOf(value: unknown, currency: Currency | null): Decimal | null {
  return toAmount(trimmed(value), currency);
}

function trimmed(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

function unreadable(field: string): Warning {
  const message = `The source's value for ${field} cannot be read.`;
  return { code: "VALUE_UNREADABLE", message, fields: [field], stated: null, expected: null };
}
