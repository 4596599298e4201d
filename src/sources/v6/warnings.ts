/** The warnings that only a reader of V6 can know of, besides those of reconcile(). */
import { type Currency, type Decimal, minorUnits } from "../../model/money.ts";
import type { Warning } from "../../model/warning.ts";

/** A value that is there, but is not what the field should hold. */
export function unreadableValue(fields: readonly string[]): Warning {
  const message = `The source's values for ${fields.join(", ")} cannot be read.`;
  return { code: "VALUE_UNREADABLE", message, fields, stated: null, expected: null };
}

/** A credit memo that V6 states as positive: what its amount was, and is. */
export function signChanged(
  fields: readonly string[],
  stated: Decimal | null,
  expected: Decimal | null,
): Warning {
  const message =
    "The source states amounts of this credit memo as positive; a credit memo counts as negative.";
  return { code: "SIGN_CHANGED", message, fields, stated, expected };
}

/** The first of several records with the same type, number, date and customer. */
export function numberRepeated(stated: Decimal | null): Warning {
  const message =
    "The source lists this type, number, date and customer more than once; this is the first record.";
  return { code: "NUMBER_REPEATED", message, fields: ["number"], stated, expected: null };
}

/** Half of the currency's smallest unit: how far rounding may carry quantity x price ("0.005" for AUD, "0.5" for JPY). */
export function halfMinorUnit(currency: Currency): Decimal {
  const digits = minorUnits(currency) ?? 2;
  return `0.${"0".repeat(digits)}5`;
}
