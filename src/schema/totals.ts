/** Totals: exact, per currency, with what they leave out. */
import type { GroupBy, Omission, OmissionReason, TotalsGroup } from "../listing/totals.ts";
import type { Matches } from "../loaders/list-page.ts";
import type { Source } from "../model/source.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { completenessFields } from "./completeness.ts";
import { SourceType } from "./source.ts";
import { InvoiceTypeEnum, describedValues } from "./values.ts";

export const GroupByEnum = builder.enumType("InvoiceGroupBy", {
  description: "What totals are grouped by.",
  values: describedValues<GroupBy>({
    MONTH: "The month of the issue date.",
    CURRENCY: "The currency. Totals are always grouped by it, whether it is named or not.",
    SOURCE: "The source.",
    TYPE: "The type: invoices, credit memos, debit memos.",
    CUSTOMER: "The customer.",
  }),
});

const OmissionReasonEnum = builder.enumType("OmissionReason", {
  description: "Why an invoice is counted, but left out of a sum.",
  values: describedValues<OmissionReason>({
    NO_CURRENCY: "Its currency is unknown: it is in none of the sums.",
    NO_TOTAL: "It has no total.",
    NO_NET: "The source's list gives no net amount for it.",
    NO_TAX: "The source's list gives no tax for it.",
  }),
});

const OmissionType = builder.objectRef<Omission>("OmittedInvoices").implement({
  description: "Invoices that a sum leaves out.",
  fields: (t) => ({
    reason: t.expose("reason", { type: OmissionReasonEnum, nullable: false, description: "Why." }),
    count: t.exposeInt("count", { nullable: false, description: "How many." }),
    invoiceIds: t.field({
      type: ["ID"],
      nullable: { list: false, items: false },
      description: "The ids of the first hundred of them.",
      resolve: ({ invoiceIds }) => invoiceIds,
    }),
  }),
});

export const TotalsGroupType = builder.objectRef<TotalsGroup>("InvoiceTotalsGroup").implement({
  description: "The sums of a group of invoices in one currency. Credit memos subtract.",
  fields: (t) => ({
    month: t.expose("month", {
      type: "Month",
      description: "The month of issue, when grouped by it; null for invoices without an issue date.",
    }),
    source: t.field({
      type: SourceType,
      description: "The source, when grouped by it.",
      resolve: ({ source }, _args, { sources }): Source | null =>
        source === null ? null : (sources.get(source) ?? null),
    }),
    type: t.expose("type", { type: InvoiceTypeEnum, description: "The type, when grouped by it." }),
    customer: t.field({
      type: CustomerRef,
      description: "The customer, when grouped by it.",
      resolve: ({ customerKey }, _args, { loaders }) =>
        customerKey === null ? null : loaders.customers.byKey(customerKey),
    }),
    currency: t.expose("currency", {
      type: "Currency",
      description:
        "The currency; null for invoices without a known currency, which are counted but never summed.",
    }),
    count: t.exposeInt("count", { nullable: false, description: "How many invoices are in the group." }),
    netAmount: t.expose("netAmount", { type: "Decimal", description: "The exact sum of the net amounts." }),
    taxAmount: t.expose("taxAmount", { type: "Decimal", description: "The exact sum of the taxes." }),
    totalAmount: t.expose("totalAmount", { type: "Decimal", description: "The exact sum of the totals." }),
    omissions: t.expose("omissions", {
      type: [OmissionType],
      nullable: { list: false, items: false },
      description: "Invoices of the group that a sum leaves out, and why.",
    }),
  }),
});

/** Totals that were asked for: what matches, and how it is grouped. */
export interface InvoiceTotals extends Matches {
  readonly groupBy: readonly GroupBy[];
}

export const InvoiceTotalsRef = builder.objectRef<InvoiceTotals>("InvoiceTotals");

InvoiceTotalsRef.implement({
  description: "Exact totals of all invoices that match, per currency. Currencies are never added together.",
  fields: (t) => ({
    groups: t.field({
      type: [TotalsGroupType],
      nullable: { list: false, items: false },
      description: "The groups, ordered by month, source, type, customer and currency.",
      resolve: (totals) => totals.totals(totals.groupBy),
    }),
    ...completenessFields(t),
  }),
});
