/** An export: what was ordered, how far it is, and what came of it. */
import type { SourceReport } from "../../listing/report.ts";
import type { Instant } from "../../model/instant.ts";
import type { Failure } from "../../model/errors.ts";
import type { Call } from "../../model/source.ts";
import type { Viewer } from "../../model/viewer.ts";
import type { DownloadItem } from "../delivery.ts";
import type { StoredFile } from "../store.ts";

export type ExportFormat = "CSV" | "JSONL" | "JSON";

/** INVOICES: what the lists tell. LINES: with everything that the sources tell of each invoice. */
export type ExportRows = "INVOICES" | "LINES";

export type ExportStatus = "QUEUED" | "RUNNING" | "READY" | "FAILED" | "CANCELLED";

/** A state of an export. Plain data and immutable: whoever keeps it may keep it elsewhere. */
export interface ExportJob {
  /** Nobody can guess it. */
  readonly id: string;
  /** Who ordered it: nobody else ever sees it. */
  readonly viewer: Pick<Viewer, "id" | "role" | "customerId">;
  readonly format: ExportFormat;
  readonly rows: ExportRows;
  readonly status: ExportStatus;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** When it is forgotten, and its file gone; null until it has ended. */
  readonly expiresAt: Instant | null;
  readonly rowsWritten: number;
  /** How much of the sources' answers has been read, 0 to 1. */
  readonly progress: number;
  /** What each source contributed; empty before it runs. */
  readonly sources: readonly SourceReport[];
  /** Null until everything has been read. */
  readonly isComplete: boolean | null;
  readonly file: StoredFile | null;
  readonly failure: Pick<Failure, "code" | "message" | "retryable"> | null;
}

/** Everything that is to be written, as it is being read. */
export interface ExportReading {
  readonly rows: AsyncIterable<DownloadItem>;
  /** 0 to 1. */
  progress(): number;
  /** Both are final after the last row. */
  reports(): readonly SourceReport[];
  isComplete(): boolean;
}

/** What is ordered. */
export interface ExportOrder {
  readonly viewer: Viewer;
  readonly format: ExportFormat;
  readonly rows: ExportRows;
  /** Begins to read, when its turn has come; every upstream call carries this call. */
  read(call: Call): ExportReading;
}

/** Has it come to its end, one way or another? */
export function isOver({ status }: ExportJob): boolean {
  return status === "READY" || status === "FAILED" || status === "CANCELLED";
}

/** The state of an export that has just been ordered. `now` is in epoch milliseconds. */
export function newJob(
  id: string,
  { viewer, format, rows }: Pick<ExportOrder, "viewer" | "format" | "rows">,
  now: number,
): ExportJob {
  return {
    id,
    viewer: { id: viewer.id, role: viewer.role, customerId: viewer.customerId },
    format,
    rows,
    status: "QUEUED",
    createdAt: new Date(now).toISOString(),
    startedAt: null,
    endedAt: null,
    expiresAt: null,
    rowsWritten: 0,
    progress: 0,
    sources: [],
    isComplete: null,
    file: null,
    failure: null,
  };
}
