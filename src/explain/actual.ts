/** What a request did: every ask of a source, what the cache said to it, and the upstream calls behind it. */
import type { ErrorCode } from "../model/errors.ts";
import type { AskNotes, CacheVerdict, RequestNotes } from "../model/explanation.ts";
import { mostAsks } from "./most-asks.ts";
import { wordsOf } from "./words.ts";

interface CallRecord {
  readonly method: string;
  readonly path: string;
  status: number | null;
  attempts: number;
  bytes: number;
  /** Null: it had not ended when the answer was written. */
  ms: number | null;
  failure: ErrorCode | null;
}

interface AskRecord {
  readonly source: string;
  readonly what: string;
  cache: CacheVerdict | "NOT_KEPT";
  ms: number | null;
  failure: ErrorCode | null;
  readonly calls: CallRecord[];
}

/** `extensions.explain` of an answer. */
export interface ActualReport {
  readonly mode: "ACTUAL";
  /** As `extensions.cost.requested`; null where none was counted. */
  readonly cost: number | null;
  readonly upstreamCalls: number;
  readonly bytes: number;
  readonly sources: readonly {
    readonly source: string;
    readonly asked: number;
    readonly fromCache: number;
    readonly upstreamCalls: number;
    readonly attempts: number;
    readonly bytes: number;
    readonly failed: number;
  }[];
  readonly asked: readonly AskRecord[];
  /** How many more there were than are listed. */
  readonly leftOut: number;
}

export interface Actual extends RequestNotes {
  report(cost: number | null): ActualReport;
}

/** Nothing is written down yet. */
export function createActual(): Actual {
  const asked: AskRecord[] = [];

  function asking(source: string, what: string): AskNotes {
    const startedAt = performance.now();
    const record: AskRecord = { source, what, cache: "NOT_KEPT", ms: null, failure: null, calls: [] };
    asked.push(record);
    return {
      answeredBy(verdict) {
        record.cache = verdict;
      },
      exchange({ method, path }) {
        const call: CallRecord = {
          method,
          path,
          status: null,
          attempts: 0,
          bytes: 0,
          ms: null,
          failure: null,
        };
        record.calls.push(call);
        return {
          attempted() {
            call.attempts += 1;
          },
          end({ ms, bytes, status, failure }) {
            Object.assign(call, { ms: rounded(ms), bytes, status, failure: failure?.code ?? null });
          },
        };
      },
      known() {},
      assumed() {},
      end(failure) {
        record.ms = rounded(performance.now() - startedAt);
        record.failure = failure?.code ?? null;
      },
    };
  }

  return {
    isPlan: false,
    asking: (source, ask) => asking(source.id, wordsOf(ask)),
    report(cost) {
      const sources = [...new Set(asked.map(({ source }) => source))].map((source) =>
        summaryOf(
          source,
          asked.filter((each) => each.source === source),
        ),
      );
      return {
        mode: "ACTUAL",
        cost,
        upstreamCalls: sum(sources, "upstreamCalls"),
        bytes: sum(sources, "bytes"),
        sources,
        asked: asked.slice(0, mostAsks),
        leftOut: Math.max(0, asked.length - mostAsks),
      };
    },
  };
}

function summaryOf(source: string, asked: readonly AskRecord[]): ActualReport["sources"][number] {
  const calls = asked.flatMap((each) => each.calls);
  return {
    source,
    asked: asked.length,
    fromCache: asked.filter(({ cache }) => cache === "HIT" || cache === "SHARED_HIT").length,
    upstreamCalls: calls.length,
    attempts: sum(calls, "attempts"),
    bytes: sum(calls, "bytes"),
    failed: asked.filter(({ failure }) => failure !== null).length,
  };
}

function sum<Name extends string>(
  records: readonly { readonly [Key in Name]: number }[],
  name: Name,
): number {
  return records.reduce((all, record) => all + record[name], 0);
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
