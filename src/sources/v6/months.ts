/** Which questions V6 is asked: one per calendar month of issue dates, shared by all customers of the key. */
import {
  addDays,
  type ClosedRange,
  type Day,
  daysOfMonth,
  isDay,
  type Month,
  monthOf,
  monthsIn,
} from "../../model/day.ts";
import type { InvoicePlace } from "../../model/invoice.ts";
import type { Question } from "../../model/source.ts";

/** By how many days a question reaches over its month: V6 answers by the day of creation, not of issue. */
export interface Overfetch {
  readonly before: number;
  readonly after: number;
}

/** The days of creation that are asked for to find what was issued in the month. */
export function windowOf(month: Month, { before, after }: Overfetch): ClosedRange {
  const { from, to } = daysOfMonth(month);
  return { from: addDays(from, -before), to: addDays(to, after) };
}

/** One question for each month of the range, oldest first; none for a month in whose window nothing can be created yet. */
export function questionsOf(issuedOn: ClosedRange, overfetch: Overfetch, today: Day): Question[] {
  // One day of grace: where the carrier is, it may be tomorrow already.
  const latest = addDays(today, 1);
  return monthsIn(issuedOn)
    .filter((month) => windowOf(month, overfetch).from <= latest)
    .map(questionOf);
}

/** The question whose answer holds the invoice: that of its date's month; null when the key is not one of V6. */
export function questionFor(place: InvoicePlace): Question | null {
  const [, number, issuedOn] = place.key;
  if (place.key.length !== 3 || !number || !issuedOn || !isDay(issuedOn)) return null;
  return questionOf(monthOf(issuedOn));
}

function questionOf(month: Month): Question {
  return { key: month, account: null, month, covers: daysOfMonth(month) };
}
