/** Exact amounts: whole minor units while they are reckoned with, decimal text once they are told. */

/** A decimal in plain digits, e.g. "-12.30". */
export type DecimalText = string;

const minorDigits: Record<string, number> = { USD: 2, EUR: 2, AUD: 2, GBP: 2, SEK: 2, JPY: 0, KWD: 3 };

/** How many digits the currency has after the point. */
export function minorDigitsOf(currency: string): number {
  return minorDigits[currency] ?? 2;
}

/** Whole units of 10^-digits as decimal text with that many digits after the point. */
export function decimalText(units: number, digits: number): DecimalText {
  const text = String(Math.abs(units)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return `${units < 0 ? "-" : ""}${whole}${digits === 0 ? "" : `.${text.slice(-digits)}`}`;
}

/** Minor units of a currency as decimal text. */
export function amountText(minorUnits: number, currency: string): DecimalText {
  return decimalText(minorUnits, minorDigitsOf(currency));
}

/** Whole units of 10^-digits from decimal text; -0 never comes out. */
export function toUnits(text: DecimalText, digits: number): number {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const units = Number(whole + fraction.padEnd(digits, "0").slice(0, digits));
  return text.startsWith("-") && units !== 0 ? -units : units;
}
