/** An export's state for tests of books: one that ann of acme has just ordered, unless more is said. */
import { type ExportJob, newJob } from "../../src/delivery/export/job.ts";

/** A job of that id. */
export function jobOf(id: string, more: Partial<ExportJob> = {}): ExportJob {
  const viewer = { id: "ann", role: "CUSTOMER", customerId: "acme", scopes: [] } as const;
  const ordered = newJob(id, { viewer, format: "CSV", rows: "INVOICES" }, Date.parse("2026-01-01T00:00:00Z"));
  return { ...ordered, ...more };
}
