/** Rules that both the header and the lines of a V6 invoice follow. */
import { addAmounts, subtractAmounts } from "../../model/money.ts";
import type { Rule } from "../../model/provenance.ts";
import { reading } from "../../model/trace.ts";
import { readKey, readText } from "./wire.ts";

const says = "A text without the white space around it, or a number as text.";

/** A text. */
export const text = reading("v6.text", says, readText);

/** A text that can be part of an id. */
export const key = reading("v6.key", says, readKey);

/** Total less tax. */
export function lessTax(currency: string | null): Rule {
  return {
    name: "v6.amount.total-less-tax",
    says: "Amounts are entered with tax: the total less the tax.",
    apply: (_read, [total, tax]) =>
      isText(total) && isText(tax) ? subtractAmounts(total, tax, currency) : null,
  };
}

/** Net and tax. */
export function withTax(currency: string | null): Rule {
  return {
    name: "v6.amount.net-and-tax",
    says: "Amounts are entered without tax: the net amount and the tax.",
    apply: (_read, [net, tax]) => (isText(net) && isText(tax) ? addAmounts(net, tax, currency) : null),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
