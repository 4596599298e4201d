/** Cuts one page out of unequal parts, so that all pages together are the whole list: nothing twice, nothing left out. */
import { Failure } from "../model/errors.ts";
import type { Position } from "./cursor.ts";
import type { Found, Part } from "./found.ts";
import { type Direction, type InvoiceOrder, type Place, comparePlaces, placeOf } from "./order.ts";
import { firstOf } from "./select.ts";

/** What a Relay connection is asked for; exactly one of first and last is set. */
export interface Paging {
  readonly first: number | null;
  readonly last: number | null;
  readonly after: Position | null;
  readonly before: Position | null;
}

/** An invoice on a page, with its place in the order. */
export interface Edge extends Found {
  readonly place: Place;
}

export interface Page {
  readonly edges: readonly Edge[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The position that stands for an edge of this page. */
  readonly positionOf: (place: Place) => Position;
  /** Where to go on from; on an empty page the position that was asked from, so that it can be asked again. */
  readonly start: Position | null;
  readonly end: Position | null;
}

/** The arguments of a connection as Paging; throws BAD_INPUT for contradictions and sizes out of bounds. */
export function readPaging(
  args: { first?: number | null | undefined; last?: number | null | undefined },
  after: Position | null,
  before: Position | null,
  size: { readonly default: number; readonly max: number },
): Paging {
  const { first, last } = args;
  if (typeof first === "number" && typeof last === "number") {
    throw new Failure("BAD_INPUT", { message: "Give either `first` or `last`, not both." });
  }
  for (const [name, value] of [
    ["first", first],
    ["last", last],
  ] as const) {
    if (typeof value === "number" && (value < 0 || value > size.max)) {
      throw new Failure("BAD_INPUT", {
        message: `\`${name}\` must be from 0 to ${size.max}; it is ${value}.`,
      });
    }
  }
  return typeof last === "number"
    ? { first: null, last, after, before }
    : { first: first ?? size.default, last: null, after, before };
}

/** The page, from parts of which some may have failed: those keep their place in the cursors and are made up for later. */
export function cutPage(parts: readonly Part[], order: InvoiceOrder, paging: Paging): Page {
  const { direction } = order;
  const forwards = paging.last === null;
  const size = paging.last ?? paging.first ?? 0;
  const candidates: Edge[] = [];
  let someBefore = false;
  let someAfter = false;
  for (const part of parts) {
    const lower = boundOf(paging.after, part.id, "END");
    const upper = boundOf(paging.before, part.id, "START");
    for (const { invoice, customer } of part.found) {
      const place = placeOf({ invoice, customer }, order);
      if (lower !== null && comparePlaces(place, lower, direction) <= 0) someBefore = true;
      else if (upper !== null && comparePlaces(place, upper, direction) >= 0) someAfter = true;
      else candidates.push({ invoice, customer, place });
    }
  }
  const compare = (a: Edge, b: Edge) => comparePlaces(a.place, b.place, direction);
  const chosen = forwards
    ? firstOf(candidates, size, compare)
    : firstOf(candidates, size, (a, b) => compare(b, a)).toReversed();
  const isCut = chosen.length < candidates.length;
  const isShort = chosen.length > 0 && parts.some((part) => part.failed);

  const positionOf = positions(parts, paging, direction, forwards);
  const [firstEdge, lastEdge] = [chosen[0], chosen.at(-1)];
  return {
    edges: chosen,
    positionOf,
    // A failed part may hold more: one more page is worth asking for, but an empty one ends the walk.
    hasNextPage: someAfter || (forwards && (isCut || isShort)),
    hasPreviousPage: someBefore || (!forwards && (isCut || isShort)),
    start: firstEdge ? positionOf(firstEdge.place) : (paging.before ?? paging.after),
    end: lastEdge ? positionOf(lastEdge.place) : (paging.after ?? paging.before),
  };
}

function boundOf(position: Position | null, part: string, towards: Position["towards"]): Place | null {
  if (position === null) return null;
  if (position.towards !== towards) return position.at;
  const lagging = position.lagging.get(part);
  return lagging === undefined ? position.at : lagging;
}

// A part that failed stays where it was; the others have been given out up to the page's last place, or further if they were ahead.
function positions(
  parts: readonly Part[],
  paging: Paging,
  direction: Direction,
  forwards: boolean,
): (place: Place) => Position {
  const towards = forwards ? "END" : "START";
  const from = forwards ? paging.after : paging.before;
  const startedAt = from?.at ?? null;
  const failed: [part: string, bound: Place | null][] = [];
  const behind: [part: string, bound: Place | null][] = [];
  for (const part of parts) {
    const bound = boundOf(from, part.id, towards);
    if (part.failed) failed.push([part.id, bound]);
    else if (bound !== startedAt) behind.push([part.id, bound]);
  }
  const furthest = (a: Place | null, b: Place) =>
    a !== null && comparePlaces(a, b, direction) > 0 === forwards ? a : b;

  return (place) => {
    // While parts that lag behind are being made up for, the others wait where they were.
    const at = furthest(startedAt, place);
    const lagging = new Map(failed);
    if (at !== place) for (const [part, bound] of behind) lagging.set(part, furthest(bound, place));
    return { towards, at, lagging };
  };
}
