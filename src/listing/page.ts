/**
 * Cuts one page out of unequal parts, so that all pages together are the whole list: nothing twice, nothing left out.
 *
 * Every part has been given out up to some place, and all parts that never failed up to the same one. A part that fails stays
 * where it was while the others go on; once it is back, what it owes comes next, in order, and the others wait.
 */
import type { Day } from "../model/day.ts";
import { inTurns, type Pace } from "../model/pace.ts";
import type { Found, Part } from "./found.ts";
import { type Direction, type InvoiceOrder, type Place, comparePlaces, valueReader } from "./order.ts";
import type { Paging } from "./paging.ts";
import { type Position, type Start, type Towards, startFrom, toLags } from "./position.ts";
import { Smallest } from "./select.ts";

/** An invoice on a page, which is its place in the order, too. */
export interface Edge extends Found, Place {}

/** One page of a list, as invoices and positions. */
export interface Page {
  readonly edges: readonly Edge[];
  /**
   * Walking forwards: is there more of what was asked for? Also true while a failed part may owe something, but never on an empty
   * page, so that whoever follows it comes to an end. Walking backwards: is there anything after `before`?
   */
  readonly hasNextPage: boolean;
  /** The same with the ends exchanged. */
  readonly hasPreviousPage: boolean;
  /** The position that stands for an edge of this page. */
  readonly positionOf: (place: Place) => Position;
  /** Where to go on from; on an empty page the position that was asked from, so that it can be asked again. Worked out when asked. */
  readonly start: () => Position | null;
  readonly end: () => Position | null;
}

// Of a long list nearly all differ by value, and an id is made when it is read.
class Candidate implements Edge {
  readonly invoice: Edge["invoice"];
  readonly customer: Edge["customer"];
  readonly value: string | null;

  constructor({ invoice, customer }: Found, value: string | null) {
    this.invoice = invoice;
    this.customer = customer;
    this.value = value;
  }

  get id(): string {
    return this.invoice.id;
  }
}

/** A part on the page, in the direction of the walk. */
interface Slice {
  readonly part: Part;
  readonly bound: Place | null;
  /** The first invoice that is not decided yet: nothing of the part beyond it may be given out. */
  readonly horizon: Place | null;
  /** The last invoice before the horizon. */
  lastBefore: Place | null;
}

/** The page; `asOf` is the day on which the walk began, `pace` that of the request. A promise only where so much is cut that others had to have their turn. */
export function cutPage(
  parts: readonly Part[],
  order: InvoiceOrder,
  paging: Paging,
  { asOf, pace }: { readonly asOf: Day; readonly pace: Pace },
): Page | Promise<Page> {
  const forwards = paging.last === null;
  const towards: Towards = forwards ? "END" : "START";
  const compare = walkOrder(order.direction, forwards);
  const start = startFrom(forwards ? paging.after : paging.before, towards);
  const until = (forwards ? paging.before : paging.after)?.place ?? null;
  const best = new Smallest<Edge>(paging.last ?? paging.first ?? 0, compare);
  const valueOf = valueReader(order);
  let isSomeBehind = false;
  const slices = parts.map((part) => sliceOf(part, start, order, compare));

  function offer(slice: Slice): Promise<void> | undefined {
    const { part, bound, horizon } = slice;
    const { found } = part;
    const edgeAt = (i: number) => {
      const each = found[i] as Found;
      return new Candidate(each, valueOf(each.invoice, each.customer));
    };
    const last = found.length - 1;
    // What comes first displaces all the rest, and of equal values only the first ones are told apart by their ids.
    const isTurned = last > 0 && compare(edgeAt(last), edgeAt(0)) < 0;
    return inTurns(found.length, pace, (from, to) => {
      for (let i = from; i < to; i++) {
        const edge = edgeAt(isTurned ? last - i : i);
        if (bound !== null && compare(edge, bound) <= 0) isSomeBehind = true;
        else if (until !== null && compare(edge, until) >= 0) continue;
        else if (horizon === null) best.offer(edge);
        else if (compare(edge, horizon) < 0) {
          best.offer(edge);
          if (slice.lastBefore === null || compare(edge, slice.lastBefore) > 0) slice.lastBefore = edge;
        }
      }
    });
  }

  function offerFrom(next: number): Promise<void> | undefined {
    for (let i = next; i < slices.length; i++) {
      if (i > next && pace.isDue()) return pace.rest().then(() => offerFrom(i));
      const rested = offer(slices[i] as Slice);
      if (rested !== undefined) return rested.then(() => offerFrom(i + 1));
    }
    return undefined;
  }

  const page = () => pageOf(best, slices, { forwards, isSomeBehind, start, compare, asOf, towards, paging });
  const rested = offerFrom(0);
  return rested === undefined ? page() : rested.then(page);
}

