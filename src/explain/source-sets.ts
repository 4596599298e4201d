/** The configured sources twice: as they are asked, and as a plan asks them, which is not at all. */
import type { Call, Source } from "../model/source.ts";
import { explained } from "./explained.ts";
import { standIn } from "./stand-in.ts";

/** A source, and what the cache makes of it. */
export interface CachedSource {
  readonly source: Source;
  wrap(source: Source): Source;
  /** For a plan: gives what is kept, and keeps nothing. */
  planned(source: Source): Source;
}

export type Sources = ReadonlyMap<string, Source>;

export interface SourceSets {
  readonly real: Sources;
  /** Those that a call is to ask: for a plan, ones of its own. */
  of(call: Call): Sources;
}

/** By the sources' ids, in the order given. */
export function createSourceSets(all: readonly CachedSource[]): SourceSets {
  const real = new Map(all.map(({ source, wrap }) => [source.id, explained(wrap(source))]));
  return {
    real,
    of: ({ explain }) =>
      explain?.isPlan === true
        ? new Map(all.map(({ source, planned }) => [source.id, explained(planned(standIn(source)))]))
        : real,
  };
}
