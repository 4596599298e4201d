/** Where the values of an Akamai invoice come from: what map.ts and details.ts do, told field by field and only when asked. */
import { type Invoice, invoiceId } from "../../model/invoice.ts";
import { toCurrency } from "../../model/money.ts";
import type { Rule, Trace } from "../../model/provenance.ts";
import { placesIn, reading, Tracer } from "../../model/trace.ts";
import { withDetails } from "./details.ts";
import { readInvoices } from "./map.ts";
import { traceDetails } from "./provenance-details.ts";
import { traceFiles } from "./provenance-files.ts";
import { amountRule, day, text } from "./rules.ts";
import { typeOf } from "./values.ts";
import { type DownloadedInvoice, isObject, textOf } from "./wire.ts";

const notYet = "It stands in the details, which were not asked for.";
const blank = "Akamai does not tell it.";
const type = reading(
  "akamai.type.word",
  "INVOICE, or a word that speaks of credit, debit or invoice; any other is unknown.",
  (value) => typeOf(textOf(value)),
);
const currency = reading("akamai.currency", "An ISO 4217 code in capitals.", (value) =>
  toCurrency(textOf(value)),
);
const origin: Rule = {
  name: "akamai.currency.origin",
  says: "Given where a record names a currency that can be read.",
  apply: (_read, [code]) => (typeof code === "string" ? "GIVEN" : "UNKNOWN"),
};

/** How each field of the invoice came to its value. */
export function tracesOf(invoice: Invoice): readonly Trace[] {
  const { source, account, key, isDetailed } = invoice;
  const both = isDetailed && isObject(invoice.raw) ? invoice.raw : { list: invoice.raw };
  const [LIST, DETAILS] = [both["list"], both["download"]] as [
    Record<string, unknown>,
    DownloadedInvoice | undefined,
  ];
  const tracer = new Tracer("akamai", { LIST, ...(DETAILS !== undefined && { DETAILS }) });
  const [month = ""] = key;
  const asked = placesIn("LIST", "/contractId");
  const isNamed = textOf(LIST["contractId"]) !== null;

  if (isNamed) tracer.direct("account.reference", account, text, asked);
  else
    tracer.configured(
      "account.reference",
      account,
      `customers[].accounts.${source}`,
      "The contract that Akamai was asked about, as it is linked.",
    );
  const id = reading(
    "akamai.id",
    "The global id: source, contract, the usage month that was asked about and the invoice id.",
    (value) => invoiceId({ source, account, key: [month, String(textOf(value))] }),
  );
  tracer.derived("id", invoice.id, id, ["account.reference"], placesIn("LIST", "/invoiceId"));
  tracer.direct("number", invoice.number, text, placesIn("LIST", "/invoiceId"));
  tracer.direct("type", invoice.type, type, placesIn("LIST", "/invoiceType"));
  tracer.direct("sourceType", invoice.sourceType, text, placesIn("LIST", "/invoiceType"));
  tracer.direct(
    "issuedOn",
    invoice.issuedOn,
    day(LIST["invoiceDate"], invoice.issuedOn),
    placesIn("LIST", "/invoiceDate"),
  );
  tracer.direct(
    "dueOn",
    invoice.dueOn,
    day(LIST["invoiceDueDate"], invoice.dueOn),
    placesIn("LIST", "/invoiceDueDate"),
  );
  tracer.direct("currency", invoice.currency, currency, placesIn("LIST", "/invoiceCurrency"));
  tracer.derived("currencyOrigin", invoice.currencyOrigin, origin, ["currency"]);
  for (const field of ["createdAt", "creditReason"] as const) tracer.constant(field, invoice[field], blank);
  tracer.direct(
    "totalAmount",
    invoice.totalAmount,
    amountRule(LIST["invoiceTotal"], invoice.totalAmount, invoice.currency),
    placesIn("LIST", "/invoiceTotal"),
    ["currency", "type"],
  );
  if (DETAILS !== undefined) traceDetails(tracer, invoice, DETAILS);
  else {
    for (const field of [
      "finalizedOn",
      "billingPeriod",
      "netAmount",
      "taxAmount",
      "derivedAmounts",
      "lines",
      "billTo",
      "purchaseOrder",
    ] as const)
      tracer.constant(field, invoice[field], notYet);
    tracer.constant("creditedInvoices", invoice.creditedNumbers, notYet);
  }
  traceFiles(tracer, invoice, LIST["files"]);
  tracer.warnings(invoice.warnings, () => {
    const [listed] = readInvoices([LIST], { source, contract: account, month }).invoices;
    if (listed === undefined) return [];
    return (DETAILS === undefined ? listed : withDetails(listed, DETAILS)).warnings;
  });
  return tracer.traces;
}
