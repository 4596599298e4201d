/** What is compared with DDAPI's document, in JSON and in XML. */
import type { UpstreamReply } from "../../http/connection.ts";
import { createExaminer, type Documented } from "../../model/documented.ts";
import type { DriftRecorder } from "../../model/drift.ts";
import { documentedCurrency, documentedSettings, documentedTerms, inXml } from "./documented.ts";
import { isXml } from "./reply.ts";

/** Compares one record, or each of a list, that a reply held. */
export type Compare = (reply: UpstreamReply, raw: unknown) => void;

export interface Comparisons {
  readonly settings: Compare;
  readonly currency: Compare;
  readonly terms: Compare;
}

/** The comparisons of one source. */
export function createComparisons(drift: DriftRecorder): Comparisons {
  const xmlCame = drift.counterOf({
    kind: "UNEXPECTED_FORMAT",
    record: "answer",
    field: "(body)",
    expected: "JSON",
    seen: "XML",
  });
  const of = (documented: Documented): Compare => {
    const inJson = createExaminer(documented, drift);
    const asXml = createExaminer(inXml(documented), drift);
    return (reply, raw) => {
      const came = isXml(reply);
      if (came) xmlCame();
      const examine = came ? asXml : inJson;
      for (const record of Array.isArray(raw) ? raw : [raw]) examine(record);
    };
  };
  return { settings: of(documentedSettings), currency: of(documentedCurrency), terms: of(documentedTerms) };
}
