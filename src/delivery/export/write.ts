/** The bytes of an export, written while the invoices are being read. */
import type { SourceReport } from "../../listing/report.ts";
import { createPace } from "../../model/pace.ts";
import type { DownloadItem } from "../delivery.ts";
import { csvText, invoicesTable, linesTable } from "../render/csv.ts";
import { compactJson, invoiceFields } from "../render/json.ts";
import type { ExportFormat, ExportReading, ExportRows } from "./job.ts";

/** Raised when a field changes its name or meaning; new fields do not raise it. */
const exportSchemaName = "invoicegraph.export/1";

/** The media type of each format. */
export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  CSV: "text/csv; charset=utf-8; header=present",
  JSONL: "application/jsonl; charset=utf-8",
  JSON: "application/json",
};

/** How one format is written: what stands before the rows, each invoice, and what stands after them. */
interface Writing {
  readonly begin: string;
  /** The text of one invoice, in pieces where it is long, and of how many rows each is. */
  write(item: DownloadItem, isFirst: boolean): Iterable<Written>;
  end(reading: ExportReading): string;
}

interface Written {
  readonly text: string;
  readonly rows: number;
}

const chunkChars = 65_536;

/** The bytes in chunks of some 64 KB. `onRows` is told of every invoice that was written. */
export async function* writeExport(
  format: ExportFormat,
  rows: ExportRows,
  reading: ExportReading,
  onRows: (item: DownloadItem, rows: number) => void,
): AsyncGenerator<Uint8Array> {
  const writing = writingOf(format, rows);
  let chunk = writing.begin;
  let isFirst = true;
  const pace = createPace();
  for await (const item of reading.rows) {
    let rowsOfItem = 0;
    for (const written of writing.write(item, isFirst)) {
      chunk += written.text;
      rowsOfItem += written.rows;
      if (pace.isDue()) await pace.rest();
      if (chunk.length < chunkChars) continue;
      yield Buffer.from(chunk);
      chunk = "";
    }
    isFirst = false;
    onRows(item, rowsOfItem);
  }
  yield Buffer.from(chunk + writing.end(reading));
}

function writingOf(format: ExportFormat, rows: ExportRows): Writing {
  if (format === "CSV") return csv(rows);
  if (format === "JSONL") return { begin: "", write: (item) => json(item, rows, "", "\n"), end: () => "" };
  return {
    begin: `{"schema":${JSON.stringify(exportSchemaName)},"invoices":[`,
    write: (item, isFirst) => json(item, rows, isFirst ? "\n" : ",\n", ""),
    end: (reading) =>
      `\n],"isComplete":${reading.isComplete()},"sources":${JSON.stringify(reading.reports().map(reportFields))}}\n`,
  };
}

function* json(
  { invoice, customer }: DownloadItem,
  rows: ExportRows,
  before: string,
  after: string,
): Generator<Written> {
  yield { text: before, rows: 0 };
  if (rows === "INVOICES") yield { text: JSON.stringify(invoiceFields(invoice, customer)), rows: 0 };
  else for (const text of compactJson(invoice, customer)) yield { text, rows: 0 };
  yield { text: after, rows: 1 };
}

function csv(rows: ExportRows): Writing {
  const table = rows === "LINES" ? linesTable : invoicesTable;
  return {
    begin: csvText([table.head]),
    *write({ invoice, customer }) {
      for (const rows of table.rowsOf(invoice, customer)) yield { text: csvText(rows), rows: rows.length };
    },
    end: () => "",
  };
}

// Field by field: what a Failure holds for operators must not leave with it.
function reportFields(report: SourceReport) {
  return {
    source: report.source,
    status: report.status,
    count: report.count,
    fetchedAt: report.fetchedAt,
    asked: report.asked,
    covered: report.covered,
    missing: report.missing.map(({ range, cause, reason }) => ({
      from: range.from,
      to: range.to,
      cause,
      reason,
    })),
    dropped: report.dropped,
    errors: report.errors.map(({ code, message, retryable, retryAt, upstreamCode }) => ({
      code,
      message,
      retryable,
      retryAt,
      upstreamCode,
    })),
  };
}
