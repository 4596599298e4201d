/** Rules that several parts of an Akamai invoice follow. */
import { dateRule } from "../../model/date-rule.ts";
import { type Currency, type Decimal, negateAmount, toAmount } from "../../model/money.ts";
import type { Rule } from "../../model/provenance.ts";
import { reading } from "../../model/trace.ts";
import { readAmount, readDay } from "./values.ts";
import { textOf } from "./wire.ts";

/** A text. */
export const text = reading(
  "akamai.text",
  "A text without the white space around it, or a number as text.",
  textOf,
);

/** The rule that read this value as this day. */
export function day(value: unknown, read: string | null): Rule {
  return dateRule("akamai", value, read, (each) => readDay(each, "", []));
}

/** The rule that made this amount of what stands in the record: its digits, or these with the other sign. */
export function amountRule(stated: unknown, amount: Decimal | null, currency: Currency | null): Rule {
  const plain = (value: unknown) => readAmount(value, currency, "", []);
  const asStated = toAmount(stated, currency);
  if (asStated === amount || asStated === null || amount === null)
    return reading(
      "akamai.amount.decimal",
      "Every digit as sent, with at least the decimals of the currency.",
      plain,
    );
  return reading(
    "akamai.amount.sign-turned",
    "A credit memo that is stated without its sign: it counts with the other one.",
    (value) => {
      const read = plain(value);
      return read === null ? null : negateAmount(read);
    },
  );
}
