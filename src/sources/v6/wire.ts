/** What V6 sends, in its words, and how its loosely typed values are read. */
import { type Day, toDay } from "../../model/day.ts";

/**
 * One invoice of `GET /invoices`, as appendix A of the API's document lists it. Missing data is left out, numbers and texts
 * change places, so nothing is taken for granted: map.ts reads every value with the readers below.
 */
export interface V6Invoice {
  readonly invoiceNo?: unknown;
  readonly fileType?: unknown;
  readonly customerCode?: unknown;
  readonly businessName?: unknown;
  readonly address1?: unknown;
  readonly city?: unknown;
  readonly postcode?: unknown;
  readonly invoiceDate?: unknown;
  readonly dueDate?: unknown;
  readonly taxAmount?: unknown;
  readonly grossEntry?: unknown;
  readonly creditReason?: unknown;
  readonly lines?: unknown;
}

export interface V6Line {
  readonly amount?: unknown;
  readonly price?: unknown;
  readonly gstAmount?: unknown;
  readonly quantity?: unknown;
  readonly departmentCode?: unknown;
  readonly glCode?: unknown;
}

export interface V6CreditReason {
  readonly creditReasonCode?: unknown;
  readonly description?: unknown;
}

/** A JSON object, neither null nor an array? */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Left out, null or blank: V6 says nothing here. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** A text without white space around it, or a number as its text; null when there is none. */
export function readText(value: unknown): string | null {
  if (typeof value === "string") {
    const text = value.trim();
    return text === "" ? null : text;
  }
  return typeof value === "number" ? String(value) : null;
}

/** A text that can be part of an id: null also for half a UTF-16 pair, which no id can carry. */
export function readKey(value: unknown): string | null {
  const text = readText(value);
  return text === null || /\p{Surrogate}/u.test(text) ? null : text;
}

/** grossEntry: absent means false; null when it is neither true nor false. */
export function readGrossEntry(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (isAbsent(value)) return false;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  return text === "true" ? true : text === "false" ? false : null;
}

const yearFirst = /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?$/;
const dayFirst = /^(\d{1,2})([-/.]?)(\d{1,2})\2(\d{4})(?:[T ].*)?$/;

/**
 * A day by the place of its four-digit group: dd-MM-yyyy (the manual), yyyy-MM-dd (its samples), ddMMyyyy and yyyyMMdd,
 * with dashes, slashes, dots or nothing between. Null for two-digit years, and for years before 1900, which are what
 * a two-digit year becomes when a date library pads it.
 */
export function readDay(value: unknown): Day | null {
  const text = readText(value);
  if (text === null) return null;
  // Eight digits match both ways, but only one way has a year since 1900 and a month up to 12 at once.
  return dayFrom(yearFirst.exec(text), 1, 4) ?? dayFrom(dayFirst.exec(text), 4, 1);
}

function dayFrom(match: RegExpExecArray | null, yearAt: number, dayAt: number): Day | null {
  if (match === null || (match[2] === "" && (match[3]?.length !== 2 || match[dayAt]?.length !== 2)))
    return null;
  const year = Number(match[yearAt]);
  return year < 1900 ? null : toDay(year, Number(match[3]), Number(match[dayAt]));
}
