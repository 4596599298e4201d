/** States of exports as text and back. What is not one of ours is nothing. */
import { z } from "zod";
import type { ExportJob } from "../delivery/export/job.ts";
import { type ErrorCode, errorCodes, Failure } from "../model/errors.ts";

const instant = z.iso.datetime();
const code = z.string().refine((text): text is ErrorCode => Object.hasOwn(errorCodes, text));

const failure = z
  .object({
    code,
    message: z.string(),
    source: z.string().nullable(),
    retryable: z.boolean(),
    retryAt: instant.nullable(),
    upstreamCode: z.string().nullable(),
  })
  .transform(
    ({ source, retryAt, upstreamCode, ...said }) =>
      new Failure(said.code, {
        message: said.message,
        retryable: said.retryable,
        source: source ?? undefined,
        retryAt: retryAt ?? undefined,
        upstreamCode: upstreamCode ?? undefined,
      }),
  );

const range = z.object({ from: z.iso.date(), to: z.iso.date() });

const report = z.object({
  source: z.string(),
  status: z.enum(["OK", "PARTIAL", "STALE", "FAILED", "SKIPPED"]),
  errors: z.array(failure),
  fetchedAt: instant.nullable(),
  asked: range.nullable(),
  covered: range.nullable(),
  missing: z.array(
    z.object({
      range,
      cause: z.enum(["FAILED", "SOURCE_REACH", "OUR_LIMIT", "PART_OF_DATA"]),
      reason: z.string(),
    }),
  ),
  dropped: z.array(z.string()),
  count: z.int(),
});

const state = z.object({
  id: z.string(),
  viewer: z.object({
    id: z.string(),
    role: z.enum(["CUSTOMER", "CUSTOMER_SERVICE"]),
    customerId: z.string().nullable(),
  }),
  format: z.enum(["CSV", "JSONL", "JSON"]),
  rows: z.enum(["INVOICES", "LINES"]),
  status: z.enum(["QUEUED", "RUNNING", "READY", "FAILED", "CANCELLED"]),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  rowsWritten: z.int(),
  progress: z.number(),
  sources: z.array(report),
  isComplete: z.boolean().nullable(),
  file: z
    .object({
      id: z.string(),
      size: z.int(),
      sha256: z.string(),
      fileName: z.string(),
      contentType: z.string(),
      customers: z.array(z.string()),
      expiresAt: z.number(),
    })
    .nullable(),
  failure: z.object({ code, message: z.string(), retryable: z.boolean() }).nullable(),
}) satisfies z.ZodType<ExportJob>;

/** The state as JSON. Of failures only what a client may see is told: their details are for the log of the process that met them. */
export function writeExportState(job: ExportJob): string {
  return JSON.stringify(job, (_key, value: unknown) =>
    value instanceof Failure
      ? {
          code: value.code,
          message: value.message,
          source: value.source,
          retryable: value.retryable,
          retryAt: value.retryAt,
          upstreamCode: value.upstreamCode,
        }
      : value,
  );
}

/** The state of the export with this id; null for a text that is none, such as one of another release. */
export function readExportState(text: string, id: string): ExportJob | null {
  try {
    const { success, data } = state.safeParse(JSON.parse(text));
    return success && data.id === id ? data : null;
  } catch {
    return null;
  }
}
