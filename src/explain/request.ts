/** How a request asks to be explained: by a header, with a credential that may know what sources are asked. */
import type { IncomingHttpHeaders } from "node:http";
import { Failure } from "../model/errors.ts";
import { createExplanation, type ExplainMode, type Explanation } from "./explanation.ts";
import { mayUseScope, type Viewer } from "../model/viewer.ts";

/** In lower case, as node:http names it. */
export const explainHeader = "x-invoicegraph-explain";

const modes: ReadonlyMap<string, ExplainMode> = new Map([
  ["actual", "ACTUAL"],
  ["plan", "PLAN"],
]);

/** How an answer is to be explained; null: not at all. Throws BAD_INPUT for another value, and FORBIDDEN without the scope `explain`. */
export type ExplanationOf = (headers: IncomingHttpHeaders, viewer: Viewer) => Explanation | null;

/** `isCached`: are sources' answers kept between asks? */
export function createExplainer(isCached: boolean): ExplanationOf {
  return (headers, viewer) => {
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
    return createExplanation(mode, isCached);
  };
}
