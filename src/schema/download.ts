/** Downloads: one mutation for whatever way a source has of delivering files. */
import type { Context } from "../context.ts";
import type {
  BundleMode,
  DeliveryMode,
  DownloadFailure,
  DownloadItem,
  DownloadResult,
} from "../delivery/delivery.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import { builder } from "./builder.ts";
import { DownloadPayload } from "./download-payload.ts";
import { mustBeIdOf } from "./relay.ts";
import { FileFormatEnum, describedValues } from "./values.ts";

const DeliveryModeEnum = builder.enumType("DeliveryMode", {
  description: "How files are delivered.",
  values: describedValues<DeliveryMode>({
    LINK: "As links that work for some minutes and need no further credential.",
    BASE64: "Within the response, as base64; only up to a configured size.",
  }),
});

const BundleModeEnum = builder.enumType("BundleMode", {
  description: "Whether several files are bundled into one.",
  values: describedValues<BundleMode>({
    AUTO: "One zip for several invoices, separate files for one.",
    SEPARATE: "Always separate files.",
    ZIP: "Always one zip, with a manifest.json that lists every file and what is missing.",
  }),
});

const DownloadInput = builder.inputType("DownloadInvoicesInput", {
  description: "Which invoices, in which format, and how to deliver them.",
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
      description: "As links, or as base64 within the response.",
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
  description: "Files and exports, made on demand. Nothing is ever changed in a source.",
  fields: (t) => ({
    downloadInvoices: t.field({
      type: DownloadPayload,
      cost: 100,
      nullable: false,
      description:
        "Files of invoices: the source's own where it has one in this format, otherwise rendered from its data. Files that cannot be delivered are listed in `failures`; the others are delivered.",
      args: {
        input: t.arg({
          type: DownloadInput,
          required: true,
          description: "Which invoices, in which format, and how to deliver them.",
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
    format,
    result.files.map(({ sha256, invoices }) => ({ sha256, invoiceIds: invoices.map(({ id }) => id) })),
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
