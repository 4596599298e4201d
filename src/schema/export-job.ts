/** An export as it stands: how far it has got, its file, and what is missing from it. */
import type { Context } from "../context.ts";
import type { FileLink } from "../delivery/delivery.ts";
import type { ExportFormat, ExportJob, ExportRows, ExportStatus } from "../delivery/export/job.ts";
import type { StoredFile } from "../delivery/store.ts";
import { builder } from "./builder.ts";
import { failureFields } from "./failure-fields.ts";
import { fileFields } from "./file-fields.ts";
import { SourceReportType } from "./source.ts";
import { describedValues } from "./values.ts";

export const ExportFormatEnum = builder.enumType("ExportFormat", {
  description: "The format of an export.",
  values: describedValues<ExportFormat>({
    CSV: "A table as in RFC 4180 with a header row; texts that a spreadsheet would run as formulas are made harmless.",
    JSONL: "One JSON object on each line, one for each invoice.",
    JSON: "One JSON document: the invoices, and at its end whether they are complete and what each source contributed.",
  }),
});

export const ExportRowsEnum = builder.enumType("ExportRows", {
  description: "How much an export contains of each invoice.",
  values: describedValues<ExportRows>({
    INVOICES:
      "One row per invoice, with what the sources' lists include. Values that a list does not include are empty, such as Akamai's net and tax: `isDetailed` is false there.",
    LINES:
      "Everything: in CSV one row per line, in JSON and JSONL the lines within their invoice. Costs one more upstream call per invoice where a source's list does not include lines (Akamai).",
  }),
});

const ExportStatusEnum = builder.enumType("ExportStatus", {
  description: "How far an export has got.",
  values: describedValues<ExportStatus>({
    QUEUED: "It waits for its turn.",
    RUNNING: "It is being written: see `progress`.",
    READY: "Its file is there: see `file`, and `isComplete` for what may be missing from it.",
    FAILED: "There is no file: see `failure`.",
    CANCELLED: "It was cancelled: there is no file.",
  }),
});

interface ExportFile extends Pick<StoredFile, "fileName" | "contentType" | "size" | "sha256">, FileLink {}

const ExportFileType = builder.objectRef<ExportFile>("ExportFile").implement({
  description: "The file of an export, with a link that was made for this answer.",
  fields: (t) => ({
    ...fileFields(t),
    url: t.exposeString("url", {
      nullable: false,
      description:
        "Where to download it by a GET without credentials; an interrupted download can be resumed by a range request.",
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: false,
      description: "When the link stops working: ask for this field again for a new one.",
    }),
  }),
});

const ExportFailureType = builder.objectRef<NonNullable<ExportJob["failure"]>>("ExportFailure").implement({
  description: "Why an export has no file.",
  fields: (t) => ({
    ...failureFields(t),
  }),
});

export const InvoiceExportRef = builder.objectRef<ExportJob>("InvoiceExport").implement({
  description:
    "An export of all invoices that match a filter: a job that continues after the request has ended.",
  fields: (t) => ({
    id: t.exposeID("id", {
      nullable: false,
      description: "The id for `invoiceExport`; it works only for the viewer that ordered the export.",
    }),
    status: t.expose("status", {
      type: ExportStatusEnum,
      nullable: false,
      description: "How far it has got.",
    }),
    format: t.expose("format", { type: ExportFormatEnum, nullable: false, description: "The format." }),
    rows: t.expose("rows", {
      type: ExportRowsEnum,
      nullable: false,
      description: "How much it contains of each invoice.",
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      nullable: false,
      description: "When it was ordered.",
    }),
    startedAt: t.expose("startedAt", {
      type: "DateTime",
      description: "When it began to run; null while it is queued.",
    }),
    endedAt: t.expose("endedAt", { type: "DateTime", description: "When it ended." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When it and its file are removed; null until it has ended.",
    }),
    progress: t.exposeFloat("progress", {
      nullable: false,
      description: "How much of the sources' answers has been read, from 0 to 1.",
    }),
    rowsWritten: t.exposeInt("rowsWritten", {
      nullable: false,
      description: "How many rows have been written so far, not counting the header row of a CSV.",
    }),
    totalRows: t.int({
      description: "How many rows it will have; null until the last source has answered.",
      resolve: ({ isComplete, rowsWritten }) => (isComplete === null ? null : rowsWritten),
    }),
    isComplete: t.exposeBoolean("isComplete", {
      description:
        "Whether everything that was asked for is in it. If not, `sources` says what is missing. Null until everything has been read.",
    }),
    sources: t.expose("sources", {
      type: [SourceReportType],
      nullable: { list: false, items: false },
      description: "What each source contributed, as in a list; while it runs, so far.",
    }),
    file: t.field({
      type: ExportFileType,
      description: "The file; null unless the export is READY and not expired.",
      resolve: fileOf,
    }),
    failure: t.expose("failure", {
      type: ExportFailureType,
      description: "Why it failed; null unless it is FAILED.",
    }),
  }),
});

async function fileOf({ file }: ExportJob, _args: object, { delivery, viewer }: Context) {
  const link = file === null ? null : await delivery.linkTo(file, viewer);
  return file === null || link === null ? null : { ...file, ...link };
}
