/** Exports: a whole filtered list as one file, made by a job that outlives the request. */
import type { Context } from "../context.ts";
import type { ExportJob } from "../delivery/export/job.ts";
import { builder } from "./builder.ts";
import { ExportFormatEnum, ExportRowsEnum, InvoiceExportRef } from "./export-job.ts";
import { InvoiceFilterInput, toFilter } from "./invoice-filter.ts";

const ExportInput = builder.inputType("ExportInvoicesInput", {
  description: "Which invoices, and in which format.",
  fields: (t) => ({
    filter: t.field({
      type: InvoiceFilterInput,
      description:
        "All invoices that match this filter are exported, of all customers that you may see. Default: those of the current month and the eleven before it.",
    }),
    format: t.field({
      type: ExportFormatEnum,
      required: true,
      defaultValue: "CSV",
      description: "The format.",
    }),
    rows: t.field({
      type: ExportRowsEnum,
      required: true,
      defaultValue: "INVOICES",
      description: "How much each invoice's rows contain.",
    }),
  }),
});

builder.mutationFields((t) => ({
  exportInvoices: t.field({
    type: InvoiceExportRef,
    nullable: false,
    extensions: { cost: { weight: 1_000 } },
    description:
      "Orders an export of all invoices that match, as one file. It continues after the request has ended: `invoiceExport` tells its progress, its file, and what is missing from it.",
    args: {
      input: t.arg({
        type: ExportInput,
        required: true,
        description: "Which invoices, and in which format.",
      }),
    },
    resolve: (_root, { input }, context) => order(input, context),
  }),
  cancelInvoiceExport: t.field({
    type: InvoiceExportRef,
    description:
      "Cancels an export that has not ended, and its upstream calls. Null when there is none, or when another viewer ordered it.",
    args: { id: t.arg.id({ required: true, description: "The export's id." }) },
    resolve: (_root, { id }, { delivery, viewer }) => delivery.exports.cancel(id, viewer),
  }),
}));

builder.queryField("invoiceExport", (t) =>
  t.field({
    type: InvoiceExportRef,
    description:
      "The export with this id; null when there is none (any more), or when another viewer ordered it.",
    args: { id: t.arg.id({ required: true, description: "The export's id." }) },
    resolve: (_root, { id }, { delivery, viewer }) => delivery.exports.find(id, viewer),
  }),
);

// Whose invoices and which days is settled within the request, so that a mistake in the filter is answered at once.
async function order(
  { filter, format, rows }: typeof ExportInput.$inferInput,
  { delivery, viewer, loaders, loadersFor }: Context,
): Promise<ExportJob> {
  const plan = await loaders.exports.plan(toFilter(filter));
  return delivery.exports.start({
    viewer,
    format,
    rows,
    read: (call) => loadersFor(call).exports.read(plan, rows === "LINES"),
  });
}
