/** Where a page ended: one place for all parts that keep up, and a place of its own for each part that lags behind. */
import type { Day } from "../model/day.ts";
import type { Part } from "./found.ts";
import type { Place } from "./order.ts";

/** What a cursor says. */
export interface Position {
  /** The day on which the walk began: the list keeps its window of issue dates, also over the end of a month. */
  readonly asOf: Day;
  /** The way the list was walked. For a walk the other way, a position is the place of its invoice and nothing else. */
  readonly towards: Towards;
  /** The place of the invoice that the cursor stands for. */
  readonly place: Place;
  /** How far the parts that keep up have been given out. Beyond `place` while others are made up for. */
  readonly at: Place;
  /** The parts that failed on the way, and how far those have been given out. */
  readonly lagging: readonly Lag[];
}

export type Towards = "END" | "START";

/** Parts that have been given out up to the same place. */
export interface Lag {
  /** Null: nothing of them yet. */
  readonly bound: Place | null;
  /** Sources of which every part is meant, also one that was not there when the cursor was written. */
  readonly sources: readonly string[];
  /** Ids of single parts. */
  readonly parts: readonly string[];
}

/** How far each part has been given out when a walk that way goes on from a position; null for not at all. */
export interface Start {
  readonly at: Place | null;
  boundOf(part: Pick<Part, "id" | "source">): Place | null;
}

/** The start of a walk, at the list's end when the position is null. */
export function startFrom(position: Position | null, towards: Towards): Start {
  if (position === null) return { at: null, boundOf: () => null };
  const at = position.towards === towards ? position.at : position.place;
  if (position.towards !== towards || position.lagging.length === 0) return { at, boundOf: () => at };
  const bounds = new Map<string, Place | null>();
  for (const { bound, sources, parts } of position.lagging) {
    for (const key of [...sources.map(sourceKey), ...parts]) bounds.set(key, bound);
  }
  return {
    at,
    boundOf({ id, source }) {
      for (const key of [id, sourceKey(source)]) {
        const bound = bounds.get(key);
        if (bound !== undefined) return bound;
      }
      return at;
    },
  };
}

/** Groups parts by how far they have come; `sizes`: how many parts each source has in all. */
export function toLags(
  lagging: readonly (readonly [part: Part, bound: Place | null])[],
  sizes: ReadonlyMap<string, number>,
): Lag[] {
  const byBound = new Map<string, { bound: Place | null; bySource: Map<string, string[]> }>();
  for (const [{ id, source }, bound] of lagging) {
    const key = bound === null ? "" : `${bound.id}\n${bound.value}`;
    let group = byBound.get(key);
    if (group === undefined) byBound.set(key, (group = { bound, bySource: new Map() }));
    const ids = group.bySource.get(source);
    if (ids === undefined) group.bySource.set(source, [id]);
    else ids.push(id);
  }
  // A source that is down altogether is one word, however many questions it was asked.
  const isAll = (source: string, ids: readonly string[]) => ids.length === sizes.get(source);
  return [...byBound.values()].map(({ bound, bySource }) => {
    const entries = [...bySource];
    return {
      bound,
      sources: entries.filter(([source, ids]) => isAll(source, ids)).map(([source]) => source),
      parts: entries.filter(([source, ids]) => !isAll(source, ids)).flatMap(([, ids]) => ids),
    };
  });
}

function sourceKey(source: string): string {
  return `source ${source}`;
}
