/** Decimal text and currency: the only arithmetic on amounts. Nothing here ever becomes a float. */
import currencyCodes from "currency-codes";

/** An exact decimal as text, such as "185.10" or "-0.005": no exponent, no plus sign, no thousands separator. */
export type Decimal = string;

/** An ISO 4217 code in capitals, such as "EUR". */
export type Currency = string;

interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

const decimalPattern = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/;
const plainPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const maxDigits = 400;

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
  const scaled = readScaled(value);
  return scaled === null ? null : writeScaled(scaled, 0);
}

/**
 * An upstream's number as an amount of money: every digit kept, and at least as many decimals as the currency has
 * ("185.1" USD -> "185.10", 211 JPY -> "211", "0.005" USD -> "0.005"); null when it is not a number.
 */
export function toAmount(value: unknown, currency: Currency | null): Decimal | null {
  const scaled = readScaled(value);
  return scaled === null ? null : writeScaled(scaled, leastDecimals(currency));
}

/** The exact sum, with as many decimals as the currency has at least; "0" of that currency for an empty list. */
export function sumAmounts(amounts: Iterable<Decimal>, currency: Currency | null): Decimal {
  let total: Scaled = { units: 0n, scale: 0 };
  for (const amount of amounts) total = addScaled(total, mustRead(amount));
  return writeScaled(total, leastDecimals(currency));
}

/** a + b, exact. */
export function addAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  return writeScaled(addScaled(mustRead(a), mustRead(b)), leastDecimals(currency));
}

/** a - b, exact. */
export function subtractAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  return addAmounts(a, negateAmount(b), currency);
}

/** a x b, exact (a quantity times a price). */
export function multiplyAmounts(a: Decimal, b: Decimal, currency: Currency | null): Decimal {
  const x = mustRead(a);
  const y = mustRead(b);
  return writeScaled({ units: x.units * y.units, scale: x.scale + y.scale }, leastDecimals(currency));
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
  const difference = addScaled(mustRead(a), negateScaled(mustRead(b))).units;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** How many decimals the amount really needs: 2 for "185.10" and "185.12", 0 for "185.00", 3 for "0.005". */
export function decimalsUsed(amount: Decimal): number {
  const [, fraction = ""] = amount.split(".");
  return fraction.replace(/0+$/, "").length;
}

function leastDecimals(currency: Currency | null): number {
  return currency === null ? 0 : (minorUnits(currency) ?? 0);
}

function mustRead(text: Decimal): Scaled {
  const scaled = readScaled(text);
  if (scaled === null) throw new TypeError(`not a decimal: ${JSON.stringify(text)}`);
  return scaled;
}

function readScaled(value: unknown): Scaled | null {
  if (typeof value === "bigint") return { units: value, scale: 0 };
  if (typeof value !== "string" && typeof value !== "number") return null;
  // String(number) gives the shortest text that reads back as the same double: the upstream's own digits up to 15 of them.
  const match = decimalPattern.exec(String(value));
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  if (digits === "" || digits.length > maxDigits) return null;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > maxDigits) return null;
  const units = BigInt(digits) * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
  return { units: sign === "-" ? -units : units, scale: Math.max(scale, 0) };
}

function writeScaled({ units, scale }: Scaled, least: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits
    .slice(digits.length - scale)
    .replace(/0+$/, "")
    .padEnd(least, "0");
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative ? `-${text}` : text;
}

function addScaled(a: Scaled, b: Scaled): Scaled {
  if (a.scale === b.scale) return { units: a.units + b.units, scale: a.scale };
  return a.scale > b.scale
    ? { units: a.units + b.units * 10n ** BigInt(a.scale - b.scale), scale: a.scale }
    : { units: a.units * 10n ** BigInt(b.scale - a.scale) + b.units, scale: b.scale };
}

function negateScaled({ units, scale }: Scaled): Scaled {
  return { units: -units, scale };
}

/** Is the text a decimal in the one form that this graph writes? */
export function isDecimal(text: string): boolean {
  return plainPattern.test(text);
}
