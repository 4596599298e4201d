/** What a download gives: the files that are ready, and why others are missing. */
import type { DeliveredFile, DownloadFailure, DownloadResult, FileOrigin } from "../delivery/delivery.ts";
import { builder } from "./builder.ts";
import { failureFields } from "./failure-fields.ts";
import { fileFields } from "./file-fields.ts";
import { InvoiceRef } from "./invoice.ts";
import { describedValues } from "./values.ts";

const FileOriginEnum = builder.enumType("FileOrigin", {
  description: "Who made a file.",
  values: describedValues<FileOrigin>({
    SOURCE: "The source: its own file, byte for byte.",
    RENDERED: "This API, from the source's data.",
  }),
});

const DownloadStatusEnum = builder.enumType("DownloadStatus", {
  description: "How many of the requested files are ready.",
  values: describedValues<DownloadResult["status"]>({
    READY: "All of them.",
    PARTIAL: "Some of them: see `failures`.",
    FAILED: "None of them: see `failures`.",
  }),
});

const DeliveredFileType = builder.objectRef<DeliveredFile>("DeliveredFile").implement({
  description: "A delivered file, whose content was checked to be of its type.",
  fields: (t) => ({
    ...fileFields(t),
    url: t.exposeString("url", {
      description: "Where to download it by a GET without credentials, for LINK.",
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When the link stops working, for LINK.",
    }),
    base64: t.exposeString("base64", { description: "Its content as base64, for BASE64." }),
    origin: t.expose("origin", {
      type: FileOriginEnum,
      description: "Who made it; null for a zip, whose manifest says it for each file.",
    }),
    invoices: t.field({
      type: [InvoiceRef],
      nullable: { list: false, items: false },
      description: "The invoices in it.",
      resolve: ({ invoices }) => invoices,
    }),
  }),
});

const DownloadFailureType = builder.objectRef<DownloadFailure>("DownloadFailure").implement({
  description: "Why the file of one invoice is missing.",
  fields: (t) => ({
    invoiceId: t.exposeID("invoiceId", { nullable: false, description: "The id that was given." }),
    ...failureFields(t),
    source: t.exposeID("source", { description: "The source's configured name, when it is known." }),
  }),
});

export const DownloadPayload = builder.objectRef<DownloadResult>("DownloadInvoicesPayload").implement({
  description: "The files that are ready, and why others are missing.",
  fields: (t) => ({
    status: t.expose("status", {
      type: DownloadStatusEnum,
      nullable: false,
      description: "How many of the requested files are ready.",
    }),
    files: t.expose("files", {
      type: [DeliveredFileType],
      nullable: { list: false, items: false },
      description: "The files, or the one zip.",
    }),
    failures: t.expose("failures", {
      type: [DownloadFailureType],
      nullable: { list: false, items: false },
      description: "The invoices whose files are missing, and why.",
    }),
  }),
});
