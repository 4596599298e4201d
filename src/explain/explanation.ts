/** One request's explanation: what writes it down, and the answer that carries it. */
import type { ExecutionResult, GraphQLError } from "graphql";
import { type ErrorCode, errorCodes, Failure } from "../model/errors.ts";
import type { RequestNotes } from "../model/explanation.ts";
import { type ActualReport, createActual } from "./actual.ts";
import { followUpsOf, type PlannedOperation } from "./follow-ups.ts";
import { createPlan, type PlanReport } from "./plan.ts";

/** ACTUAL: the answer, and what it took. PLAN: what it would take, and no answer. */
export type ExplainMode = "ACTUAL" | "PLAN";

export interface Explanation {
  /** What `Call.explain` is to be. */
  readonly notes: RequestNotes;
  readonly isPlan: boolean;
  /** Told what is about to run. */
  expect(operation: PlannedOperation): void;
  /** `extensions.explain`; `cost` as the limits count it, null where they did not. */
  report(cost: number | null): ActualReport | PlanReport;
}

/** `isCached`: are sources' answers kept between asks? */
export function createExplanation(mode: ExplainMode, isCached: boolean): Explanation {
  if (mode === "ACTUAL") {
    const actual = createActual();
    return { notes: actual, isPlan: false, expect() {}, report: (cost) => actual.report(cost) };
  }
  const plan = createPlan(isCached);
  return {
    notes: plan,
    isPlan: true,
    expect: (operation) => plan.expect(followUpsOf(operation)),
    report: (cost) => plan.report(cost),
  };
}

/** The answer with its explanation; a plan's has no data, and only errors that no source's answer could change. */
export function explainedResult(result: ExecutionResult, explanation: Explanation): ExecutionResult {
  const cost = result.extensions?.["cost"] as { readonly requested: number } | undefined;
  const extensions = { ...result.extensions, explain: explanation.report(cost?.requested ?? null) };
  if (!explanation.isPlan) return { ...result, extensions };
  const errors = (result.errors ?? []).filter(isCallersFault);
  return { data: null, ...(errors.length > 0 && { errors }), extensions };
}

function isCallersFault({ extensions, originalError }: GraphQLError): boolean {
  const code = originalError instanceof Failure ? originalError.code : extensions["code"];
  return (
    typeof code === "string" &&
    Object.hasOwn(errorCodes, code) &&
    errorCodes[code as ErrorCode].fault === "caller"
  );
}
