/** What a Relay connection is asked for. */
import { Failure } from "../model/errors.ts";
import type { Position } from "./position.ts";

/** Exactly one of first and last is set. */
export interface Paging {
  readonly first: number | null;
  readonly last: number | null;
  readonly after: Position | null;
  readonly before: Position | null;
}

/** How many invoices a page has, unless it is asked for, and at most. */
export interface PageSize {
  /** When neither `first` nor `last` is given. */
  readonly default: number;
  readonly max: number;
}

/** The arguments of a connection as Paging; throws BAD_INPUT for contradictions and sizes out of bounds. */
export function readPaging(
  { first, last }: { first?: number | null | undefined; last?: number | null | undefined },
  after: Position | null,
  before: Position | null,
  size: PageSize,
): Paging {
  if (typeof first === "number" && typeof last === "number") {
    throw new Failure("BAD_INPUT", { message: "Give either `first` or `last`, not both." });
  }
  checkSize("first", first, size);
  checkSize("last", last, size);
  return typeof last === "number"
    ? { first: null, last, after, before }
    : { first: first ?? size.default, last: null, after, before };
}

function checkSize(name: string, value: number | null | undefined, { max }: PageSize): void {
  if (typeof value !== "number" || (value >= 0 && value <= max)) return;
  throw new Failure("BAD_INPUT", { message: `\`${name}\` must be from 0 to ${max}; it is ${value}.` });
}
