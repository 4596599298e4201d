/** Days ("YYYY-MM-DD") and months ("YYYY-MM") as text, and the little arithmetic that facts need. */

/** The UTC day that it is now. */
export function realToday(): string {
  return new Date().toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

export function addMonths(month: string, months: number): string {
  const total = monthNumber(month) + months;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, "0")}`;
}

/** Months since the year 0. */
export function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

/** The day with that number in the month. */
export function dayOf(month: string, date: number): string {
  return `${month}-${String(date).padStart(2, "0")}`;
}

export function daysInMonth(month: string): number {
  return Number(addDays(dayOf(addMonths(month, 1), 1), -1).slice(8));
}

/** The month's last day. */
export function lastDayOf(month: string): string {
  return dayOf(month, daysInMonth(month));
}
