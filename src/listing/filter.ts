/** What a list is narrowed to: one filter for lists, totals and exports. */
import { type ClosedRange, type Day, type DayRange, isWithin } from "../model/day.ts";
import type { Instant } from "../model/instant.ts";
import { type Currency, type Decimal, compareAmounts } from "../model/money.ts";
import type { Invoice, InvoiceType } from "../model/invoice.ts";
import type { Found } from "./found.ts";

/** All given conditions must hold. An invoice without the value that a condition asks for does not match it. */
export interface InvoiceFilter {
  readonly issuedOn?: DayRange | undefined;
  readonly dueOn?: DayRange | undefined;
  /** The billing period has a day in this range. */
  readonly billingPeriod?: DayRange | undefined;
  readonly createdAt?: { readonly from: Instant | null; readonly to: Instant | null } | undefined;
  readonly types?: readonly InvoiceType[] | undefined;
  readonly currencies?: readonly Currency[] | undefined;
  readonly sources?: readonly string[] | undefined;
  /** Directory keys. */
  readonly customers?: readonly string[] | undefined;
  readonly number?:
    | { readonly equals?: string | undefined; readonly contains?: string | undefined }
    | undefined;
  readonly totalAmount?: AmountRange | undefined;
  /** Due before this day. No source says what is paid. */
  readonly pastDueOn?: Day | undefined;
  /** A credit reason with this code, or whose description contains this text. */
  readonly creditReason?: string | undefined;
  readonly purchaseOrder?: string | undefined;
  readonly hasWarnings?: boolean | undefined;
}

/** Both ends are included; amounts of other currencies never match. */
export interface AmountRange {
  readonly currency: Currency;
  readonly min: Decimal | null;
  readonly max: Decimal | null;
}

/** Does it match? */
export type Test = (found: Found) => boolean;

/** Must a source be asked for an invoice's details before this filter can be decided? */
export function needsDetails({ purchaseOrder, billingPeriod, hasWarnings }: InvoiceFilter): boolean {
  return purchaseOrder !== undefined || billingPeriod !== undefined || hasWarnings !== undefined;
}

/** The conditions that a list record decides, whether detailed or not. */
export function listTest(filter: InvoiceFilter): Test {
  const { issuedOn, dueOn, createdAt, types, currencies, number, totalAmount, pastDueOn, creditReason } =
    filter;
  return all([
    issuedOn && (({ invoice }) => isWithin(invoice.issuedOn, issuedOn)),
    dueOn && (({ invoice }) => isWithin(invoice.dueOn, dueOn)),
    createdAt && (({ invoice }) => isBetween(invoice.createdAt, createdAt.from, createdAt.to)),
    types && (({ invoice }) => types.includes(invoice.type)),
    currencies && (({ invoice }) => invoice.currency !== null && currencies.includes(invoice.currency)),
    filter.sources && (({ invoice }) => filter.sources?.includes(invoice.source) === true),
    filter.customers && (({ customer }) => filter.customers?.includes(customer.key) === true),
    number?.equals !== undefined && numberEquals(number.equals),
    number?.contains !== undefined && numberContains(number.contains),
    totalAmount && (({ invoice }) => isAmountWithin(invoice, totalAmount)),
    pastDueOn !== undefined && (({ invoice }) => invoice.dueOn !== null && invoice.dueOn < pastDueOn),
    creditReason !== undefined && hasCreditReason(creditReason),
  ]);
}

/** The conditions that an invoice's details decide: without `hasWarnings`, as not all warnings stand in them. */
export function detailTest({ purchaseOrder, billingPeriod }: InvoiceFilter): Test {
  return all([
    billingPeriod && (({ invoice }) => overlaps(invoice.billingPeriod, billingPeriod)),
    purchaseOrder !== undefined && hasPurchaseOrder(purchaseOrder),
  ]);
}

/** The text in the form in which it is compared: without case and outer white space. */
function fold(text: string): string {
  return text.trim().toLowerCase();
}

/** The digits after a prefix, without leading zeros: "LT00123" -> "123"; null when the rest is not digits only. */
function digitsAfterPrefix(number: string): string | null {
  const digits = /^\D*(\d+)$/.exec(number)?.[1];
  return digits === undefined ? null : withoutZeros(digits);
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

function numberEquals(wanted: string): Test {
  const folded = fold(wanted);
  const digits = /^\d+$/.test(folded) ? withoutZeros(folded) : null;
  return ({ invoice }) => {
    if (invoice.number === null) return false;
    const number = fold(invoice.number);
    return number === folded || (digits !== null && digitsAfterPrefix(number) === digits);
  };
}

function numberContains(wanted: string): Test {
  const folded = fold(wanted);
  return ({ invoice }) => invoice.number !== null && fold(invoice.number).includes(folded);
}

function hasCreditReason(wanted: string): Test {
  const folded = fold(wanted);
  return ({ invoice: { creditReason } }) =>
    creditReason !== null &&
    (creditReason.code?.toLowerCase() === folded ||
      creditReason.description?.toLowerCase().includes(folded) === true);
}

function isAmountWithin({ currency, totalAmount }: Invoice, range: AmountRange): boolean {
  return (
    currency === range.currency &&
    totalAmount !== null &&
    (range.min === null || compareAmounts(totalAmount, range.min) >= 0) &&
    (range.max === null || compareAmounts(totalAmount, range.max) <= 0)
  );
}

function overlaps(period: ClosedRange | null, range: DayRange): boolean {
  if (period === null) return false;
  return (range.from === null || period.to >= range.from) && (range.to === null || period.from <= range.to);
}

function isBetween(text: string | null, from: string | null, to: string | null): boolean {
  return text !== null && (from === null || text >= from) && (to === null || text <= to);
}

function hasPurchaseOrder(wanted: string): Test {
  const folded = fold(wanted);
  const isWanted = (text: string | null) => text !== null && fold(text) === folded;
  return ({ invoice: { purchaseOrder, lines } }) =>
    isWanted(purchaseOrder) || lines.some((line) => isWanted(line.purchaseOrder));
}

function all(tests: readonly (Test | false | undefined)[]): Test {
  const given = tests.filter((test): test is Test => typeof test === "function");
  return (found) => {
    for (const test of given) if (!test(found)) return false;
    return true;
  };
}
