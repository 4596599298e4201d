/** What every list and every total says about what is missing. */
import type { Matches } from "../loaders/list-page.ts";
import type { FieldBuilder } from "./builder.ts";
import { SourceReportType } from "./source.ts";
import { DayRangeType } from "./values.ts";

/** The fields that say how complete an answer is. */
export function completenessFields(t: FieldBuilder<Matches>) {
  return {
    totalCount: t.int({
      description:
        "How many invoices match, over all pages; null when that is not known because something is missing.",
      resolve: (matches) => matches.totalCount,
    }),
    isComplete: t.boolean({
      nullable: false,
      description: "Whether everything that was asked for is there. If not, `sources` says what is missing.",
      resolve: (matches) => matches.isComplete,
    }),
    sources: t.field({
      type: [SourceReportType],
      nullable: { list: false, items: false },
      description: "What each source contributed, one report for each configured source that lists invoices.",
      resolve: (matches) => matches.sources,
    }),
    issuedOn: t.field({
      type: DayRangeType,
      description:
        "The range of issue dates that the sources were asked for; null when the filter leaves none.",
      resolve: (matches) => matches.issuedOn,
    }),
  };
}
