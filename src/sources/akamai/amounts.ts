/** Signs of credit memos, and how exact Akamai's amounts are. */
import { type Currency, type Decimal, isNegative, isZero, minorUnits } from "../../model/money.ts";
import type { Tolerance } from "../../model/reconcile.ts";
import type { Warning } from "../../model/warning.ts";

/** Above zero? On a credit memo such an amount lacks its sign. */
export function isPositive(amount: Decimal | null): amount is Decimal {
  return amount !== null && !isNegative(amount) && !isZero(amount);
}

/** Says that amounts of a credit memo count with the other sign. */
export function signWarning(
  fields: readonly string[],
  stated: Decimal | null,
  counted: Decimal | null,
): Warning {
  return {
    code: "SIGN_CHANGED",
    message: `The source states ${stated ?? "amounts"} without a sign; on a credit memo it counts as ${counted ?? "negative"}.`,
    fields,
    stated,
    expected: counted,
  };
}

/** A line's product is rounded to the smallest unit; sums are exact. */
export function toleranceOf(currency: Currency | null): Tolerance {
  const digits = (currency === null ? null : minorUnits(currency)) ?? 2;
  return { total: "0", line: `0.${"0".repeat(digits)}5` };
}
