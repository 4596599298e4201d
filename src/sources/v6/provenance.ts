/** Where the values of a V6 invoice come from: what map.ts does, told field by field and only when asked. */
import { dateRule } from "../../model/date-rule.ts";
import { type Invoice, invoiceId } from "../../model/invoice.ts";
import { type Decimal, nonPositive, sumAmounts, toAmount } from "../../model/money.ts";
import type { Rule, Trace } from "../../model/provenance.ts";
import { placesIn, reading, Tracer } from "../../model/trace.ts";
import { key, lessTax, text, withTax } from "./rules.ts";
import { traceLines } from "./provenance-lines.ts";
import { toInvoice, type Scope } from "./map.ts";
import { isObject, readDay, readGrossEntry, readKey, readText } from "./wire.ts";

const blank = "V6 does not tell it.";
const letters: Readonly<Record<string, Invoice["type"]>> = {
  I: "INVOICE",
  C: "CREDIT_MEMO",
  D: "DEBIT_MEMO",
};
const type = reading(
  "v6.type.letter",
  "I is an invoice, C a credit memo, D a debit memo; any other letter is unknown.",
  (value) => letters[readKey(value)?.toUpperCase() ?? ""] ?? "UNKNOWN",
);
const grossUnreadable = "grossEntry is neither true nor false, so nothing follows from the lines.";

/** How each field of the invoice came to its value. */
export function tracesOf(invoice: Invoice, tolerance: Scope["tolerance"]): readonly Trace[] {
  const { source, raw } = invoice;
  const record = isObject(raw) ? (raw as Readonly<Record<string, unknown>>) : {};
  const tracer = new Tracer("v6", { LIST: raw });
  const read = (field: string, value: unknown, rule: Rule, name: string) =>
    tracer.direct(field, value, rule, placesIn("LIST", `/${name}`));

  tracer.derived(
    "id",
    invoice.id,
    idRule(source),
    [],
    placesIn("LIST", "/customerCode", "/fileType", "/invoiceNo", "/invoiceDate"),
  );
  read("account.reference", invoice.account, key, "customerCode");
  read("number", invoice.number, key, "invoiceNo");
  read("type", invoice.type, type, "fileType");
  read("sourceType", invoice.sourceType, text, "fileType");
  read(
    "issuedOn",
    invoice.issuedOn,
    dateRule("v6", record["invoiceDate"], invoice.issuedOn, readDay),
    "invoiceDate",
  );
  read("dueOn", invoice.dueOn, dateRule("v6", record["dueDate"], invoice.dueOn, readDay), "dueDate");
  for (const field of ["createdAt", "finalizedOn", "billingPeriod", "purchaseOrder"] as const)
    tracer.constant(field, invoice[field], blank);
  tracer.constant("creditedInvoices", invoice.creditedNumbers, blank);
  tracer.constant("files", invoice.files, "V6 has no files.");
  const setting = `sources.${source}.currency`;
  tracer.configured(
    "currency",
    invoice.currency,
    setting,
    "V6 names no currency: it is configured for the source.",
  );
  tracer.constant(
    "currencyOrigin",
    invoice.currencyOrigin,
    "V6 names no currency: it is configured for the source.",
  );
  traceAmounts(tracer, invoice, readGrossEntry(record["grossEntry"]));
  traceDerived(tracer, invoice);
  traceLines(tracer, invoice, record["lines"], readGrossEntry(record["grossEntry"]));
  traceBillTo(tracer, invoice);
  traceCreditReason(tracer, invoice);
  const { number, account, issuedOn, currency } = invoice;
  tracer.warnings(invoice.warnings, () => {
    const scope = { source, currency: currency ?? "", month: "", tolerance };
    return toInvoice(record, { number: number ?? "", account, issuedOn: issuedOn ?? "" }, scope).warnings;
  });
  return tracer.traces;
}

function idRule(source: string): Rule {
  return {
    name: "v6.id",
    says: "The global id: source, customer code, letter of the type, number and day of issue.",
    apply: ([code, letter, number, day]) =>
      invoiceId({
        source,
        account: String(readKey(code)),
        key: [readKey(letter)?.toUpperCase() ?? "", String(readKey(number)), String(readDay(day))],
      }),
  };
}

