/** The lines of one V6 invoice as ours, and what they add up to. */
import type { InvoiceLine } from "../../model/invoice.ts";
import { type Decimal, sumAmounts, toDecimal } from "../../model/money.ts";
import {
  type AmountRules,
  amountsOf,
  derivedOnLine,
  type Unreadable,
  readAmount,
  signedAmount,
  signedTax,
} from "./amounts.ts";
import { isAbsent, isObject, readText, type V6Line } from "./wire.ts";

/** Sums are null when there are no lines, or when one of them does not tell its part. */
export interface Lines {
  readonly lines: readonly InvoiceLine[];
  readonly amount: Decimal | null;
  readonly tax: Decimal | null;
  readonly hasNewSign: boolean;
}

/** One line of ours for each of theirs, in their order. */
export function readLines(theirs: readonly unknown[], rules: AmountRules, unreadable: Unreadable): Lines {
  const { currency, isGross } = rules;
  const amountField = isGross === true ? "totalAmount" : "netAmount";
  const lines: InvoiceLine[] = [];
  const amounts: Decimal[] = [];
  const taxes: Decimal[] = [];
  let hasNewSign = false;
  for (let i = 0; i < theirs.length; i++) {
    const line = readLine(theirs[i], i, unreadable);
    const stated = readAmount(line.amount, currency, unreadable, i, amountField);
    const statedTax = readAmount(line.gstAmount, currency, unreadable, i, "taxAmount");
    const amount = signedAmount(stated, rules);
    const tax = signedTax(statedTax, amount, rules);
    if (amount !== stated || tax !== statedTax) hasNewSign = true;
    if (amount !== null) amounts.push(amount);
    if (tax !== null) taxes.push(tax);
    const whole = amountsOf(amount, tax, rules);
    const quantity = toDecimal(line.quantity);
    if (quantity === null && !isAbsent(line.quantity)) unreadable.add(i, "quantity");
    lines.push({
      description: null,
      quantity,
      unit: null,
      unitPrice: readAmount(line.price, currency, unreadable, i, "unitPrice"),
      netAmount: whole.net,
      taxAmount: whole.tax,
      totalAmount: whole.total,
      derivedAmounts: derivedOnLine(whole, rules),
      product: null,
      productCode: null,
      glCode: readText(line.glCode),
      departmentCode: readText(line.departmentCode),
      period: null,
      purchaseOrder: null,
      creditedNumber: null,
      creditedLineNumber: null,
    });
  }
  const count = theirs.length;
  return {
    lines,
    amount: count > 0 && amounts.length === count ? sumAmounts(amounts, currency) : null,
    tax: count > 0 && taxes.length === count ? sumAmounts(taxes, currency) : null,
    hasNewSign,
  };
}

function readLine(line: unknown, index: number, unreadable: Unreadable): V6Line {
  if (isObject(line)) return line;
  unreadable.add(null, `lines[${index}]`);
  return {};
}
