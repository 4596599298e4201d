/** The audit trail: who saw or downloaded which invoices, as structured log events without secrets. */
import type { Viewer } from "../model/viewer.ts";

/** The part of a logger that is needed; pino's has it. */
export interface AuditLog {
  info(event: object, message: string): void;
}

/** The events that are kept. `invoiceIds` are global ids; of more than 100 the first 100 and the number are kept. */
export interface Audit {
  /** Invoices that a list answered with. */
  listed(viewer: Viewer, invoiceIds: readonly string[]): void;
  /** Invoices that were asked for by their ids. */
  read(viewer: Viewer, invoiceIds: readonly string[]): void;
  /** Invoices whose files were handed over, in which format. */
  downloaded(viewer: Viewer, invoiceIds: readonly string[], format: string): void;
}

const maxIds = 100;

/** An audit trail into the log, one line for each event that concerns an invoice at all. */
export function createAudit(log: AuditLog): Audit {
  function write(event: string, viewer: Viewer, invoiceIds: readonly string[], more: object): void {
    const unique = [...new Set(invoiceIds)];
    if (unique.length === 0) return;
    const { id, role, customerId } = viewer;
    log.info(
      {
        event,
        viewer: { id, role, customer: customerId },
        count: unique.length,
        invoices: unique.slice(0, maxIds),
        ...more,
      },
      `audit: ${event}`,
    );
  }

  return {
    listed: (viewer, invoiceIds) => write("invoices.listed", viewer, invoiceIds, {}),
    read: (viewer, invoiceIds) => write("invoices.read", viewer, invoiceIds, {}),
    downloaded: (viewer, invoiceIds, format) => write("invoices.downloaded", viewer, invoiceIds, { format }),
  };
}
