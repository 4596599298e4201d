/** Where the values of an Akamai invoice's lines come from. */
import type { InvoiceLine } from "../../model/invoice.ts";
import { type Currency, toAmount } from "../../model/money.ts";
import type { Rule } from "../../model/provenance.ts";
import { amountNames, completing, derivedWords, placesIn, reading, type Tracer } from "../../model/trace.ts";
import { amountRule, day, text } from "./rules.ts";
import { readQuantity } from "./values.ts";
import { type DownloadedLine, textOf } from "./wire.ts";

const quantity = reading("akamai.decimal", "The number, without superfluous zeros.", (value) =>
  readQuantity(value, "", []),
);
const amountPlaces = {
  netAmount: "ITEM_TOTAL_SERVICES",
  taxAmount: "ITEM_TOTAL_TAXES",
  totalAmount: "ITEM_TOTAL",
} as const;
const textPlaces = {
  description: "ITEM_DESC",
  unit: "UNIT_MEASURE",
  product: "PRODUCT",
  productCode: "PRODUCT_ID",
  creditedNumber: "CREDITED_INVOICE_NUMBER",
  creditedLineNumber: "CREDITED_INVOICE_LINE_NUMBER",
} as const;

/** Every field of one line, which stands at a pointer in the download. */
export function traceLine(
  tracer: Tracer,
  line: InvoiceLine,
  theirs: DownloadedLine,
  index: number,
  at: string,
  currency: Currency | null,
): void {
  const name = (field: string) => `lines.${index}.${field}`;
  const place = (theirName: string) => placesIn("DETAILS", `${at}/${theirName}`);
  for (const [field, theirName] of Object.entries(textPlaces) as [keyof typeof textPlaces, string][])
    tracer.direct(name(field), line[field], text, place(theirName));
  for (const field of ["glCode", "departmentCode"] as const)
    tracer.constant(name(field), line[field], "Akamai does not tell it.");
  tracer.direct(name("quantity"), line.quantity, quantity, place("ITEM_UNITS"));
  tracer.direct(
    name("unitPrice"),
    line.unitPrice,
    amountRule(theirs.ITEM_UNIT_PRICE, line.unitPrice, currency),
    place("ITEM_UNIT_PRICE"),
    ["currency"],
  );
  for (const field of amountNames) {
    const others = amountNames.filter((each) => each !== field).map(name);
    if (line.derivedAmounts.includes(derivedWords[field]))
      tracer.derived(name(field), line[field], completing("akamai", field, currency), [
        ...others,
        "currency",
      ]);
    else
      tracer.direct(
        name(field),
        line[field],
        amountRule(theirs[amountPlaces[field]], line[field], currency),
        place(amountPlaces[field]),
        ["currency", "type"],
      );
  }
  const derived: Rule = {
    name: "akamai.amount.derived-on-line",
    says: "The one of net, tax and total that the line lacks while it has the others.",
    apply: (read, ours) =>
      ours.includes(null)
        ? []
        : amountNames
            .filter((_, place) => toAmount(read[place], currency) === null)
            .map((field) => derivedWords[field]),
  };
  const stated = placesIn("DETAILS", ...amountNames.map((field) => `${at}/${amountPlaces[field]}`));
  tracer.derived(name("derivedAmounts"), line.derivedAmounts, derived, amountNames.map(name), stated);
  const [start, end] = [place("ITEM_START_DATE"), place("ITEM_END_DATE")];
  if (line.period === null) tracer.derived(name("period"), null, noPeriod, [], [...start, ...end]);
  else {
    tracer.direct(
      name("period.from"),
      line.period.from,
      day(theirs.ITEM_START_DATE, line.period.from),
      start,
    );
    tracer.direct(name("period.to"), line.period.to, day(theirs.ITEM_END_DATE, line.period.to), end);
  }
  const isOwn = textOf(theirs.PO_NUMBER) !== null;
  tracer.direct(
    name("purchaseOrder"),
    line.purchaseOrder,
    text,
    isOwn ? place("PO_NUMBER") : placesIn("DETAILS", "/PO_NUMBER"),
  );
}

const noPeriod: Rule = {
  name: "akamai.period",
  says: "Both days; null when one of them is not told or cannot be read.",
  apply: (read) => (read.every((value) => day(value, null).apply([value], []) !== null) ? "some" : null),
};
