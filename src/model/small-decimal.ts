/**
 * Decimals of up to 15 digits as safe integers: the fast half of money.ts. Whatever does not fit is NaN, and NaN stays NaN
 * through every step, so that one check at the end sends the sum to scaled.ts.
 */

const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const zeros = ["", "0", "00", "000", "0000"];
const maxDigits = 15;
const mostUnits = 999_999_999_999_999;
// The digits after the point, by how many they are: all currencies but a few have two or three of them.
const fractions = [1, 2, 3].map((count) =>
  Array.from({ length: 10 ** count }, (_, units) => String(units).padStart(count, "0")),
);

/** The decimals of a sum on the fast path: enough for every currency, and 11 digits are left before the point. */
export const sumScale = 4;

/** The digits of a plain decimal as an integer, its point left out ("185.10" -> 18510); NaN when it is long or not plain. */
export function smallUnits(text: string): number {
  return readUnits(text, -1);
}

/** A plain decimal in units of 10^-scale; NaN when it has more decimals than that, does not fit, or is not plain. */
export function unitsAt(text: string, scale: number): number {
  return readUnits(text, scale);
}

function readUnits(text: string, scale: number): number {
  const length = text.length;
  if (length > maxDigits + 2) return Number.NaN;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  let units = 0;
  let digits = 0;
  let point = length - 1;
  for (let i = start; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      units = units * 10 + digit;
      digits++;
    } else if (digit === -2 && i - start === digits) point = i;
    else return Number.NaN;
  }
  if (digits === 0 || digits > maxDigits) return Number.NaN;
  const positive = scale === -1 ? units : widen(units, scale - (length - 1 - point));
  return start === 1 ? -positive : positive;
}

/** How many decimals are written after the point. */
export function decimalsWritten(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? 0 : text.length - point - 1;
}

/** The same value with more decimals; NaN when it does not fit any more. */
export function widen(units: number, by: number): number {
  return by === 0 ? units : safe(units * (powers[by] ?? Number.NaN));
}

/** The integer itself while it is safe, otherwise NaN. */
export function safe(units: number): number {
  return Number.isSafeInteger(units) ? units : Number.NaN;
}

/** Is the distance of a and b at most the tolerance? Null when an operand, or the distance, does not fit. */
export function isNearSmall(a: number, b: number, tolerance: number): boolean | null {
  const distance = Math.abs(a - b);
  return Number.isSafeInteger(distance) && Number.isSafeInteger(tolerance) ? distance <= tolerance : null;
}

/** A number that has no more decimals than these, in units of the last one; NaN for another one, and beyond 15 digits. */
export function unitsOf(value: number, decimals: number): number {
  const power = powers[decimals] ?? Number.NaN;
  const units = Math.round(value * power);
  // A decimal of up to 15 digits is the shortest text of exactly one double, so these units are the digits that were sent.
  return units / power === value && units <= mostUnits && units >= -mostUnits ? units : Number.NaN;
}

/** The text of units / 10^decimals, with all of the decimals. */
export function writeUnits(units: number, decimals: number): string {
  if (decimals === 0) return String(units);
  const size = Math.abs(units);
  const power = powers[decimals] as number;
  const whole = Math.floor(size / power);
  const rest = size - whole * power;
  const fraction = fractions[decimals - 1]?.[rest] ?? String(rest).padStart(decimals, "0");
  return units < 0 ? `-${whole}.${fraction}` : `${whole}.${fraction}`;
}

/** The text of units / 10^scale with at least so many decimals, and no superfluous zeros beyond them. */
export function writeSmall(units: number, scale: number, least: number): string {
  while (scale > least && units % 10 === 0) {
    units /= 10;
    scale--;
  }
  if (scale === least && scale < powers.length) return writeUnits(units, scale);
  const digits = String(Math.abs(units)).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const missing = least > scale ? (zeros[least - scale] ?? "0".repeat(least - scale)) : "";
  return `${units < 0 ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}${missing}`;
}
