/** V6's amounts in our terms: what net, tax and total follow from an amount and its tax, and the sign of credit memos. */
import type { DerivedAmount } from "../../model/invoice.ts";
import {
  absoluteAmount,
  addAmounts,
  type Currency,
  type Decimal,
  isNegative,
  isZero,
  negateAmount,
  nonPositive,
  subtractAmounts,
  sumAmounts,
  toAmount,
} from "../../model/money.ts";
import { isAbsent, isObject, type V6Line } from "./wire.ts";

/** How the amounts of one invoice are meant. */
export interface AmountRules {
  readonly currency: Currency;
  /** Amounts include tax (true) or not (false); null when V6 says neither, and then nothing can be derived. */
  readonly isGross: boolean | null;
  readonly isCredit: boolean;
  /** The credit memo is stated as positive: every amount of its lines changes its sign, so that their sum only changes its sign too. */
  readonly isTurned: boolean;
}

export interface Amounts {
  readonly net: Decimal | null;
  readonly tax: Decimal | null;
  readonly total: Decimal | null;
}

/** Collects the fields of ours whose upstream value is there but cannot be read. */
export class Unreadable {
  readonly fields: string[] = [];

  /** Of the invoice (line null) or of one of its lines. */
  add(line: number | null, field: string): void {
    this.fields.push(line === null ? field : `lines[${line}].${field}`);
  }
}

const nothing: readonly DerivedAmount[] = [];
const netOnly: readonly DerivedAmount[] = ["NET"];
const totalOnly: readonly DerivedAmount[] = ["TOTAL"];
const netAndTotal: readonly DerivedAmount[] = ["NET", "TOTAL"];
const all: readonly DerivedAmount[] = ["NET", "TAX", "TOTAL"];

/** An amount; null when it is absent, and then nothing is noted, or unreadable. */
export function readAmount(
  value: unknown,
  currency: Currency,
  unreadable: Unreadable,
  line: number | null,
  field: string,
): Decimal | null {
  const amount = toAmount(value, currency);
  if (amount === null && !isAbsent(value)) unreadable.add(line, field);
  return amount;
}

/** Gross entry: total = amount, net = total - tax. Otherwise: net = amount, total = net + tax. */
export function amountsOf(amount: Decimal | null, tax: Decimal | null, rules: AmountRules): Amounts {
  const { isGross, currency } = rules;
  if (isGross === null || amount === null) return { net: null, tax, total: null };
  if (isGross)
    return { net: tax === null ? null : subtractAmounts(amount, tax, currency), tax, total: amount };
  return { net: amount, tax, total: tax === null ? null : addAmounts(amount, tax, currency) };
}

/** Which of a line's amounts is derived: the one that is not its `amount`. */
export function derivedOnLine({ net, total }: Amounts, { isGross }: AmountRules): readonly DerivedAmount[] {
  return isGross === true ? (net === null ? nothing : netOnly) : total === null ? nothing : totalOnly;
}

/** Which of the header's amounts are derived: net and total always, for V6 states neither; tax when only the lines tell it. */
export function derivedOnHeader(
  { net, tax, total }: Amounts,
  isTaxStated: boolean,
): readonly DerivedAmount[] {
  const isTaxDerived = !isTaxStated && tax !== null;
  // Nearly every invoice has this one: shared, for there are many.
  if (net !== null && total !== null) return isTaxDerived ? all : netAndTotal;
  const derived: DerivedAmount[] = [];
  if (net !== null) derived.push("NET");
  if (isTaxDerived) derived.push("TAX");
  if (total !== null) derived.push("TOTAL");
  return derived;
}

/** Do the amounts of these lines add up to more than nothing? Such a credit memo is stated without its sign. */
export function isStatedPositive(lines: readonly unknown[], currency: Currency): boolean {
  const amounts: Decimal[] = [];
  for (const line of lines) {
    const amount = isObject(line) ? toAmount((line as V6Line).amount, currency) : null;
    if (amount !== null) amounts.push(amount);
  }
  const sum = sumAmounts(amounts, currency);
  return !isNegative(sum) && !isZero(sum);
}

/** A line's amount with its sign in our terms. */
export function signedAmount(amount: Decimal | null, { isTurned }: AmountRules): Decimal | null {
  return isTurned && amount !== null ? negateAmount(amount) : amount;
}

/** A credit memo's tax with the sign of the amount that it belongs to; other taxes as they are. */
export function signedTax(
  tax: Decimal | null,
  amount: Decimal | null,
  { isCredit }: AmountRules,
): Decimal | null {
  if (tax === null || !isCredit) return tax;
  const isRaised = amount !== null && !isNegative(amount) && !isZero(amount);
  return isRaised ? absoluteAmount(tax) : nonPositive(tax);
}
