/** Decimals of any length as scaled BigInts: the slow and always exact half of money.ts. */

/** units / 10^scale. */
export interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

// No white space in it: a pattern that may leave it to either end takes quadratic time for a text of nothing else.
const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const maxDigits = 400;

/** A number or its text, exponents included; null when it is neither, or longer than so many digits: 400 in what others send. */
export function readScaled(value: unknown, mostDigits: number = maxDigits): Scaled | null {
  if (typeof value === "bigint") return { units: value, scale: 0 };
  if (typeof value !== "string" && typeof value !== "number") return null;
  // String(number) gives the shortest text that reads back as the same double: the upstream's own digits up to 15 of them.
  const match = decimalPattern.exec(String(value).trim());
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  if (digits === "" || digits.length > mostDigits) return null;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > mostDigits) return null;
  const units = BigInt(digits) * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
  return { units: sign === "-" ? -units : units, scale: Math.max(scale, 0) };
}

/** The decimal's text with at least so many decimals, and no superfluous zeros beyond them. */
export function writeScaled({ units, scale }: Scaled, least: number): string {
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

/** a + b. */
export function addScaled(a: Scaled, b: Scaled): Scaled {
  if (a.scale === b.scale) return { units: a.units + b.units, scale: a.scale };
  return a.scale > b.scale
    ? { units: a.units + b.units * 10n ** BigInt(a.scale - b.scale), scale: a.scale }
    : { units: a.units * 10n ** BigInt(b.scale - a.scale) + b.units, scale: b.scale };
}

/** a - b. */
export function subtractScaled(a: Scaled, b: Scaled): Scaled {
  return addScaled(a, { units: -b.units, scale: b.scale });
}

/** a x b. */
export function multiplyScaled(a: Scaled, b: Scaled): Scaled {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** Is the distance of a and b at most the tolerance? */
export function isNear(a: Scaled, b: Scaled, tolerance: Scaled): boolean {
  const { units, scale } = subtractScaled(a, b);
  return subtractScaled({ units: units < 0n ? -units : units, scale }, tolerance).units <= 0n;
}
