/** Calendar days and months as text. A day never passes through a JS Date, so no time zone can move it. */
import { ofLast } from "./of-last.ts";
import { beginsWithDay, daysInMonth, writtenNumber } from "./written-day.ts";

/** "2026-02-28": a day without a time zone. */
export type Day = string;

/** "2026-02": a calendar month. */
export type Month = string;

/** Both ends are included; null means open. */
export interface DayRange {
  readonly from: Day | null;
  readonly to: Day | null;
}

/** Both ends are included and known. */
export interface ClosedRange {
  readonly from: Day;
  readonly to: Day;
}

/** A real calendar day? (2026-02-30 is not.) */
export function isDay(text: string): boolean {
  return text.length === 10 && beginsWithDay(text);
}

/** The day of year, month (1-12) and day, or null when there is no such day. */
export function toDay(year: number, month: number, day: number): Day | null {
  const text = `${String(year).padStart(4, "0")}-${pad(month)}-${pad(day)}`;
  return isDay(text) ? text : null;
}

/** The day part of a day or of a date-time as it is written, without moving it into another time zone; null if there is none. */
export function dayOf(text: string): Day | null {
  // Nearly every date of every list comes as one of these two: no patterns, no copies.
  if (text.length === 10) return beginsWithDay(text) ? text : null;
  if (text.charCodeAt(10) === letterT) return sharedDay(text);
  const head = text.trim().slice(0, 10);
  return isDay(head) && /^(?:$|[T\s])/i.test(text.trim().slice(10)) ? head : null;
}

/** The day n days later (earlier when n is negative): at most 9999-12-31 and at least 0000-01-01, the ends of what has four digits. */
export function addDays(day: Day, n: number): Day {
  return fromDayNumber(dayNumber(day) + n);
}

/** How many days lie from a to b: 1 from a day to the next. */
export function daysBetween(a: Day, b: Day): number {
  return dayNumber(b) - dayNumber(a);
}

/** The month of a day. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** A calendar month written as YYYY-MM? */
export function isMonth(text: string): boolean {
  return isDay(`${text}-01`);
}

/** The month n months later (earlier when n is negative): at most 9999-12 and at least 0000-01. */
export function addMonths(month: Month, n: number): Month {
  const index = Math.min(Math.max(monthNumber(month) + n, 0), lastYear * 12 + 11);
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${pad((index % 12) + 1)}`;
}

/** The first and the last day of a month. */
export function daysOfMonth(month: Month): ClosedRange {
  const last = daysInMonth(Number(month.slice(0, 4)), Number(month.slice(5, 7)));
  return { from: `${month}-01`, to: `${month}-${pad(last)}` };
}

/** Every month that has a day in the range, oldest first. */
export function monthsIn(range: ClosedRange): Month[] {
  const first = monthOf(range.from);
  const count = monthNumber(range.to) - monthNumber(first) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, n) => addMonths(first, n));
}

/** The same day of the month, n months later; the month's last day where that month is shorter. */
export function addMonthsToDay(day: Day, n: number): Day {
  const month = addMonths(monthOf(day), n);
  const last = daysOfMonth(month).to;
  const wanted = `${month}-${day.slice(8)}`;
  return wanted < last ? wanted : last;
}

/** Does the day lie in the range? An unknown day lies only in a range that is open at both ends. */
export function isWithin(day: Day | null, range: DayRange): boolean {
  if (day === null) return range.from === null && range.to === null;
  return (range.from === null || day >= range.from) && (range.to === null || day <= range.to);
}

/** Today's day in UTC. */
export function todayUtc(now: number = Date.now()): Day {
  return writtenToday(Math.floor(now / dayMs));
}

const dayMs = 86_400_000;
// Every request asks for it several times.
const writtenToday = ofLast((days: number): Day => new Date(days * dayMs).toISOString().slice(0, 10));

const lastYear = 9_999;
const letterT = 0x54;

// Months since 0000-01.
function monthNumber(text: Month | Day): number {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

// Thousands of invoices are issued on a few hundred days: one text for each day is less to keep, and to copy when garbage is collected.
const sharedDays = new Map<number, Day>();
const mostShared = 4_096;

function sharedDay(text: string): Day | null {
  const number = writtenNumber(text);
  const known = sharedDays.get(number);
  if (known !== undefined || Number.isNaN(number)) return known ?? null;
  if (sharedDays.size >= mostShared) sharedDays.clear();
  const day = text.slice(0, 10);
  sharedDays.set(number, day);
  return day;
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}

// Days since 0000-03-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
function dayNumber(day: Day): number {
  const month = Number(day.slice(5, 7));
  const year = Number(day.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + Number(day.slice(8, 10)) - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
}

function fromDayNumber(n: number): Day {
  const era = Math.floor(n / 146097);
  const dayOfEra = n - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0) return "0000-01-01";
  if (year > lastYear) return `${lastYear}-12-31`;
  return `${String(year).padStart(4, "0")}-${pad(month)}-${pad(dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1)}`;
}
