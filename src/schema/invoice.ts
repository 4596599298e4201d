/** The invoice. */
import type { Context } from "../context.ts";
import { Failure } from "../model/errors.ts";
import type { BillTo, CreditReason, CurrencyOrigin, Invoice } from "../model/invoice.ts";
import type { Source } from "../model/source.ts";
import { mayUseScope } from "../model/viewer.ts";
import { SourceAccountRef } from "./account.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { InvoiceLineType } from "./invoice-line.ts";
import { invoiceProvenance, provenanceField } from "./provenance.ts";
import { NodeInterface } from "./relay.ts";
import { SourceType } from "./source.ts";
import {
  DayRangeType,
  DerivedAmountEnum,
  FileOfferType,
  InvoiceTypeEnum,
  WarningType,
  describedValues,
} from "./values.ts";

export const InvoiceRef = builder.objectRef<Invoice>("Invoice");

const CurrencyOriginEnum = builder.enumType("CurrencyOrigin", {
  description: "Where an invoice's currency comes from.",
  values: describedValues<CurrencyOrigin>({
    GIVEN: "The source gives it with the invoice.",
    CONFIGURED: "The source gives none: it was configured for the source.",
    UNKNOWN: "It is not known.",
  }),
});

const BillToType = builder.objectRef<BillTo>("BillTo").implement({
  description: "Whom an invoice is addressed to, as its source has it.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The name." }),
    accountReference: t.exposeString("accountReference", {
      description: "The source's reference of the customer.",
    }),
    address: t.exposeString("address", { description: "Street or post box." }),
    city: t.exposeString("city", { description: "The city." }),
    postcode: t.exposeString("postcode", { description: "The postcode; zeros are kept." }),
  }),
});

const CreditReasonType = builder.objectRef<CreditReason>("CreditReason").implement({
  description: "Why a credit memo was given.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "The source's code of the reason." }),
    description: t.exposeString("description", { description: "The reason in words." }),
  }),
});

const CreditedInvoiceType = builder
  .objectRef<{ readonly memo: Invoice; readonly number: string }>("CreditedInvoice")
  .implement({
    description: "An invoice that a credit memo names.",
    fields: (t) => ({
      number: t.exposeString("number", { nullable: false, description: "Its number, as the memo gives it." }),
      invoice: t.field({
        type: InvoiceRef,
        description:
          "The invoice itself, looked for in the same account among the twelve months before the memo; null when it is not there.",
        resolve: ({ memo, number }, _args, { loaders }) => loaders.invoices.credited(memo, number),
      }),
    }),
  });

const onDetails =
  "Where the source keeps it apart from its list (Akamai), selecting it costs one more upstream call for each invoice.";

// What a list record does not have is asked for here, and nowhere else; of a whole invoice it follows from the invoice alone.
function detailed<Value>(read: (invoice: Invoice) => Value) {
  return {
    extensions: { isLasting: true },
    resolve: (invoice: Invoice, _args: unknown, { loaders }: Context): Value | Promise<Value> =>
      invoice.isDetailed ? read(invoice) : loaders.details.load(invoice).then(read),
  };
}

// The same for a leaf that is a property of the invoice: the executor reads it itself where nothing has to be asked for.
function detailedLeaf<Name extends keyof Invoice>(name: Name) {
  return {
    ...detailed((invoice) => invoice[name]),
    extensions: { propertyOnce: { isTrue: "isDetailed", name } },
  };
}

