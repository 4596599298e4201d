/** Days read by their characters: a pattern takes seven times as long, and there are thousands of them in a list. */

const dash = 0x2d;

/** The number that these digits write; NaN when one of them is none. */
export function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Does the text begin with a real day? */
export function beginsWithDay(text: string): boolean {
  return !Number.isNaN(writtenNumber(text));
}

/** The digits of the day with which the text begins: 20260228; NaN where it begins with none. */
export function writtenNumber(text: string): number {
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return Number.NaN;
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const year = digits(text, 0, 4);
  const isDay = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isDay ? year * 10_000 + month * 100 + day : Number.NaN;
}

/** How many days the month (1-12) has. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
