/** The contract of delivery: what is asked of it and what it answers. */
import type { Customer } from "../model/customer.ts";
import type { Instant } from "../model/instant.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Call } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import type { Exports } from "./export/exports.ts";
import type { FileRoute, MayUse, OnFetched } from "./route.ts";
import type { StoredFile } from "./store.ts";

/** LINK answers with URLs, BASE64 with the bytes themselves. */
export type DeliveryMode = "LINK" | "BASE64";

/** AUTO: one zip for several invoices, separate files for one. */
export type BundleMode = "AUTO" | "SEPARATE" | "ZIP";

/** SOURCE: the source's own file, byte for byte; RENDERED: written by us from the source's data. */
export type FileOrigin = "SOURCE" | "RENDERED";

/** An invoice in full detail, and the customer whose it is; the viewer is known to be allowed to see both. */
export interface DownloadItem {
  readonly invoice: Invoice;
  readonly customer: Customer;
}

export interface DownloadRequest {
  readonly items: readonly DownloadItem[];
  readonly format: FileFormat;
  readonly mode: DeliveryMode;
  readonly bundle: BundleMode;
  readonly viewer: Viewer;
  readonly call: Call;
}

/** Exactly one of url and base64 is there. */
export interface DeliveredFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly size: number;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  readonly url: string | null;
  readonly expiresAt: Instant | null;
  readonly base64: string | null;
  /** Null for a zip that holds files of both origins; its manifest tells it for each. */
  readonly origin: FileOrigin | null;
  /** The invoices in it. */
  readonly invoices: readonly Invoice[];
}

/** Why the file of one invoice is missing. */
export interface DownloadFailure {
  readonly invoiceId: string;
  readonly code: ErrorCode;
  readonly source: string | null;
  readonly retryable: boolean;
  readonly message: string;
}

/** What a download gives: files, and a failure for each invoice without one. */
export interface DownloadResult {
  /** READY: nothing is missing; FAILED: there is no file at all. */
  readonly status: "READY" | "PARTIAL" | "FAILED";
  readonly files: readonly DeliveredFile[];
  readonly failures: readonly DownloadFailure[];
}

/** A URL and the moment when it stops working. */
export interface FileLink {
  readonly url: string;
  readonly expiresAt: Instant;
}

/** Files to people. */
export interface Delivery {
  /** Outcomes for single invoices are data. Throws CANCELLED when the client has left. */
  download(request: DownloadRequest): Promise<DownloadResult>;
  readonly exports: Exports;
  /** A new link to a stored file, for one viewer; null when the file is gone. */
  linkTo(file: StoredFile, viewer: Viewer): Promise<FileLink | null>;
  /** Answers GET and HEAD /files/<token>. */
  createRoute(mayUse: MayUse, onFetched?: OnFetched): FileRoute;
  close(): Promise<void>;
}