interface Cut {
  readonly forwards: boolean;
  /** Was something left out because it comes before the page? */
  readonly isSomeBehind: boolean;
  readonly start: Start;
  readonly towards: Towards;
  readonly compare: Compare;
  readonly paging: Paging;
  readonly asOf: Day;
}

function pageOf(
  best: Smallest<Edge>,
  slices: readonly Slice[],
  { forwards, isSomeBehind, start, compare, asOf, towards, paging }: Cut,
): Page {
  const chosen = best.inOrder();
  const isShort = chosen.length > 0 && slices.some(({ part, horizon }) => part.failed || horizon !== null);
  const isMore = chosen.length < best.offered || isShort;
  const edges = forwards ? chosen : chosen.toReversed();
  const [first, last] = [edges[0], edges.at(-1)];
  let positionsOfPage: Page["positionOf"] | null = null;
  const positionOf = (place: Place) =>
    (positionsOfPage ??= positions(slices, start, compare, { asOf, towards }))(place);
  return {
    edges,
    positionOf,
    hasNextPage: forwards ? isMore : isSomeBehind,
    hasPreviousPage: forwards ? isSomeBehind : isMore,
    start: () => (first ? positionOf(first) : (paging.before ?? paging.after)),
    end: () => (last ? positionOf(last) : (paging.after ?? paging.before)),
  };
}

type Compare = (a: Place, b: Place) => number;

function walkOrder(direction: Direction, forwards: boolean): Compare {
  const isUpwards = direction === "ASC";
  return forwards ? (a, b) => comparePlaces(a, b, isUpwards) : (a, b) => comparePlaces(b, a, isUpwards);
}

function sliceOf(part: Part, start: Start, order: InvoiceOrder, compare: Compare): Slice {
  const bound = start.boundOf(part);
  const valueOf = valueReader(order);
  let horizon: Place | null = null;
  for (const { invoice, customer } of part.undecided) {
    const place = { value: valueOf(invoice, customer), id: invoice.id };
    const isDue = bound === null || compare(place, bound) > 0;
    if (isDue && (horizon === null || compare(place, horizon) < 0)) horizon = place;
  }
  return { part, bound, horizon, lastBefore: null };
}

function positions(
  slices: readonly Slice[],
  { at: startedAt }: Start,
  compare: Compare,
  { asOf, towards }: Pick<Position, "asOf" | "towards">,
): (place: Place) => Position {
  const sizes = new Map<string, number>();
  for (const { part } of slices) sizes.set(part.source, (sizes.get(part.source) ?? 0) + 1);
  // Every other part has been given out up to `at`, wherever that is.
  const apart = slices.filter(
    ({ part, bound, horizon }) => part.failed || horizon !== null || bound !== startedAt,
  );
  const furthest = (a: Place | null, b: Place) => (a !== null && compare(a, b) > 0 ? a : b);

  function reached({ part, bound, horizon, lastBefore }: Slice, place: Place): Place | null {
    if (part.failed) return bound;
    return horizon !== null && compare(place, horizon) > 0 ? (lastBefore ?? bound) : furthest(bound, place);
  }

  return (place) => {
    const at = furthest(startedAt, place);
    const lagging = apart
      .map((slice) => [slice.part, reached(slice, place)] as const)
      .filter(([, bound]) => bound !== at);
    return { asOf, towards, place, at, lagging: lagging.length === 0 ? [] : toLags(lagging, sizes) };
  };
}
