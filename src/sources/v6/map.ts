/** One invoice of V6 as ours: pure, one object shape. */
import type { Day, Month } from "../../model/day.ts";
import {
  type BillTo,
  type CreditReason,
  type Invoice,
  type InvoiceType,
  invoiceId,
} from "../../model/invoice.ts";
import { type Currency, negateAmount, nonPositive } from "../../model/money.ts";
import { reconcile, type Tolerance } from "../../model/reconcile.ts";
import type { Warning } from "../../model/warning.ts";
import {
  type AmountRules,
  type Amounts,
  amountsOf,
  derivedOnHeader,
  isStatedPositive,
  readAmount,
  Unreadable,
} from "./amounts.ts";
import { readLines } from "./lines.ts";
import { signChanged, unreadableValue } from "./warnings.ts";
import {
  isAbsent,
  isObject,
  readDay,
  readGrossEntry,
  readKey,
  readText,
  type V6CreditReason,
  type V6Invoice,
} from "./wire.ts";

/** What the records of one answer are read for. */
export interface Scope {
  /** The source's configured name. */
  readonly source: string;
  readonly currency: Currency;
  /** Only invoices issued in this month are kept: what was fetched over it belongs to its neighbours' answers. */
  readonly month: Month;
  readonly tolerance: Tolerance;
}

/** What makes an invoice one of its own: numbers repeat across types, days, customers and carriers. */
export interface Identity {
  readonly number: string;
  readonly account: string;
  readonly issuedOn: Day;
}

const types: ReadonlyMap<unknown, InvoiceType> = new Map([
  ["I", "INVOICE"],
  ["C", "CREDIT_MEMO"],
  ["D", "DEBIT_MEMO"],
]);
const nothing: readonly never[] = [];

/** The invoice, with a warning for whatever does not add up or cannot be read. */
export function toInvoice(theirs: V6Invoice, { number, account, issuedOn }: Identity, scope: Scope): Invoice {
  const { source, currency } = scope;
  const unreadable = new Unreadable();
  const sourceType = readText(theirs.fileType);
  const letter = readKey(theirs.fileType)?.toUpperCase() ?? "";
  const type = typeOf(theirs.fileType);
  const isCredit = type === "CREDIT_MEMO";
  const dueOn = readDay(theirs.dueDate);
  if (dueOn === null && !isAbsent(theirs.dueDate)) unreadable.add(null, "dueOn");

  const isGross = readGrossEntry(theirs.grossEntry);
  if (isGross === null) {
    unreadable.add(null, "netAmount");
    unreadable.add(null, "totalAmount");
  }
  const theirLines = readTheirLines(theirs.lines, unreadable);
  const isTurned = isCredit && isStatedPositive(theirLines, currency);
  const rules: AmountRules = { currency, isGross, isCredit, isTurned };
  const statedTax = readAmount(theirs.taxAmount, currency, unreadable, null, "taxAmount");
  const headerTax = isCredit && statedTax !== null ? nonPositive(statedTax) : statedTax;
  const { lines, amount, tax, hasNewSign } = readLines(theirLines, rules, unreadable);
  const sums = amountsOf(amount, headerTax ?? tax, rules);
  const derivedAmounts = derivedOnHeader(sums, headerTax !== null);
  const creditReason = readCreditReason(theirs.creditReason, unreadable);

  const { net: netAmount, tax: taxAmount, total: totalAmount } = sums;
  const currencyOrigin = "CONFIGURED";
  const amounts = { currency, currencyOrigin, netAmount, taxAmount, totalAmount, derivedAmounts } as const;
  const warnings: Warning[] = reconcile({ type, sourceType, ...amounts, lines }, scope.tolerance);
  if (unreadable.fields.length > 0) warnings.push(unreadableValue(unreadable.fields));
  if (hasNewSign || headerTax !== statedTax) {
    warnings.push(signChangedOn(sums, isTurned, headerTax !== statedTax, hasNewSign));
  }
  const key = [letter, number, issuedOn];
  return {
    source,
    account,
    key,
    id: invoiceId({ source, account, key }),
    number,
    type,
    sourceType,
    issuedOn,
    dueOn,
    createdAt: null,
    finalizedOn: null,
    billingPeriod: null,
    currency,
    currencyOrigin,
    netAmount,
    taxAmount,
    totalAmount,
    derivedAmounts,
    lines,
    billTo: readBillTo(theirs, account),
    creditReason,
    creditedNumbers: nothing,
    purchaseOrder: null,
    files: nothing,
    warnings,
    isDetailed: true,
    raw: theirs,
  };
}

/** The type that a letter stands for. */
export function typeOf(fileType: unknown): InvoiceType {
  // Nearly every letter comes as it is documented.
  return types.get(fileType) ?? types.get(readKey(fileType)?.toUpperCase()) ?? "UNKNOWN";
}

function readTheirLines(lines: unknown, unreadable: Unreadable): readonly unknown[] {
  if (Array.isArray(lines)) return lines;
  if (!isAbsent(lines)) unreadable.add(null, "lines");
  return nothing;
}

function readBillTo(theirs: V6Invoice, account: string): BillTo {
  return {
    name: readText(theirs.businessName),
    accountReference: account,
    address: readText(theirs.address1),
    city: readText(theirs.city),
    postcode: readText(theirs.postcode),
  };
}

/** The reason for a credit memo; what is there and none is noted. */
export function readCreditReason(reason: unknown, unreadable: Unreadable): CreditReason | null {
  if (!isObject(reason)) {
    if (!isAbsent(reason)) unreadable.add(null, "creditReason");
    return null;
  }
  const theirs: V6CreditReason = reason;
  const code = readText(theirs.creditReasonCode);
  const description = readText(theirs.description);
  return code === null && description === null ? null : { code, description };
}

function signChangedOn(
  { net, tax, total }: Amounts,
  isTurned: boolean,
  isTaxNew: boolean,
  areLinesNew: boolean,
) {
  const fields: string[] = [];
  if (isTurned && net !== null) fields.push("netAmount");
  if (isTaxNew) fields.push("taxAmount");
  if (isTurned && total !== null) fields.push("totalAmount");
  if (areLinesNew) fields.push("lines");
  const changed = isTurned ? total : isTaxNew ? tax : null;
  return signChanged(fields, changed === null ? null : negateAmount(changed), changed);
}
