/** What tells two states of an invoice's file apart, so that a newer one is never mistaken for the older. */
import { createHash } from "node:crypto";
import type { FileFormat } from "../model/file.ts";
import { valuesOf } from "../model/invoice.ts";
import type { DownloadItem, FileOrigin } from "./delivery.ts";

/** Of a source's file what the source says of it; of a rendered one a hash of all that is rendered. */
export function versionOf(
  { invoice, customer }: DownloadItem,
  format: FileFormat,
  origin: FileOrigin,
): string {
  const decisive =
    origin === "SOURCE"
      ? invoice.files.filter((offer) => offer.format === format)
      : [valuesOf(invoice), customer.name, customer.accounts];
  return createHash("sha256").update(JSON.stringify(decisive)).digest("base64url");
}
