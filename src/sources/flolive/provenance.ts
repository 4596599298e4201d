/** Where the values of a floLIVE invoice come from: what map.ts does, told field by field and only when asked. */
import { dayOf } from "../../model/day.ts";
import { toInstant } from "../../model/instant.ts";
import { dateRule } from "../../model/date-rule.ts";
import { type Invoice, invoiceId } from "../../model/invoice.ts";
import { toAmount, toCurrency } from "../../model/money.ts";
import type { Rule, Trace } from "../../model/provenance.ts";
import { amountNames, completing, derivedWords, placesIn, reading, Tracer } from "../../model/trace.ts";
import { toInvoice } from "./invoice.ts";
import { textOf, type WireRecord } from "./wire.ts";

const blank = "floLIVE's list does not tell it.";
const text = reading(
  "flolive.text",
  "A text without the white space around it, or a number as text.",
  textOf,
);
const currency = reading("flolive.currency", "An ISO 4217 code in capitals.", (value) =>
  toCurrency(textOf(value)),
);
const instant = reading(
  "flolive.instant",
  "The moment in UTC; a text without an offset is taken as UTC.",
  (value) => toInstant(textOf(value) ?? ""),
);
const origin: Rule = {
  name: "flolive.currency.origin",
  says: "Given where the record names a currency that can be read.",
  apply: (_read, [code]) => (typeof code === "string" ? "GIVEN" : "UNKNOWN"),
};

/** How each field of the invoice came to its value. */
export function tracesOf(invoice: Invoice): readonly Trace[] {
  const { source, account, raw } = invoice;
  const record = raw as WireRecord;
  const tracer = new Tracer("flolive", { LIST: record });
  const read = (field: string, value: unknown, rule: Rule, name: string) =>
    tracer.direct(field, value, rule, placesIn("LIST", `/${name}`));

  const id = reading("flolive.id", "The global id: source, customer and the record's id.", (value) =>
    invoiceId({ source, account, key: [String(textOf(value))] }),
  );
  tracer.derived("id", invoice.id, id, ["account.reference"], placesIn("LIST", "/id"));
  tracer.configured(
    "account.reference",
    account,
    `customers[].accounts.${source}`,
    "The customer that floLIVE was asked about, as it is linked.",
  );
  read("number", invoice.number, text, "invoiceNumber");
  tracer.constant("type", invoice.type, "floLIVE's list tells no type: all are invoices.");
  read("issuedOn", invoice.issuedOn, day(record["creationTime"], invoice.issuedOn), "creationTime");
  read("dueOn", invoice.dueOn, day(record["dueDate"], invoice.dueOn), "dueDate");
  read("createdAt", invoice.createdAt, instant, "creationTime");
  tracePeriod(tracer, invoice, record);
  read("currency", invoice.currency, currency, "currency");
  tracer.derived("currencyOrigin", invoice.currencyOrigin, origin, ["currency"]);
  traceAmounts(tracer, invoice);
  for (const field of [
    "sourceType",
    "finalizedOn",
    "lines",
    "billTo",
    "creditReason",
    "purchaseOrder",
  ] as const)
    tracer.constant(field, invoice[field], blank);
  tracer.constant("creditedInvoices", invoice.creditedNumbers, blank);
  for (const [index, offer] of invoice.files.entries())
    for (const [name, value] of Object.entries(offer))
      tracer.constant(
        `files.${index}.${name}`,
        value,
        "floLIVE has a PDF and an XML of every invoice; the list does not tell it.",
      );
  tracer.warnings(invoice.warnings, () => toInvoice(record, account, source)?.warnings ?? []);
  return tracer.traces;
}

function day(value: unknown, read: string | null): Rule {
  return dateRule("flolive", value, read, (each) => dayOf(textOf(each) ?? ""));
}

function tracePeriod(tracer: Tracer, { billingPeriod }: Invoice, record: WireRecord): void {
  const named = (end: "Start" | "End") => {
    const time = `billingCycle${end}Time`;
    return textOf(record[time]) === null ? `billingCycle${end}Date` : time;
  };
  const [start, end] = [named("Start"), named("End")];
  if (billingPeriod === null) {
    const both: Rule = {
      name: "flolive.period",
      says: "Both days of the billing cycle; null when one of them is not told or cannot be read.",
      apply: (read) => (read.some((each) => dayOf(textOf(each) ?? "") === null) ? null : "some"),
    };
    tracer.derived("billingPeriod", null, both, [], placesIn("LIST", `/${start}`, `/${end}`));
    return;
  }
  const { from, to } = billingPeriod;
  tracer.direct("billingPeriod.from", from, day(record[start], from), placesIn("LIST", `/${start}`));
  tracer.direct("billingPeriod.to", to, day(record[end], to), placesIn("LIST", `/${end}`));
}

function traceAmounts(tracer: Tracer, invoice: Invoice): void {
  const amount: Rule = {
    name: "flolive.amount.decimal",
    says: "Every digit as sent, with at least the decimals of the currency.",
    apply: ([value], [code]) =>
      toAmount(typeof value === "string" ? value.trim() : value, code as string | null),
  };
  for (const field of amountNames) {
    const places = placesIn("LIST", `/${field}`);
    if (!invoice.derivedAmounts.includes(derivedWords[field]))
      tracer.direct(field, invoice[field], amount, places, ["currency"]);
    else {
      const others = amountNames.filter((each) => each !== field);
      tracer.derived(field, invoice[field], completing("flolive", field, invoice.currency), [
        ...others,
        "currency",
      ]);
    }
  }
  const derived: Rule = {
    name: "flolive.amount.derived",
    says: "The one of net, tax and total that the record lacks while it has the others.",
    apply: (read, ours) =>
      amountNames.flatMap((field, index) => {
        const isDerived =
          toAmount(read[index], null) === null && ours[index] !== null && !ours.includes(null);
        return isDerived ? [derivedWords[field]] : [];
      }),
  };
  const places = placesIn("LIST", ...amountNames.map((name) => `/${name}`));
  tracer.derived("derivedAmounts", invoice.derivedAmounts, derived, amountNames, places);
}
