/** Where the values of a V6 invoice's lines come from. */
import type { Invoice, InvoiceLine } from "../../model/invoice.ts";
import { type Decimal, negateAmount, toAmount, toDecimal } from "../../model/money.ts";
import type { Rule } from "../../model/provenance.ts";
import { placesIn, reading, type Tracer } from "../../model/trace.ts";
import { isStatedPositive, signedTax } from "./amounts.ts";
import { lessTax, text, withTax } from "./rules.ts";

type Field = keyof InvoiceLine;

const notTold = [
  "description",
  "unit",
  "product",
  "productCode",
  "period",
  "purchaseOrder",
  "creditedNumber",
  "creditedLineNumber",
] as const;
const decimal = reading("v6.decimal", "The number, without superfluous zeros.", toDecimal);

/** Every field of every line; `isGross` as the record's grossEntry says. */
export function traceLines(tracer: Tracer, invoice: Invoice, theirs: unknown, isGross: boolean | null): void {
  const { lines, currency, type } = invoice;
  if (lines.length === 0) {
    const none = reading("v6.lines", "One line for each of theirs.", (value) =>
      Array.isArray(value) ? value : [],
    );
    tracer.direct("lines", lines, none, placesIn("LIST", "/lines"));
    return;
  }
  const isCredit = type === "CREDIT_MEMO";
  const isTurned = isCredit && isStatedPositive(Array.isArray(theirs) ? theirs : [], currency ?? "");
  const rules = { currency: currency ?? "", isGross, isCredit, isTurned };
  const amountOf = (value: unknown) => toAmount(value, currency);
  const signed = (value: unknown) => turnedIf(isTurned, amountOf(value));
  const plain = reading(
    "v6.amount.decimal",
    "Every digit as sent, with at least the decimals of the currency.",
    amountOf,
  );
  const amount = isTurned
    ? reading(
        "v6.amount.sign-turned",
        "The credit memo's amounts add up to more than nothing: each counts with the other sign.",
        signed,
      )
    : plain;
  const tax: Rule = !isCredit
    ? plain
    : {
        name: "v6.tax.sign-of-amount",
        says: "On a credit memo a tax has the sign of the amount that it belongs to.",
        apply: ([own, of]) => signedTax(amountOf(own), signed(of), rules),
      };

  for (const [index, line] of lines.entries()) {
    const at = (name: string) => `lines.${index}.${name}`;
    const places = (...names: readonly string[]) =>
      placesIn("LIST", ...names.map((name) => `/lines/${index}/${name}`));
    const read = (field: Field, rule: Rule, name: string) =>
      tracer.direct(
        at(field),
        line[field],
        rule,
        places(name),
        rule === text || rule === decimal ? [] : ["currency"],
      );
    read("quantity", decimal, "quantity");
    read("unitPrice", plain, "price");
    read("glCode", text, "glCode");
    read("departmentCode", text, "departmentCode");
    for (const field of notTold) tracer.constant(at(field), line[field], "V6 does not tell it.");
    const taxPlaces = isCredit ? places("gstAmount", "amount") : places("gstAmount");
    tracer.direct(at("taxAmount"), line.taxAmount, tax, taxPlaces, ["currency", "type"]);
    const gross = placesIn("LIST", "/grossEntry");
    const [stated, other] =
      isGross === true ? (["totalAmount", "netAmount"] as const) : (["netAmount", "totalAmount"] as const);
    if (isGross === null) {
      const none: Rule = {
        name: "v6.gross.unreadable",
        says: "grossEntry is neither true nor false.",
        apply: () => null,
      };
      for (const field of [stated, other]) tracer.derived(at(field), line[field], none, [], gross);
    } else {
      tracer.direct(at(stated), line[stated], amount, places("amount"), ["currency", "type"]);
      const rule = isGross ? lessTax(currency) : withTax(currency);
      tracer.derived(at(other), line[other], rule, [at(stated), at("taxAmount"), "currency"], gross);
    }
    const derived: Rule = {
      name: "v6.amount.derived",
      says: "The one of net and total that is not the line's own amount.",
      apply: (_read, [value]) =>
        isGross !== null && typeof value === "string" ? [isGross ? "NET" : "TOTAL"] : [],
    };
    tracer.derived(at("derivedAmounts"), line.derivedAmounts, derived, [at(other)], gross);
  }
}

function turnedIf(isTurned: boolean, amount: Decimal | null): Decimal | null {
  return isTurned && amount !== null ? negateAmount(amount) : amount;
}
