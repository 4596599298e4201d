/** The days of issue that a list covers: those that its filter asks for, within a limit of ours. */
import {
  addDays,
  addMonths,
  type ClosedRange,
  type Day,
  type DayRange,
  daysOfMonth,
  monthOf,
} from "../model/day.ts";
import { ofLast } from "../model/of-last.ts";

/** The days of issue that the sources are asked for. */
export interface Window {
  readonly range: ClosedRange;
  /** The days that were wished for but exceed our limit. */
  readonly cuts: readonly ClosedRange[];
}

/**
 * Without a filter: the current month and the eleven before it. An open start begins eleven months before the end's month;
 * an open end is the end of the current month. At most `maxMonths` months, the latest ones up to the next month: invoices are
 * dated some days ahead, not more. Null when the range is empty.
 */
export function issueWindow(issuedOn: DayRange | undefined, today: Day, maxMonths: number): Window | null {
  return issuedOn === undefined ? usualOf(maxMonths)(today) : windowOf(issuedOn, today, maxMonths);
}

// Most lists are asked for without days: those of one day all cover the same ones.
const usualOf = ofLast((maxMonths: number) => ofLast((today: Day) => windowOf(undefined, today, maxMonths)));

function windowOf(issuedOn: DayRange | undefined, today: Day, maxMonths: number): Window | null {
  const to = issuedOn?.to ?? latest(daysOfMonth(monthOf(today)).to, issuedOn?.from);
  const from = issuedOn?.from ?? `${addMonths(monthOf(to), -11)}-01`;
  if (from > to) return null;
  const most = addMonths(monthOf(from), maxMonths - 1);
  if (monthOf(to) <= most) return { range: { from, to }, cuts: [] };
  // Some write a far day for no end. What lies ahead goes first, so that it takes no place from what there is.
  const nextMonth = addMonths(monthOf(today), 1);
  const soon = monthOf(to) < nextMonth ? monthOf(to) : nextMonth;
  const last = soon > most ? soon : most;
  const start = `${addMonths(last, 1 - maxMonths)}-01`;
  const range = {
    from: from < start ? start : from,
    to: last < monthOf(to) ? daysOfMonth(last).to : to,
  };
  const cuts: ClosedRange[] = [];
  if (from < range.from) cuts.push({ from, to: addDays(range.from, -1) });
  if (range.to < to) cuts.push({ from: addDays(range.to, 1), to });
  return { range, cuts };
}

function latest(a: Day, b: Day | null | undefined): Day {
  return b !== null && b !== undefined && b > a ? daysOfMonth(monthOf(b)).to : a;
}
