/**
 * The amounts of a record that says them all as plain numbers of no more decimals than the currency has: nearly every record, read
 * in integers and without a text in between. What map.ts makes of it is the same (a test holds the two together).
 */
import type { InvoiceType } from "../../model/invoice.ts";
import { minorUnits } from "../../model/money.ts";
import { unitsAt, unitsOf } from "../../model/small-decimal.ts";
import type { Scope } from "./map.ts";
import { isObject, type V6Invoice, type V6Line } from "./wire.ts";

/** In the currency's smallest unit, with the signs of ours. */
export interface PlainAmounts {
  readonly net: number;
  readonly tax: number;
  readonly total: number;
  /** Only the lines tell it. */
  readonly isTaxDerived: boolean;
  /** Everything adds up, and no sign was changed. False also where that is not known. */
  readonly isSound: boolean;
}

/** Reads the amounts of a record of that type; null where map.ts has to. */
export type ReadPlain = (theirs: V6Invoice, type: InvoiceType) => PlainAmounts | null;

// Small enough for all sums of so many lines to be safe integers.
const mostUnits = 1e11;
const mostLines = 10_000;
// Quantity and price with four decimals each make a product with eight.
const decimalsOfProduct = 8;

/** The reader for a scope; one that reads nothing where the currency has more decimals than four, or none are known. */
export function plainReader({ currency, tolerance }: Scope): ReadPlain {
  const decimals = minorUnits(currency);
  if (decimals === null || decimals > 4) return () => null;
  const widening = 10 ** (decimalsOfProduct - decimals);
  const totalTolerance = unitsAt(tolerance.total, decimals);
  const lineTolerance = unitsAt(tolerance.line, decimalsOfProduct);

  function isProduct({ quantity, price }: V6Line, stated: number, total: number, isCredit: boolean): boolean {
    if (isMissing(quantity) || isMissing(price)) return true;
    const product = unitsIn(quantity, 4) * unitsIn(price, 4);
    return isNear(product, stated, isCredit) || isNear(product, total, isCredit);
  }

  // Of a credit memo only the sizes are compared.
  function isNear(product: number, units: number, isCredit: boolean): boolean {
    const amount = units * widening;
    if (!Number.isSafeInteger(product) || !Number.isSafeInteger(amount)) return false;
    const distance = isCredit ? Math.abs(product) - Math.abs(amount) : product - amount;
    return Math.abs(distance) <= lineTolerance;
  }

  return (theirs, type) => {
    const { lines, grossEntry, taxAmount } = theirs;
    if (!Array.isArray(lines) || lines.length === 0 || lines.length > mostLines) return null;
    if (!isMissing(grossEntry) && typeof grossEntry !== "boolean") return null;
    const isGross = grossEntry === true;
    const isCredit = type === "CREDIT_MEMO";
    let isSound = true;
    let areTaxesKnown = true;
    let sum = 0;
    // A credit memo's taxes have the sign of their amounts, which is known when all amounts are.
    let taxes = 0;
    let taxesIfTurned = 0;
    for (let i = 0; i < lines.length; i++) {
      const line: V6Line | null = isObject(lines[i]) ? (lines[i] as V6Line) : null;
      const amount = unitsIn(line?.amount, decimals);
      if (line === null || Number.isNaN(amount)) return null;
      sum += amount;
      let tax = 0;
      if (isMissing(line.gstAmount)) areTaxesKnown = false;
      else {
        const stated = unitsIn(line.gstAmount, decimals);
        if (Number.isNaN(stated)) return null;
        tax = isCredit ? (amount > 0 ? Math.abs(stated) : -Math.abs(stated)) : stated;
        if (tax !== stated) isSound = false;
        taxes += tax;
        taxesIfTurned += amount < 0 ? Math.abs(stated) : -Math.abs(stated);
      }
      // Of an invoice whose amounts are turned it is not asked: it is not sound anyway.
      isSound &&=
        isNumber(line.quantity) &&
        isNumber(line.price) &&
        isProduct(line, isGross ? amount - tax : amount, isGross ? amount : amount + tax, isCredit);
    }
    const isTurned = isCredit && sum > 0;
    if (isTurned) {
      isSound = false;
      sum = -sum;
      taxes = taxesIfTurned;
    }
    let tax = taxes;
    const isTaxDerived = isMissing(taxAmount);
    if (!isTaxDerived) {
      const stated = unitsIn(taxAmount, decimals);
      if (Number.isNaN(stated)) return null;
      tax = isCredit ? -Math.abs(stated) : stated;
      if (tax !== stated || (areTaxesKnown && !(Math.abs(taxes - tax) <= totalTolerance))) isSound = false;
    } else if (!areTaxesKnown) return null;
    return { net: isGross ? sum - tax : sum, tax, total: isGross ? sum : sum + tax, isTaxDerived, isSound };
  };
}

/** A number in units of so many decimals; NaN for anything that is not exactly so many of them, or too many. */
function unitsIn(value: unknown, decimals: number): number {
  const units = typeof value === "number" ? unitsOf(value, decimals) : Number.NaN;
  return Math.abs(units) <= mostUnits ? units : Number.NaN;
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

// Missing, or what can be read as a decimal.
function isNumber(value: unknown): boolean {
  return isMissing(value) || typeof value === "number";
}
