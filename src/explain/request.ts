/** How a request asks to be explained: by a header, with a credential that may know what sources are asked. */
import type { IncomingHttpHeaders } from "node:http";
import { Failure } from "../model/errors.ts";
import { mayUseScope, type Viewer } from "../model/viewer.ts";

/** ACTUAL: the answer, and what it took. PLAN: what it would take, and no answer. */
export type ExplainMode = "ACTUAL" | "PLAN";

/** In lower case, as node:http names it. */
export const explainHeader = "x-invoicegraph-explain";

const modes: ReadonlyMap<string, ExplainMode> = new Map([
  ["actual", "ACTUAL"],
  ["plan", "PLAN"],
]);

/** Null when it is not asked for. Throws BAD_INPUT for another value, and FORBIDDEN without the scope `explain`. */
export function explainModeOf(headers: IncomingHttpHeaders, viewer: Viewer): ExplainMode | null {
  const told = headers[explainHeader];
  if (told === undefined) return null;
  const mode = typeof told === "string" ? modes.get(told.trim().toLowerCase()) : undefined;
  if (mode === undefined)
    throw new Failure("BAD_INPUT", {
      message: "The header X-InvoiceGraph-Explain must be `actual` or `plan`.",
    });
  if (!mayUseScope(viewer, "explain"))
    throw new Failure("FORBIDDEN", {
      message: "What sources are asked is told to credentials with the scope `explain`.",
    });
  return mode;
}
