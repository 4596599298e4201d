/** Downloads: one mutation for whatever way a source has of delivering files. */
import type { Context } from "../context.ts";
import type {
  BundleMode,
  DeliveredFile,
  DeliveryMode,
  DownloadFailure,
  DownloadItem,
  DownloadResult,
  FileOrigin,
} from "../delivery/delivery.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import { builder } from "./builder.ts";
import { failureFields } from "./failure-fields.ts";
import { InvoiceRef } from "./invoice.ts";
import { mustBeIdOf } from "./relay.ts";
import { FileFormatEnum, describedValues } from "./values.ts";

const DeliveryModeEnum = builder.enumType("DeliveryMode", {
  description: "How files come to you.",
  values: describedValues<DeliveryMode>({
    LINK: "As links that work for some minutes and need no further credential.",
    BASE64: "In the answer itself, as base64; only up to a configured size.",
  }),
});

const BundleModeEnum = builder.enumType("BundleMode", {
  description: "Whether several files come as one.",
  values: describedValues<BundleMode>({
    AUTO: "One zip for several invoices, separate files for one.",
    SEPARATE: "Each file by itself.",
    ZIP: "Always one zip, with a manifest.json that lists every file and what is missing.",
  }),
});

const FileOriginEnum = builder.enumType("FileOrigin", {
  description: "Who wrote a file.",
  values: describedValues<FileOrigin>({
    SOURCE: "The source: its own file, byte for byte.",
    RENDERED: "This API, from the source's data.",
  }),
});

const DownloadStatusEnum = builder.enumType("DownloadStatus", {
  description: "How much of what was asked for is there.",
  values: describedValues<DownloadResult["status"]>({
    READY: "All of it.",
    PARTIAL: "Some of it: see `failures`.",
    FAILED: "None of it: see `failures`.",
  }),
});

const DeliveredFileType = builder.objectRef<DeliveredFile>("DeliveredFile").implement({
  description: "A file that is ready: its type was checked by its bytes.",
  fields: (t) => ({
    fileName: t.exposeString("fileName", {
      nullable: false,
      description: "A safe name for it, with its extension.",
    }),
    contentType: t.exposeString("contentType", { nullable: false, description: "The media type." }),
    size: t.exposeInt("size", { nullable: false, description: "Its size in bytes." }),
    sha256: t.exposeString("sha256", {
      nullable: false,
      description: "The SHA-256 of its bytes, in hexadecimal.",
    }),
    url: t.exposeString("url", { description: "Where to get it, for LINK: a GET without credentials." }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      description: "When the link stops working, for LINK.",
    }),
    base64: t.exposeString("base64", { description: "Its bytes, for BASE64." }),
    origin: t.expose("origin", {
      type: FileOriginEnum,
      description: "Who wrote it; null for a zip, whose manifest tells it for each file.",
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
    invoiceId: t.exposeID("invoiceId", { nullable: false, description: "The id that was asked for." }),
    ...failureFields(t),
    source: t.exposeID("source", { description: "The source's configured name, when it is known." }),
  }),
});

const DownloadPayload = builder.objectRef<DownloadResult>("DownloadInvoicesPayload").implement({
  description: "The files that are ready, and why others are missing.",
  fields: (t) => ({
    status: t.expose("status", {
      type: DownloadStatusEnum,
      nullable: false,
      description: "How much of it is there.",
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

const DownloadInput = builder.inputType("DownloadInvoicesInput", {
  description: "Which invoices, as what, and how.",
  fields: (t) => ({
    invoiceIds: t.idList({
      required: true,
      description: "The ids of the invoices, of any sources and customers that you may see.",
    }),
    format: t.field({
      type: FileFormatEnum,
      required: true,
      defaultValue: "PDF",
      description: "The format.",
    }),
    delivery: t.field({
      type: DeliveryModeEnum,
      required: true,
      defaultValue: "LINK",
      description: "Links, or base64 in the answer.",
    }),
    bundle: t.field({
      type: BundleModeEnum,
      required: true,
      defaultValue: "AUTO",
      description: "Separate files, or one zip.",
    }),
  }),
});

builder.mutationType({
  description: "What is made on demand. Nothing is ever changed in a source.",
  fields: (t) => ({
    downloadInvoices: t.field({
      type: DownloadPayload,
      cost: 100,
      nullable: false,
      description:
        "Files of invoices: the source's own where it has one in this format, rendered from its data otherwise. What cannot be had is listed in `failures`; the rest is delivered.",
      args: {
        input: t.arg({
          type: DownloadInput,
          required: true,
          description: "Which invoices, as what, and how.",
        }),
      },
      extensions: { cost: { listSizeArgs: ["input.invoiceIds"], perItem: 10 } },
      resolve: (_root, { input }, context) => download(input, context),
    }),
  }),
});

type Input = typeof DownloadInput.$inferInput;

async function download(
  { invoiceIds, format, delivery: mode, bundle }: Input,
  context: Context,
): Promise<DownloadResult> {
  const { delivery, viewer, call, maxDownloadIds } = context;
  const ids = [...new Set(invoiceIds)];
  if (ids.length === 0) throw new Failure("BAD_INPUT", { message: "Give at least one id in `invoiceIds`." });
  if (ids.length > maxDownloadIds) {
    throw new Failure("LIMIT_EXCEEDED", {
      message: `One download has at most ${maxDownloadIds} invoices; these are ${ids.length}: ask for them in several, or export a list.`,
    });
  }
  const looked = await Promise.all(ids.map((id) => findItem(id, format, context)));
  const items = looked.filter((each): each is DownloadItem => !("code" in each));
  const failures = looked.filter((each): each is DownloadFailure => "code" in each);
  if (items.length === 0) return { status: "FAILED", files: [], failures };
  const result = await delivery.download({ items, format, mode, bundle, viewer, call });
  context.onDownloaded(
    result.files.flatMap(({ invoices }) => invoices.map(({ id }) => id)),
    format,
  );
  return {
    status: failures.length > 0 && result.status === "READY" ? "PARTIAL" : result.status,
    files: result.files,
    failures: [...failures, ...result.failures],
  };
}

// Details are asked for only where the file will be rendered from them.
async function findItem(
  id: string,
  format: FileFormat,
  { loaders, sources }: Context,
): Promise<DownloadItem | DownloadFailure> {
  try {
    const found = await loaders.invoices.byId(mustBeIdOf("Invoice", id));
    if (found === null) throw new Failure("NOT_FOUND");
    const { invoice, customer } = found;
    const isOffered = sources.get(invoice.source)?.files?.offers(invoice, format) === true;
    return { invoice: isOffered ? invoice : await loaders.details.load(invoice), customer };
  } catch (thrown) {
    const { code, message, source, retryable } = toFailure(thrown);
    return { invoiceId: id, code, message, source, retryable };
  }
}
