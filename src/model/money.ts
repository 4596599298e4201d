/** Decimal text and currency: the only arithmetic on amounts. Nothing here ever becomes a float. */
import currencyCodes from "currency-codes";
import {
  addScaled,
  isNear,
  multiplyScaled,
  readScaled,
  type Scaled,
  subtractScaled,
  writeScaled,
} from "./scaled.ts";
import {
  decimalsWritten,
  isNearSmall,
  safe,
  smallUnits,
  sumScale,
  unitsAt,
  unitsOf,
  widen,
  writeSmall,
  writeUnits,
} from "./small-decimal.ts";

/** An exact decimal as text, such as "185.10" or "-0.005": no exponent, no plus sign, no thousands separator. */
export type Decimal = string;

/** An ISO 4217 code in capitals, such as "EUR". */
export type Currency = string;

const plainPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

const minorUnitsByCurrency = new Map(currencyCodes.data.map((entry) => [entry.code, entry.digits]));

/** The number of decimals that ISO 4217 gives a currency (JPY 0, EUR 2, KWD 3), or null for a code it does not list. */
export function minorUnits(currency: Currency): number | null {
  return minorUnitsByCurrency.get(currency) ?? null;
}

/** The code in capitals when it looks like ISO 4217 (three letters), otherwise null. */
export function toCurrency(text: string | null | undefined): Currency | null {
  const code = text?.trim().toUpperCase();
  return code !== undefined && /^[A-Z]{3}$/.test(code) ? code : null;
}

/**
 * An upstream's number, or its text, as an exact decimal without superfluous zeros ("185.10" -> "185.1");
 * null when it is not a number. Exponents are written out.
 */
export function toDecimal(value: unknown): Decimal | null {
  return written(value, 0);
}

/**
 * An upstream's number as an amount of money: every digit kept, and at least as many decimals as the currency has
 * ("185.1" USD -> "185.10", 211 JPY -> "211", "0.005" USD -> "0.005"); null when it is not a number.
 */
export function toAmount(value: unknown, currency: Currency | null): Decimal | null {
  return written(value, leastDecimals(currency));
}

/** The exact sum, with as many decimals as the currency has at least; "0" of that currency for an empty list. */
export function sumAmounts(amounts: Iterable<Decimal>, currency: Currency | null): Decimal {
  const parts = Array.isArray(amounts) ? (amounts as readonly Decimal[]) : [...amounts];
  const units = smallSum(parts);
  return Number.isNaN(units)
    ? writeScaled(bigSum(parts), leastDecimals(currency))
    : writeSmall(units, sumScale, leastDecimals(currency));
}

/** a + b, exact. */
export function addAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  return sumAmounts([a, b], currency);
}

/** a - b, exact. */
export function subtractAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  return sumAmounts([a, negateAmount(b)], currency);
}

/** a x b, exact (a quantity times a price). */
export function multiplyAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  const units = safe(smallUnits(a) * smallUnits(b));
  return Number.isNaN(units)
    ? writeScaled(multiplyScaled(mustRead(a), mustRead(b)), leastDecimals(currency))
    : writeSmall(units, decimalsWritten(a) + decimalsWritten(b), leastDecimals(currency));
}

/** Do the parts add up to the sum, give or take the tolerance? Exact, and builds no text. */
export function isSum(parts: readonly Decimal[], sum: Decimal, tolerance: Decimal): boolean {
  const near = isNearSmall(smallSum(parts), unitsAt(sum, sumScale), unitsAt(tolerance, sumScale));
  return near ?? isNear(bigSum(parts), mustRead(sum), mustRead(tolerance));
}

/** Is a x b the product, give or take the tolerance? Exact, and builds no text. */
export function isProduct(a: Decimal, b: Decimal, product: Decimal, tolerance: Decimal): boolean {
  const decimals = decimalsWritten(a) + decimalsWritten(b);
  const scale = Math.max(decimals, decimalsWritten(product), decimalsWritten(tolerance));
  const units = widen(safe(smallUnits(a) * smallUnits(b)), scale - decimals);
  const near = isNearSmall(units, unitsAt(product, scale), unitsAt(tolerance, scale));
  return near ?? isNear(multiplyScaled(mustRead(a), mustRead(b)), mustRead(product), mustRead(tolerance));
}

/** The same amount with the other sign; zero stays unsigned. */
export function negateAmount(amount: Decimal): Decimal {
  if (isZero(amount)) return amount;
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

/** The amount made zero or negative: how a credit memo counts. */
export function nonPositive(amount: Decimal): Decimal {
  return isNegative(amount) ? amount : negateAmount(amount);
}

/** The amount without its sign. */
export function absoluteAmount(amount: Decimal): Decimal {
  return amount.startsWith("-") ? amount.slice(1) : amount;
}

/** Below zero? */
export function isNegative(amount: Decimal): boolean {
  return amount.startsWith("-");
}

/** Equal to zero, with whatever number of decimals? */
export function isZero(amount: Decimal): boolean {
  return !/[1-9]/.test(amount);
}

/** -1, 0 or 1, by value: "185.1" and "185.10" are equal. */
export function compareAmounts(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a === b) return 0;
  const x = unitsAt(a, sumScale);
  const y = unitsAt(b, sumScale);
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x === y ? 0 : x < y ? -1 : 1;
  const difference = subtractScaled(mustRead(a), mustRead(b)).units;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** How many decimals the amount really needs: 2 for "185.10" and "185.12", 0 for "185.00", 3 for "0.005". */
export function decimalsUsed(amount: Decimal): number {
  let used = decimalsWritten(amount);
  for (let i = amount.length - 1; used > 0 && amount.charCodeAt(i) === 48; i--) used--;
  return used;
}

/** Is the text a decimal in the one form that this graph writes? */
export function isDecimal(text: string): boolean {
  return plainPattern.test(text);
}

function leastDecimals(currency: Currency | null): number {
  return currency === null ? 0 : (minorUnits(currency) ?? 0);
}

// Sums and products are longer than what they are made of.
function mustRead(text: Decimal): Scaled {
  const scaled = readScaled(text, 10_000);
  if (scaled === null) throw new TypeError(`not a decimal: ${JSON.stringify(text)}`);
  return scaled;
}

function written(value: unknown, least: number): Decimal | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return writeSmall(value, 0, least);
  if (typeof value === "number") {
    const units = unitsOf(value, least);
    if (!Number.isNaN(units)) return writeUnits(units, least);
  }
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string") {
    const units = smallUnits(text);
    if (!Number.isNaN(units)) return writeSmall(units, decimalsWritten(text), least);
  }
  const scaled = readScaled(text);
  return scaled === null ? null : writeScaled(scaled, least);
}

function smallSum(parts: readonly Decimal[]): number {
  let units = 0;
  for (const part of parts) units = safe(units + unitsAt(part, sumScale));
  return units;
}

function bigSum(parts: readonly Decimal[]): Scaled {
  let sum: Scaled = { units: 0n, scale: 0 };
  for (const part of parts) sum = addScaled(sum, mustRead(part));
  return sum;
}
