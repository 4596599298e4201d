/** An export's state for tests of books: one that ann of acme has just ordered, unless more is said. */
import type { ExportJob } from "../../src/delivery/export/job.ts";

/** A job of that id. */
export function jobOf(id: string, more: Partial<ExportJob> = {}): ExportJob {
  return {
    id,
    viewer: { id: "ann", role: "CUSTOMER", customerId: "acme" },
    format: "CSV",
    rows: "INVOICES",
    status: "QUEUED",
    createdAt: "2026-01-01T00:00:00.000Z",
    startedAt: null,
    endedAt: null,
    expiresAt: null,
    rowsWritten: 0,
    progress: 0,
    sources: [],
    isComplete: null,
    file: null,
    failure: null,
    ...more,
  };
}
