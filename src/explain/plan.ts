/** What a request would do over an empty cache: the upstream calls of every ask, told by the kinds of source, with nothing asked. */
import type { AskNotes, RequestNotes } from "../model/explanation.ts";
import type { Ask, ForecastCalls } from "../model/forecast.ts";
import type { Call, Source } from "../model/source.ts";
import type { FollowUps } from "./follow-ups.ts";
import { mostAsks } from "./most-asks.ts";
import { keyOf, templateOf, wordsOf } from "./words.ts";

interface Range {
  /** The prediction: as long as what is assumed holds. */
  readonly upstreamCalls: number;
  readonly atLeast: number;
  /** Null: only the sources' answers can tell. */
  readonly atMost: number | null;
}

interface PlannedAsk {
  readonly source: string;
  readonly what: string;
  /** Is the answer kept, so that what follows from it is known? */
  readonly isKnown: boolean;
  readonly calls: readonly (Range & { readonly method: string; readonly path: string })[];
}

/** `extensions.explain` of a plan. */
export interface PlanReport extends Range {
  readonly mode: "PLAN";
  readonly cost: number | null;
  /** What only the sources' answers can tell, in sentences. */
  readonly unknown: readonly string[];
  readonly sources: readonly (Range & { readonly source: string; readonly asked: number })[];
  readonly asked: readonly PlannedAsk[];
  readonly leftOut: number;
}

export interface Plan extends RequestNotes {
  /** Told before the operation is planned: what in it depends on answers. */
  expect(followUps: FollowUps): void;
  report(cost: number | null): PlanReport;
}

interface Entry {
  readonly source: string;
  readonly what: string;
  /** Asked only because of something that was assumed: it may not be asked at all. */
  readonly isUncertain: boolean;
  forecast: readonly ForecastCalls[];
  isKnown: boolean;
  /** Asks for fresher answers than the first, which may be asked anew. */
  again: number;
}

const anyNumber: readonly ForecastCalls[] = [{ method: "GET", path: "?", atLeast: 1, atMost: null }];

/** An empty plan. `isCached`: is what one ask brings kept for the next? */
export function createPlan(isCached: boolean): Plan {
  const entries = new Map<string, Entry>();
  const open = new Map<string, Set<string>>();
  let followUps: FollowUps = { ofInvoices: "ANYTHING", ofSettings: true };
  const assumed = new Set<string>();

  const leaveOpen = (source: string, why: string) =>
    open.set(source, (open.get(source) ?? new Set<string>()).add(why));

  function followsFrom(source: Source, ask: Ask): void {
    const { id, details } = source;
    const { ofInvoices, ofSettings } = followUps;
    if (ask.for === "children") leaveOpen(id, `${id} has not told which accounts are below another one`);
    if (ask.for === "settings" && ofSettings) leaveOpen("", `${id} has not told who receives the invoices`);
    if (ask.for !== "invoices" && ask.for !== "details") return;
    if (ofInvoices === "ANYTHING") leaveOpen("", `${id} has not told whose invoices there are`);
    if (ofInvoices === "CREDITED") leaveOpen(id, `${id} has not told what its credit memos credit`);
    if (ofInvoices === "DETAILS" && details !== undefined && ask.for === "invoices")
      leaveOpen(id, `${id} has not told of how many invoices details are needed`);
  }

  // Does it follow from something that was assumed, so that it may not be asked at all?
  function isUncertain({ id }: Source, ask: Ask): boolean {
    if (followUps.ofInvoices === "ANYTHING" && assumed.has("invoices")) return true;
    if (ask.for === "currency" || ask.for === "paymentTerms") return assumed.has(`settings ${id}`);
    if (ask.for === "details" || ask.for === "files") return assumed.has(`invoices ${id}`);
    return ask.for === "invoices" && assumed.has(`details ${id}`);
  }

  function asking(source: Source, ask: Ask, call: Call): AskNotes {
    const name = `${source.id}\n${keyOf(ask)}${isCached ? "" : `\n${entries.size}`}`;
    let entry = entries.get(name);
    if (entry === undefined) {
      entry = {
        source: source.id,
        what: wordsOf(ask),
        isUncertain: isUncertain(source, ask),
        forecast: source.forecast?.calls(ask) ?? anyNumber,
        isKnown: false,
        again: 0,
      };
      entries.set(name, entry);
    } else if ((call.freshness?.maxAgeMs ?? null) !== null) entry.again += 1;
    const current = entry;
    return {
      answeredBy() {},
      exchange: () => ({ attempted() {}, end() {} }),
      known(calls) {
        current.isKnown = true;
        const [first] = current.forecast;
        if (calls !== null && first !== undefined && current.forecast.length === 1)
          current.forecast = [{ ...first, atLeast: calls, atMost: calls }];
      },
      assumed() {
        assumed.add(ask.for).add(`${ask.for} ${source.id}`);
        followsFrom(source, ask);
      },
      end() {},
    };
  }

  return {
    isPlan: true,
    asking,
    expect(told) {
      followUps = told;
    },
    report(cost) {
      const all = [...entries.values()];
      const isOpen = (source: string) => open.has(source) || open.has("");
      const sources = [...new Set(all.map(({ source }) => source))].map((source) => {
        const own = all.filter((entry) => entry.source === source);
        const range = total(own.flatMap(rangesOf));
        return { source, asked: own.length, ...range, atMost: isOpen(source) ? null : range.atMost };
      });
      const range = total(sources);
      return {
        mode: "PLAN",
        cost,
        ...range,
        atMost: open.size > 0 ? null : range.atMost,
        unknown: [
          ...new Set(
            all.flatMap((entry) =>
              rangesOf(entry).some(({ atMost }) => atMost === null)
                ? `${entry.source} tells only in its answers how many calls they take`
                : [],
            ),
          ),
          ...[...open.values()].flatMap((sentences) => [...sentences]),
        ].map((sentence) => `${sentence}.`),
        sources,
        asked: all.slice(0, mostAsks).map((entry) => ({
          source: entry.source,
          what: entry.what,
          isKnown: entry.isKnown,
          calls: entry.forecast.map(({ method, path }, index) => ({
            method,
            path: templateOf(path),
            ...(rangesOf(entry)[index] as Range),
          })),
        })),
        leftOut: Math.max(0, all.length - mostAsks),
      };
    },
  };
}

function rangesOf({ forecast, isUncertain, again }: Entry): Range[] {
  return forecast.map(({ atLeast, atMost }) => ({
    upstreamCalls: atLeast,
    atLeast: isUncertain ? 0 : atLeast,
    atMost: atMost === null ? null : atMost * (1 + again),
  }));
}

function total(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, { upstreamCalls, atLeast, atMost }) => ({
      upstreamCalls: sum.upstreamCalls + upstreamCalls,
      atLeast: sum.atLeast + atLeast,
      atMost: sum.atMost === null || atMost === null ? null : sum.atMost + atMost,
    }),
    { upstreamCalls: 0, atLeast: 0, atMost: 0 as number | null },
  );
}
