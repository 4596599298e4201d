/** What is compared with floLIVE's documents, for each of its endpoints that answer in an envelope. */
import { createExaminer, type Documented, type Examine } from "../../model/documented.ts";
import { type DriftRecorder, notStrictJson } from "../../model/drift.ts";
import {
  documentedChild,
  documentedCustomer,
  documentedEnvelope,
  documentedInvoice,
  documentedRefusal,
  documentedSingle,
} from "./documented.ts";

/** For one endpoint. */
export interface Comparison {
  readonly answer: Examine;
  readonly refusal: Examine;
  /** Each object of `content`. */
  readonly record: Examine;
  /** The body was not strict JSON. */
  readonly repaired: () => void;
}

export interface Comparisons {
  readonly customer: Comparison;
  readonly children: Comparison;
  readonly invoices: Comparison;
}

/** The comparisons of one source. */
export function createComparisons(drift: DriftRecorder): Comparisons {
  const list = createExaminer(documentedEnvelope, drift);
  const refusal = createExaminer(documentedRefusal, drift);
  const repaired = drift.counterOf(notStrictJson);
  const of = (answer: Examine, documented: Documented): Comparison => ({
    answer,
    refusal,
    record: createExaminer(documented, drift),
    repaired,
  });
  return {
    customer: of(createExaminer(documentedSingle, drift), documentedCustomer),
    children: of(list, documentedChild),
    invoices: of(list, documentedInvoice),
  };
}
