/** Where the values of an account's invoice settings come from: what map.ts does, told field by field and only when asked. */
import type { InvoiceSettings } from "../../model/invoice-settings.ts";
import { pointerTo } from "../../model/json-text.ts";
import type { Rule, Trace } from "../../model/provenance.ts";
import { placesIn, reading, Tracer } from "../../model/trace.ts";
import { boolean, integerText, type settingsFields, text } from "./wire.ts";

type Theirs = (typeof settingsFields)[number];

const flag = reading(
  "ddapi.boolean",
  "true or false, also as a text; XML Schema writes 1 and 0, too.",
  boolean,
);
const id = reading("ddapi.id", "An integer as text, without zeros before it.", integerText);
const words = reading("ddapi.text", "A text without the white space around it.", text);
const account = reading(
  "ddapi.customer-number",
  "An integer as text, without zeros before it; 0 means that none is set.",
  (value) => {
    const number = integerText(value);
    return number === "0" ? null : number;
  },
);

const read = {
  retainsInvoiceType: ["RetainsInvoiceType", flag],
  paysInvoiceFee: ["PaysInvoiceFee", flag],
  allowsInvoicePaymentFromOrder: ["AllowInvoicePaymentFromOrder", flag],
  sendsInvoiceFromOrderByEmail: ["SendInvoiceFromOrderAsEmail", flag],
  orderInvoiceEmail: ["InvoiceOrderPaymentEmailAddress", words],
  currencyId: ["CurrencyId", id],
  paymentTermsId: ["TermsOfPaymentId", id],
  invoiceTypeId: ["InvoiceTypeId", id],
  interestTypeId: ["InterestTypeId", id],
  invoiceCycleId: ["InvoiceCycleId", id],
  creditAccountId: ["CreditAccountId", id],
  recipientAccount: ["InvoiceRecipientCustomerNumber", account],
  reverseTax: ["ReverseTax", flag],
} as const satisfies Partial<Record<keyof InvoiceSettings, readonly [Theirs, Rule]>>;

/** How each of the settings came to its value. */
export function tracesOf(settings: InvoiceSettings): readonly Trace[] {
  const { raw, source } = settings;
  const tracer = new Tracer("ddapi", { SETTINGS: raw });
  const pointers = new Map(
    Object.keys(typeof raw === "object" ? (raw ?? {}) : {}).map((key) => [key.toLowerCase(), pointerTo(key)]),
  );
  // Their letter case is that of the deployment.
  const placesOf = (name: Theirs) =>
    placesIn("SETTINGS", pointers.get(name.toLowerCase()) ?? pointerTo(name));
  tracer.configured(
    "account.reference",
    settings.account,
    `customers[].accounts.${source}`,
    "The customer that DDAPI was asked about, as it is linked.",
  );
  for (const [field, [name, rule]] of Object.entries(read) as [
    keyof typeof read,
    readonly [Theirs, Rule],
  ][]) {
    const ours = field === "recipientAccount" ? "recipient" : field;
    tracer.direct(ours, settings[field], rule, placesOf(name));
  }
  return tracer.traces;
}
