/** The audit trail: who saw or downloaded which invoices, as structured log events without secrets. */
import type { Role, Viewer } from "../model/viewer.ts";

/** The part of a logger that is needed; pino's has it. */
export interface AuditLog {
  info(event: object, message: string): void;
}

/**
 * The events that are kept. `invoiceIds` are global ids, each once; of more than 100 the first 100 and the number are kept.
 */
export interface Audit {
  /** Invoices that a list answered with. */
  listed(viewer: Viewer, invoiceIds: readonly string[]): void;
  /** Invoices that were written into an export. */
  exported(viewer: Viewer, invoiceIds: readonly string[]): void;
  /** Invoices that were asked for by their ids. */
  read(viewer: Viewer, invoiceIds: readonly string[]): void;
  /** Files that were made ready, in which format: all of them, with all their invoices, in events of at most 100 invoices each. */
  downloaded(viewer: Viewer, format: string, files: readonly DownloadedFile[]): void;
  /** A file that was handed over by a link, to whoever held it: `scope` is the viewer that it was made for. */
  fetched(scope: FetchScope, file: FetchedFile): void;
}

/** What is kept of a file that was made ready: its SHA-256, by which `fetched` knows it, and the global ids of its invoices. */
export interface DownloadedFile {
  readonly sha256: string;
  readonly invoiceIds: readonly string[];
}

/** For whom a link was made. */
export interface FetchScope {
  readonly viewerId: string;
  readonly role: Role;
  readonly customerId: string | null;
}

/** What is kept of a file; its hash is that of the download or export that it comes from. */
export interface FetchedFile {
  readonly fileName: string;
  readonly sha256: string;
  readonly size: number;
  /** The global ids of the customers whose invoices it holds. */
  readonly customers: readonly string[];
}

const maxIds = 100;

/** An audit trail into the log, one line for each event that concerns an invoice at all. */
export function createAudit(log: AuditLog): Audit {
  function write(event: string, viewer: Viewer, invoiceIds: readonly string[], more: object): void {
    if (invoiceIds.length === 0) return;
    const { id, role, customerId } = viewer;
    log.info(
      {
        event,
        viewer: { id, role, customer: customerId },
        count: invoiceIds.length,
        invoices: invoiceIds.slice(0, maxIds),
        ...more,
      },
      `audit: ${event}`,
    );
  }

  return {
    listed: (viewer, invoiceIds) => write("invoices.listed", viewer, invoiceIds, {}),
    exported: (viewer, invoiceIds) => write("invoices.exported", viewer, invoiceIds, {}),
    read: (viewer, invoiceIds) => write("invoices.read", viewer, invoiceIds, {}),
    downloaded(viewer, format, files) {
      const pairs = files.flatMap(({ sha256, invoiceIds }) => invoiceIds.map((id) => ({ id, sha256 })));
      for (let at = 0; at < pairs.length; at += maxIds) {
        const some = pairs.slice(at, at + maxIds);
        // An invoice may have several files, and a file several invoices.
        const invoices = [...new Set(some.map(({ id }) => id))];
        const hashes = [...new Set(some.map(({ sha256 }) => sha256))];
        write("invoices.downloaded", viewer, invoices, { format, files: hashes });
      }
    },
    fetched({ viewerId, role, customerId }, { fileName, sha256, size, customers }) {
      const event = "file.fetched";
      const viewer = { id: viewerId, role, customer: customerId };
      const file = { name: fileName, sha256, size };
      log.info({ event, viewer, file, customers: customers.slice(0, maxIds) }, `audit: ${event}`);
    },
  };
}