InvoiceRef.implement({
  description:
    "An invoice, credit memo or debit memo of one source. Amounts are positive when the customer owes more, so a credit memo's are zero or negative. No source tells what is paid.",
  interfaces: [NodeInterface],
  // A newer answer of a source brings new invoices.
  extensions: { isLasting: true },
  fields: (t) => ({
    source: t.field({
      type: SourceType,
      nullable: false,
      description: "The source that it comes from.",
      // The same for all requests but plans, whose lists are their own.
      extensions: { isLasting: true },
      resolve: ({ source }, _args, { sources }) => sources.get(source) as Source,
    }),
    account: t.field({
      type: SourceAccountRef,
      nullable: false,
      description: "The account that it is on.",
      extensions: { isLasting: true },
      resolve: ({ source, account }) => ({ source, reference: account }),
    }),
    customer: t.field({
      type: CustomerRef,
      description: "The customer whose account it is on.",
      resolve: ({ source, account }, _args, { loaders }) =>
        loaders.customers.owner({ source, reference: account }),
    }),
    number: t.exposeString("number", {
      description: "Its number, as people quote it. Unique at best within source, account and type.",
    }),
    type: t.expose("type", { type: InvoiceTypeEnum, nullable: false, description: "What it is." }),
    sourceType: t.exposeString("sourceType", { description: "What it is in the source's own word." }),
    issuedOn: t.expose("issuedOn", { type: "LocalDate", description: "The date on it." }),
    dueOn: t.expose("dueOn", { type: "LocalDate", description: "The day by which it is to be paid." }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      description: "When the source generated it, where the source tells.",
    }),
    finalizedOn: t.field({
      type: "LocalDate",
      description: `The day on which it became final. ${onDetails}`,
      ...detailedLeaf("finalizedOn"),
    }),
    billingPeriod: t.field({
      type: DayRangeType,
      description: `The days that it bills. ${onDetails}`,
      ...detailed((invoice) => invoice.billingPeriod),
    }),
    currency: t.expose("currency", { type: "Currency", description: "The currency of all its amounts." }),
    currencyOrigin: t.expose("currencyOrigin", {
      type: CurrencyOriginEnum,
      nullable: false,
      description: "Where the currency comes from.",
    }),
    netAmount: t.field({
      type: "Decimal",
      description: `The amount before tax. ${onDetails}`,
      ...detailedLeaf("netAmount"),
    }),
    taxAmount: t.field({
      type: "Decimal",
      description: `The tax. ${onDetails}`,
      ...detailedLeaf("taxAmount"),
    }),
    totalAmount: t.expose("totalAmount", {
      type: "Decimal",
      description: "The amount with tax: what is to be paid or is credited.",
    }),
    derivedAmounts: t.field({
      type: [DerivedAmountEnum],
      nullable: { list: true, items: false },
      description: `Which amounts the source does not give and were derived from others. ${onDetails}`,
      ...detailed((invoice) => invoice.derivedAmounts),
    }),
    lines: t.field({
      type: [InvoiceLineType],
      cost: 10,
      nullable: { list: true, items: false },
      description: `Its lines; empty when the source tells none. ${onDetails}`,
      ...detailed((invoice) => invoice.lines),
    }),
    billTo: t.field({
      type: BillToType,
      description: `Whom it is addressed to. ${onDetails}`,
      ...detailed((invoice) => invoice.billTo),
    }),
    creditReason: t.field({
      type: CreditReasonType,
      description: "Why a credit memo was given.",
      extensions: { isLasting: true },
      resolve: ({ creditReason }) => creditReason,
    }),
    creditedInvoices: t.field({
      type: [CreditedInvoiceType],
      nullable: { list: true, items: false },
      description: `The invoices that a credit memo names. ${onDetails}`,
      ...detailed((memo) => memo.creditedNumbers.map((number) => ({ memo, number }))),
    }),
    purchaseOrder: t.field({
      type: "String",
      description: `The purchase order on the invoice; a line's own counts before it. ${onDetails}`,
      ...detailedLeaf("purchaseOrder"),
    }),
    fetchedAt: t.field({
      type: "DateTime",
      description: "As of when: the time at which its source gave the list that it stands in.",
      resolve: async (invoice, _args, { loaders }) =>
        (await loaders.invoices.answerWith(invoice))?.fetchedAt ?? null,
    }),
    isStale: t.field({
      type: "Boolean",
      description:
        "Is it from an older answer, because its source fails at the moment? See `fetchedAt` for its age.",
      resolve: async (invoice, _args, { loaders }) => {
        const answer = await loaders.invoices.answerWith(invoice);
        return answer === null ? null : answer.staleBecause !== undefined;
      },
    }),
    files: t.field({
      type: [FileOfferType],
      nullable: { list: false, items: false },
      description: "The files that the source itself has. Other formats are rendered from its data.",
      extensions: { isLasting: true },
      resolve: ({ files }) => files,
    }),
    warnings: t.field({
      type: [WarningType],
      nullable: { list: true, items: false },
      description: `What does not add up. ${onDetails} For a credit memo that names invoices, these are looked for too.`,
      resolve: (invoice, _args, { loaders }) => loaders.invoices.warnings(invoice),
    }),
    raw: t.field({
      type: "JSON",
      tag: "internal",
      description:
        "The source's own record, parsed; numbers that a double cannot hold are strings with the source's digits. For credentials with the scope `raw`.",
      resolve: (invoice, _args, { viewer }) => {
        if (!mayUseScope(viewer, "raw")) {
          throw new Failure("FORBIDDEN", {
            message: "The source's own record is for credentials with the scope `raw`.",
          });
        }
        return invoice.raw;
      },
    }),
    provenance: provenanceField(
      t,
      `Where each value of it comes from: the place in the source's record, the text that was sent, and the rule that was applied. ${onDetails}`,
      invoiceProvenance,
    ),
  }),
});