function traceAmounts(tracer: Tracer, invoice: Invoice, isGross: boolean | null): void {
  const { currency, netAmount, taxAmount, totalAmount, lines } = invoice;
  const linesOf = (name: string) => lines.map((_, index) => `lines.${index}.${name}`);
  const sum: Rule = {
    name: "v6.amount.sum-of-lines",
    says: "The sum over all lines; null without lines, or when one of them does not tell it.",
    apply: (_read, ours) => sumOf(ours, currency),
  };
  const gross = placesIn("LIST", "/grossEntry");
  const header = placesIn("LIST", "/taxAmount");
  if (toAmount(tracer.at(header[0]!), currency) === null) {
    tracer.derived("taxAmount", taxAmount, sum, linesOf("taxAmount"));
  } else {
    const isCredit = invoice.type === "CREDIT_MEMO";
    const rule = isCredit
      ? reading(
          "v6.tax.of-credit-memo",
          "The header's tax, which on a credit memo counts as zero or negative.",
          (value) => turned(toAmount(value, currency)),
        )
      : reading(
          "v6.amount.decimal",
          "Every digit as sent, with at least the decimals of the currency.",
          (value) => toAmount(value, currency),
        );
    tracer.direct("taxAmount", taxAmount, rule, header, ["currency", "type"]);
  }
  if (isGross === null) {
    for (const [field, value] of [
      ["netAmount", netAmount],
      ["totalAmount", totalAmount],
    ] as const)
      tracer.derived(
        field,
        value,
        { name: "v6.gross.unreadable", says: grossUnreadable, apply: () => null },
        [],
        gross,
      );
  } else if (isGross) {
    tracer.derived("totalAmount", totalAmount, sum, linesOf("totalAmount"), gross);
    tracer.derived("netAmount", netAmount, lessTax(currency), ["totalAmount", "taxAmount", "currency"]);
  } else {
    tracer.derived("netAmount", netAmount, sum, linesOf("netAmount"), gross);
    tracer.derived("totalAmount", totalAmount, withTax(currency), ["netAmount", "taxAmount", "currency"]);
  }
}

function traceDerived(tracer: Tracer, { derivedAmounts, currency }: Invoice): void {
  const rule: Rule = {
    name: "v6.amount.derived",
    says: "Net and total are never stated on the header; the tax is derived where only the lines tell it.",
    apply: ([header], [net, tax, total]) => [
      ...(isText(net) ? ["NET"] : []),
      ...(isText(tax) && toAmount(header, currency) === null ? ["TAX"] : []),
      ...(isText(total) ? ["TOTAL"] : []),
    ],
  };
  tracer.derived(
    "derivedAmounts",
    derivedAmounts,
    rule,
    ["netAmount", "taxAmount", "totalAmount"],
    placesIn("LIST", "/taxAmount"),
  );
}

function traceBillTo(tracer: Tracer, { billTo }: Invoice): void {
  if (billTo === null) return;
  const names = { name: "businessName", address: "address1", city: "city", postcode: "postcode" } as const;
  tracer.direct("billTo.accountReference", billTo.accountReference, key, placesIn("LIST", "/customerCode"));
  for (const [field, name] of Object.entries(names) as [keyof typeof names, string][])
    tracer.direct(`billTo.${field}`, billTo[field], text, placesIn("LIST", `/${name}`));
}

function traceCreditReason(tracer: Tracer, { creditReason }: Invoice): void {
  const [code, description] = placesIn("LIST", "/creditReason/creditReasonCode", "/creditReason/description");
  if (creditReason === null) {
    const none = reading(
      "v6.credit-reason",
      "A code and a description; null when the record has neither.",
      (value) =>
        isObject(value) && Object.values(value).some((each) => readText(each) !== null) ? "some" : null,
    );
    tracer.direct("creditReason", null, none, placesIn("LIST", "/creditReason"));
    return;
  }
  tracer.direct("creditReason.code", creditReason.code, text, [code!]);
  tracer.direct("creditReason.description", creditReason.description, text, [description!]);
}

function sumOf(amounts: readonly unknown[], currency: string | null): Decimal | null {
  return amounts.length > 0 && amounts.every(isText) ? sumAmounts(amounts, currency) : null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function turned(amount: Decimal | null): Decimal | null {
  return amount === null ? null : nonPositive(amount);
}
