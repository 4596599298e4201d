/** Where the values that only Akamai's download tells come from. */
import type { Invoice } from "../../model/invoice.ts";
import { type Currency, sumAmounts } from "../../model/money.ts";
import type { Rule } from "../../model/provenance.ts";
import { derivedWords, placesIn, type Tracer } from "../../model/trace.ts";
import { traceLine } from "./provenance-lines.ts";
import { day, text } from "./rules.ts";
import { type DownloadedInvoice, isObject, textOf } from "./wire.ts";

const sums = ["netAmount", "taxAmount"] as const;

/** All that withDetails() adds. */
export function traceDetails(tracer: Tracer, invoice: Invoice, download: DownloadedInvoice): void {
  const { currency, lines, derivedAmounts } = invoice;
  const customers = objectsIn(download.END_CUSTOMER, "/END_CUSTOMER");
  const pointers = customers.flatMap(([customer, at]) =>
    objectsIn(customer["INVOICE_LINE"], `${at}/INVOICE_LINE`),
  );
  tracer.direct(
    "finalizedOn",
    invoice.finalizedOn,
    day(download.FINALIZED_DATE, invoice.finalizedOn),
    placesIn("DETAILS", "/FINALIZED_DATE"),
  );
  if (lines.length === 0) {
    const none: Rule = {
      name: "akamai.lines",
      says: "One line for each INVOICE_LINE of each END_CUSTOMER.",
      apply: () => [],
    };
    tracer.direct("lines", lines, none, placesIn("DETAILS", "/END_CUSTOMER"));
  }
  for (const [index, [theirs, at]] of pointers.entries()) {
    const line = lines[index];
    if (line !== undefined) traceLine(tracer, line, theirs, index, at, currency);
  }
  const each = (field: string) => lines.map((_, index) => `lines.${index}.${field}`);
  for (const field of sums) tracer.derived(field, invoice[field], sumRule(currency), each(field));
  const derived: Rule = {
    name: "akamai.amount.derived",
    says: "Net and tax are never stated.",
    apply: (_read, ours) =>
      sums.filter((_field, index) => typeof ours[index] === "string").map((field) => derivedWords[field]),
  };
  tracer.derived("derivedAmounts", derivedAmounts, derived, sums);
  tracePeriod(tracer, invoice);
  traceBillTo(tracer, invoice, download, customers);
  traceReferences(tracer, invoice, download);
}

function tracePeriod(tracer: Tracer, { billingPeriod, lines }: Invoice): void {
  const dated = lines.flatMap(({ period }, index) => (period === null ? [] : [`lines.${index}.period`]));
  if (billingPeriod === null) {
    const none: Rule = {
      name: "akamai.period.of-lines",
      says: "No line has a period.",
      apply: () => (dated.length === 0 ? null : "some"),
    };
    tracer.derived(
      "billingPeriod",
      null,
      none,
      lines.map((_, index) => `lines.${index}.period`),
    );
    return;
  }
  for (const end of ["from", "to"] as const) {
    const says =
      end === "from" ? "The first day of all lines' periods." : "The last day of all lines' periods.";
    const apply: Rule["apply"] = (_read, days) =>
      end === "from" ? days.toSorted()[0] : days.toSorted().at(-1);
    tracer.derived(
      `billingPeriod.${end}`,
      billingPeriod[end],
      { name: "akamai.period.of-lines", says, apply },
      dated.map((at) => `${at}.${end}`),
    );
  }
}

function traceBillTo(
  tracer: Tracer,
  { billTo }: Invoice,
  download: DownloadedInvoice,
  customers: ReturnType<typeof objectsIn>,
): void {
  const [, first = "/END_CUSTOMER"] = customers[0] ?? [];
  const places = (own: keyof DownloadedInvoice, other: string) =>
    placesIn(
      "DETAILS",
      textOf(download[own]) === null && customers.length > 0 ? `${first}/${other}` : `/${own}`,
    );
  const name = places("ACCOUNT_NAME", "END_CUSTOMER_ACCOUNT_NAME");
  const reference = places("ACCOUNT_ID", "END_CUSTOMER_ACCOUNT_ID");
  if (billTo === null) {
    const none: Rule = {
      name: "akamai.bill-to",
      says: "A name or an account id; the records have neither.",
      apply: (read) => (read.every((value) => textOf(value) === null) ? null : "some"),
    };
    tracer.derived("billTo", null, none, [], [...name, ...reference]);
    return;
  }
  tracer.direct("billTo.name", billTo.name, text, name);
  tracer.direct("billTo.accountReference", billTo.accountReference, text, reference);
  for (const field of ["address", "city", "postcode"] as const)
    tracer.constant(`billTo.${field}`, billTo[field], "Akamai does not tell it.");
}

function traceReferences(
  tracer: Tracer,
  { lines, purchaseOrder, creditedNumbers }: Invoice,
  download: DownloadedInvoice,
): void {
  const each = (field: string) => lines.map((_, index) => `lines.${index}.${field}`);
  if (textOf(download.PO_NUMBER) !== null)
    tracer.direct("purchaseOrder", purchaseOrder, text, placesIn("DETAILS", "/PO_NUMBER"));
  else {
    const only: Rule = {
      name: "akamai.purchase-order.of-lines",
      says: "The one that all lines have; null when they have none or several.",
      apply: (_read, orders) => (new Set(orders).size === 1 ? orders[0] : null),
    };
    tracer.derived("purchaseOrder", purchaseOrder, only, each("purchaseOrder"));
  }
  const says = "Each number that a line credits, once.";
  if (creditedNumbers.length === 0)
    tracer.derived(
      "creditedInvoices",
      creditedNumbers,
      { name: "akamai.credited", says, apply: distinct },
      each("creditedNumber"),
    );
  for (const [index, number] of creditedNumbers.entries()) {
    const from = lines.flatMap((line, place) =>
      line.creditedNumber === number ? [`lines.${place}.creditedNumber`] : [],
    );
    tracer.derived(
      `creditedInvoices.${index}.number`,
      number,
      { name: "akamai.credited", says, apply: (_read, [first]) => first },
      from,
    );
  }
}

const distinct: Rule["apply"] = (_read, numbers) => [...new Set(numbers.filter((number) => number !== null))];

function sumRule(currency: Currency | null): Rule {
  return {
    name: "akamai.amount.sum-of-lines",
    says: "The sum over all lines; null without lines, or when one of them does not tell it.",
    apply: (_read, ours) =>
      ours.length > 0 && ours.every((each) => typeof each === "string")
        ? sumAmounts(ours as string[], currency)
        : null,
  };
}

/** The objects of an array, or the single one in its place, with their pointers. */
function objectsIn(
  value: unknown,
  pointer: string,
): readonly (readonly [Readonly<Record<string, unknown>>, string])[] {
  if (isObject(value)) return [[value, pointer]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((each, index) => (isObject(each) ? [[each, `${pointer}/${index}`] as const] : []));
}
