/** The connection of invoices: a Relay page of one global order, with totals and completeness. */
import type { InvoiceList } from "../loaders/list-page.ts";
import { builder } from "./builder.ts";
import { completenessFields } from "./completeness.ts";
import { InvoiceRef } from "./invoice.ts";
import { connectionFields } from "./relay.ts";
import { TotalsGroupType } from "./totals.ts";

export const InvoiceConnectionRef = builder.objectRef<InvoiceList>("InvoiceConnection");

const fields = connectionFields("Invoice", InvoiceRef, {
  singular: "invoice",
  plural: "invoices",
  // A page that is remembered gives the same arrays again.
  lists: { listLasts: true },
});

InvoiceConnectionRef.implement({
  description: "One page of invoices from all sources in one order, with what is missing from it.",
  fields: (t) => ({
    ...fields(t),
    ...completenessFields(t),
    totals: t.field({
      type: [TotalsGroupType],
      nullable: { list: false, items: false },
      description: "Exact sums of all invoices that match, over all pages: one group for each currency.",
      resolve: (list) => list.totals([]),
    }),
  }),
});
