/** How a customer is invoiced. */
import type { InvoiceSettings, PaymentTerms, SettingsCurrency } from "../model/invoice-settings.ts";
import { SourceAccountRef } from "./account.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { settingsProvenance } from "./provenance.ts";
import { provenanceField } from "./provenance-type.ts";

export const InvoiceSettingsRef = builder.objectRef<InvoiceSettings>("InvoiceSettings");

const idSays = "Opaque, and unique in this graph: caches of clients need it. The source's own id is";

const SettingsCurrencyType = builder.objectRef<SettingsCurrency>("SettingsCurrency").implement({
  description: "A currency, as the source of the settings keeps it.",
  fields: (t) => ({
    id: t.exposeString("id", { nullable: false, description: `${idSays} \`InvoiceSettings.currencyId\`.` }),
    code: t.expose("code", { type: "Currency", description: "The ISO 4217 code." }),
    name: t.exposeString("name", { description: "The name." }),
    rate: t.expose("rate", { type: "Decimal", description: "The exchange rate that the source keeps." }),
    roundingAmount: t.expose("roundingAmount", {
      type: "Decimal",
      description: "The amount that totals are rounded to.",
    }),
  }),
});

const PaymentTermsType = builder.objectRef<PaymentTerms>("PaymentTerms").implement({
  description: "Payment terms.",
  fields: (t) => ({
    id: t.exposeString("id", {
      nullable: false,
      description: `${idSays} \`InvoiceSettings.paymentTermsId\`.`,
    }),
    name: t.exposeString("name", { description: "The name." }),
    days: t.exposeInt("days", { description: "The number of days until payment is due." }),
    freeDeliveryMonth: t.exposeBoolean("freeDeliveryMonth", {
      description: "Whether the days count from the end of the month of delivery.",
    }),
    discountDays: t.exposeInt("discountDays", {
      description: "The number of days within which the discount is given.",
    }),
    discount: t.expose("discount", { type: "Decimal", description: "The discount, as a percentage." }),
  }),
});

InvoiceSettingsRef.implement({
  description: "A customer's invoice settings. Ids that the source cannot resolve are given as they are.",
  fields: (t) => ({
    account: t.field({
      type: SourceAccountRef,
      nullable: false,
      description: "The account that these settings belong to.",
      resolve: ({ source, account }) => ({ source, reference: account }),
    }),
    fetchedAt: t.field({
      type: "DateTime",
      description: "When the source gave these settings; null where answers are not kept.",
      resolve: ({ fetchedAt }) => fetchedAt ?? null,
    }),
    isStale: t.field({
      type: "Boolean",
      nullable: false,
      description: "Whether they are from an older, kept answer because the source fails at the moment.",
      resolve: ({ staleBecause }) => (staleBecause ?? null) !== null,
    }),
    retainsInvoiceType: t.exposeBoolean("retainsInvoiceType", {
      description: "Whether the customer keeps its invoice type.",
    }),
    paysInvoiceFee: t.exposeBoolean("paysInvoiceFee", {
      description: "Whether the customer pays an invoice fee.",
    }),
    allowsInvoicePaymentFromOrder: t.exposeBoolean("allowsInvoicePaymentFromOrder", {
      description: "Whether an order can be paid by invoice.",
    }),
    sendsInvoiceFromOrderByEmail: t.exposeBoolean("sendsInvoiceFromOrderByEmail", {
      description: "Whether the invoice of an order can be sent by e-mail.",
    }),
    orderInvoiceEmail: t.exposeString("orderInvoiceEmail", {
      description: "The address to which such invoices are sent.",
    }),
    currencyId: t.exposeString("currencyId", { description: "The source's id of the currency." }),
    currency: t.field({
      type: SettingsCurrencyType,
      description:
        "The currency. Selecting it costs one more upstream call; null when the source does not know the id.",
      resolve: async ({ source, currencyId: id }, _args, { loaders }) =>
        id === null ? null : named(await loaders.settings.currency(source, id), source, "currency"),
    }),
    paymentTermsId: t.exposeString("paymentTermsId", {
      description: "The source's id of the payment terms.",
    }),
    paymentTerms: t.field({
      type: PaymentTermsType,
      description:
        "The payment terms. Selecting them costs one more upstream call; null when the source does not know the id.",
      resolve: async ({ source, paymentTermsId: id }, _args, { loaders }) =>
        id === null ? null : named(await loaders.settings.paymentTerms(source, id), source, "terms"),
    }),
    invoiceTypeId: t.exposeString("invoiceTypeId", { description: "The source's id of the invoice type." }),
    interestTypeId: t.exposeString("interestTypeId", {
      description: "The source's id of the interest type.",
    }),
    invoiceCycleId: t.exposeString("invoiceCycleId", {
      description: "The source's id of the invoice cycle.",
    }),
    creditAccountId: t.exposeString("creditAccountId", {
      description: "The source's id of the credit account.",
    }),
    recipient: t.field({
      type: CustomerRef,
      description:
        "The customer that receives the invoices; it may be the customer itself. Null when the source names none, or when you may not see it.",
      resolve: ({ source, recipientAccount }, _args, { loaders }) =>
        recipientAccount === null ? null : loaders.customers.owner({ source, reference: recipientAccount }),
    }),
    isOwnRecipient: t.boolean({
      description:
        "Whether the customer receives its invoices itself. Null when the source names no recipient.",
      resolve: ({ account, recipientAccount }) =>
        recipientAccount === null ? null : recipientAccount === account,
    }),
    reverseTax: t.exposeBoolean("reverseTax", {
      description:
        "Whether the customer is subject to reverse-charge tax. Null when the source does not say.",
    }),
    provenance: provenanceField(t, {
      description:
        "Where each of these settings comes from: the place in the source's record, the text that was sent, and the rule that was applied.",
      examples: '"currencyId" or "reverseTax"',
      tell: settingsProvenance,
    }),
  }),
});

// Sources number the rows of their tables alike, and a table's rows as another's: Relay's cache knows objects by their id alone.
function named<Row extends { readonly id: string }>(
  row: Row | null,
  source: string,
  table: string,
): Row | null {
  return row === null ? null : { ...row, id: `${source}:${table}:${encodeURIComponent(row.id)}` };
}
