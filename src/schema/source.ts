/** Sources, and what each contributed to a list. */
import type { ClosedRange } from "../model/day.ts";
import type { Failure } from "../model/errors.ts";
import type { MissingCause, MissingRange, SourceReport, SourceStatus } from "../listing/report.ts";
import type { SourceHealth, SourceState } from "../model/health.ts";
import type { Source } from "../model/source.ts";
import { builder } from "./builder.ts";
import { failureFields } from "./failure-fields.ts";
import { DayRangeType, describedValues } from "./values.ts";

const SourceStateEnum = builder.enumType("SourceState", {
  description: "The state of a source. Only its own failures count, never callers' mistakes.",
  values: describedValues<SourceState>({
    HEALTHY: "Nothing failed in the last seconds.",
    DEGRADED: "Some requests to it fail, or it takes no more of them at the moment.",
    SUSPENDED: "It keeps failing: apart from a probe every few seconds, it is not asked until one succeeds.",
  }),
});

const SourceHealthType = builder.objectRef<SourceHealth>("SourceHealth").implement({
  description: "How a source has been doing recently.",
  fields: (t) => ({
    state: t.expose("state", { type: SourceStateEnum, nullable: false, description: "The state." }),
    since: t.expose("since", {
      type: "DateTime",
      nullable: false,
      description: "Since when it has been in this state.",
    }),
    lastFailureCode: t.string({
      description:
        "The code of its last failure, from the error table in docs/errors.md; null when there was none.",
      resolve: ({ lastFailure }) => lastFailure?.code ?? null,
    }),
    lastFailureAt: t.field({
      type: "DateTime",
      description: "When it last failed.",
      resolve: ({ lastFailure }) => lastFailure?.at ?? null,
    }),
    retryAt: t.expose("retryAt", {
      type: "DateTime",
      description: "When it will be asked again; null unless it is not asked at the moment.",
    }),
  }),
});

export const SourceType = builder.objectRef<Source>("Source").implement({
  description: "A configured connection to an upstream API.",
  fields: (t) => ({
    id: t.exposeID("id", {
      nullable: false,
      description: 'Its configured name, such as "freight". Filters take it.',
    }),
    kind: t.exposeString("kind", {
      nullable: false,
      description: 'The kind of API: "flolive", "akamai", "v6", "ddapi" or another.',
    }),
    listsInvoices: t.boolean({
      nullable: false,
      description: "Whether it lists invoices.",
      resolve: (source) => source.invoices !== undefined,
    }),
    hasFiles: t.boolean({
      nullable: false,
      description: "Whether it has invoice files of its own. If not, files are rendered from its data.",
      resolve: (source) => source.files !== undefined,
    }),
    hasSettings: t.boolean({
      nullable: false,
      description: "Whether it keeps customers' invoice settings.",
      resolve: (source) => source.settings !== undefined,
    }),
    health: t.field({
      type: SourceHealthType,
      description: "How it has been doing recently, as seen by the process that answers.",
      resolve: ({ id }, _args, { healthOf }) => healthOf(id),
    }),
  }),
});

const SourceStatusEnum = builder.enumType("SourceStatus", {
  description: "How much of what a source was asked for it contributed.",
  values: describedValues<SourceStatus>({
    OK: "All of it.",
    PARTIAL: "Some of it: `errors` and `missing` say what and why.",
    STALE:
      "All of it, but some from an older answer because the source fails at the moment: see `fetchedAt`.",
    FAILED: "None of it: `errors` says why.",
    SKIPPED: "It was not asked: the filter excludes it, or no account in it is linked.",
  }),
});

// GraphQL takes an Error that is a value for one that was thrown: only what it says goes on.
type SourceError = Pick<Failure, "code" | "message" | "retryable" | "retryAt" | "upstreamCode">;

function toSourceError({ code, message, retryable, retryAt, upstreamCode }: Failure): SourceError {
  return { code, message, retryable, retryAt, upstreamCode };
}

const SourceErrorType = builder.objectRef<SourceError>("SourceError").implement({
  description: "Why a source did not answer.",
  fields: (t) => ({
    ...failureFields(t),
    retryAt: t.expose("retryAt", {
      type: "DateTime",
      description: "The earliest time to try again, where the source gave one.",
    }),
    upstreamCode: t.exposeString("upstreamCode", {
      tag: "internal",
      description: 'The source\'s own code, such as "CUSTOMER_1002".',
    }),
  }),
});

const MissingCauseEnum = builder.enumType("MissingCause", {
  description: "Why something is missing.",
  values: describedValues<MissingCause>({
    FAILED: "The source was asked and did not answer.",
    SOURCE_REACH: "The source itself does not go back that far.",
    OUR_LIMIT: "A limit of this API.",
    PART_OF_DATA:
      "The invoices are there, but some of their data does not go back that far. This does not make the list incomplete.",
  }),
});

const MissingRangeType = builder.objectRef<MissingRange>("MissingRange").implement({
  description: "A range of issue dates for which a source's invoices are, or may be, missing.",
  fields: (t) => ({
    from: t.field({
      type: "LocalDate",
      nullable: false,
      description: "The first day.",
      resolve: ({ range }) => range.from,
    }),
    to: t.field({
      type: "LocalDate",
      nullable: false,
      description: "The last day.",
      resolve: ({ range }) => range.to,
    }),
    cause: t.expose("cause", { type: MissingCauseEnum, nullable: false, description: "Why, as a code." }),
    reason: t.exposeString("reason", { nullable: false, description: "Why, in one sentence." }),
  }),
});

export const SourceReportType = builder.objectRef<SourceReport>("SourceReport").implement({
  description: "What one source contributed to a list or a total, and what is missing.",
  fields: (t) => ({
    source: t.field({
      type: SourceType,
      nullable: false,
      description: "The source.",
      resolve: ({ source }, _args, { sources }) => sources.get(source) as Source,
    }),
    status: t.expose("status", {
      type: SourceStatusEnum,
      nullable: false,
      description: "How much it contributed.",
    }),
    errors: t.field({
      type: [SourceErrorType],
      nullable: { list: false, items: false },
      description: "What went wrong: one error for each code that occurred.",
      resolve: ({ errors }) => errors.map(toSourceError),
    }),
    fetchedAt: t.expose("fetchedAt", {
      type: "DateTime",
      description: "When the oldest of the answers used was given.",
    }),
    asked: t.field({
      type: DayRangeType,
      description: "The range of issue dates that it was asked for.",
      resolve: ({ asked }): ClosedRange | null => asked,
    }),
    covered: t.field({
      type: DayRangeType,
      description:
        "The range of issue dates that its answers cover, apart from the gaps listed in `missing`; null when it contributed nothing.",
      resolve: ({ covered }): ClosedRange | null => covered,
    }),
    missing: t.expose("missing", {
      type: [MissingRangeType],
      nullable: { list: false, items: false },
      description: "What is missing, and why.",
    }),
    dropped: t.exposeStringList("dropped", {
      tag: "internal",
      nullable: false,
      description: "What records of the source had to be left out, and why, in sentences.",
    }),
    count: t.exposeInt("count", {
      nullable: false,
      description: "How many of its invoices match, over all pages.",
    }),
  }),
});
