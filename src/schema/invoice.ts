/** The invoice. */
import type { FieldHints, ObjectHints } from "../execution/hints.ts";
import { Failure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Source } from "../model/source.ts";
import { mayUseScope } from "../model/viewer.ts";
import { SourceAccountRef } from "./account.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { detailed, detailedLeaf, onDetails } from "./detailed.ts";
import { InvoiceLineType } from "./invoice-line.ts";
import { BillToType, CreditReasonType, CurrencyOriginEnum } from "./invoice-values.ts";
import { invoiceProvenance } from "./provenance.ts";
import { provenanceField } from "./provenance-type.ts";
import { NodeInterface } from "./relay.ts";
import { SourceType } from "./source.ts";
import { DayRangeType, DerivedAmountEnum, FileOfferType, InvoiceTypeEnum, WarningType } from "./values.ts";

export const InvoiceRef = builder.objectRef<Invoice>("Invoice");

const CreditedInvoiceType = builder
  .objectRef<{ readonly memo: Invoice; readonly number: string }>("CreditedInvoice")
  .implement({
    description: "An invoice that a credit memo names.",
    fields: (t) => ({
      number: t.exposeString("number", { nullable: false, description: "Its number, as the memo gives it." }),
      invoice: t.field({
        type: InvoiceRef,
        description:
          "The invoice itself, looked for in the same account within the twelve months before the memo; null when it is not found.",
        resolve: ({ memo, number }, _args, { loaders }) => loaders.invoices.credited(memo, number),
      }),
    }),
  });

InvoiceRef.implement({
  description:
    "An invoice, credit memo or debit memo of one source. Amounts are positive when the customer owes more, so a credit memo's are zero or negative. No source says what has been paid.",
  interfaces: [NodeInterface],
  // A newer answer of a source brings new invoices.
  extensions: { isLasting: true } satisfies ObjectHints,
  fields: (t) => ({
    source: t.field({
      type: SourceType,
      nullable: false,
      description: "The source that it comes from.",
      // The same for all requests but plans, whose lists are their own.
      extensions: { isLasting: true } satisfies FieldHints,
      resolve: ({ source }, _args, { sources }) => sources.get(source) as Source,
    }),
    account: t.field({
      type: SourceAccountRef,
      nullable: false,
      description: "The account that it is on.",
      extensions: { isLasting: true } satisfies FieldHints,
      resolve: ({ source, account }) => ({ source, reference: account }),
    }),
    customer: t.field({
      type: CustomerRef,
      description: "The customer whose account it is on.",
      resolve: ({ source, account }, _args, { loaders }) =>
        loaders.customers.owner({ source, reference: account }),
    }),
    number: t.exposeString("number", {
      description: "The invoice number. It need not be unique, not even within source, account and type.",
    }),
    type: t.expose("type", { type: InvoiceTypeEnum, nullable: false, description: "The type." }),
    sourceType: t.exposeString("sourceType", { description: "The type in the source's own terms." }),
    issuedOn: t.expose("issuedOn", { type: "LocalDate", description: "The issue date." }),
    dueOn: t.expose("dueOn", { type: "LocalDate", description: "The due date." }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      description: "When the source generated it, where the source says so.",
    }),
    finalizedOn: t.field({
      type: "LocalDate",
      description: `The day on which it became final. ${onDetails}`,
      ...detailedLeaf("finalizedOn"),
    }),
    billingPeriod: t.field({
      type: DayRangeType,
      description: `The billing period. ${onDetails}`,
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
      description: "The amount including tax: what is to be paid, or is credited.",
    }),
    derivedAmounts: t.field({
      type: [DerivedAmountEnum],
      nullable: { list: true, items: false },
      description: `The amounts that the source does not give and that were derived from others. ${onDetails}`,
      ...detailed((invoice) => invoice.derivedAmounts),
    }),
    lines: t.field({
      type: [InvoiceLineType],
      cost: 10,
      nullable: { list: true, items: false },
      description: `Its lines; empty when the source gives none. ${onDetails}`,
      ...detailed((invoice) => invoice.lines),
    }),
    billTo: t.field({
      type: BillToType,
      description: `The addressee. ${onDetails}`,
      ...detailed((invoice) => invoice.billTo),
    }),
    creditReason: t.field({
      type: CreditReasonType,
      description: "Why a credit memo was given.",
      extensions: { isLasting: true } satisfies FieldHints,
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
      description: `The purchase order of the invoice; a line's own takes precedence. ${onDetails}`,
      ...detailedLeaf("purchaseOrder"),
    }),
    fetchedAt: t.field({
      type: "DateTime",
      description: "When its source gave the list that it is from.",
      resolve: async (invoice, _args, { loaders }) =>
        (await loaders.invoices.answerWith(invoice))?.fetchedAt ?? null,
    }),
    isStale: t.field({
      type: "Boolean",
      description:
        "Whether it is from an older, kept answer because its source fails at the moment; `fetchedAt` tells its age.",
      resolve: async (invoice, _args, { loaders }) => {
        const answer = await loaders.invoices.answerWith(invoice);
        return answer === null ? null : answer.staleBecause !== undefined;
      },
    }),
    files: t.field({
      type: [FileOfferType],
      nullable: { list: false, items: false },
      description: "The source's own files. Other formats are rendered from its data.",
      extensions: { isLasting: true } satisfies FieldHints,
      resolve: ({ files }) => files,
    }),
    warnings: t.field({
      type: [WarningType],
      nullable: { list: true, items: false },
      description: `What does not add up. ${onDetails} The invoices that a credit memo names are looked for as well.`,
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
    provenance: provenanceField(t, {
      description: `Where each of its values comes from: the place in the source's record, the text that was sent, and the rule that was applied. ${onDetails}`,
      examples: '"totalAmount", "lines.3.netAmount" or "billTo"',
      tell: invoiceProvenance,
    }),
  }),
});
