/** The rule that made a day of a date, named by how the date is written. */
import { type Day, toDay } from "./day.ts";
import type { Rule } from "./provenance.ts";
import { reading } from "./trace.ts";

const anyTime = "'T'…";
const datePattern =
  /^(?:(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})|(\d{1,2})([-/.]?)(\d{1,2})\6(\d{4}))(?:([T\s]).*)?$/i;

/**
 * The rule that reads this text as this day, named by the text's own format, such as "v6.date.dd-MM-yyyy": the year's place decides,
 * and where eight digits leave it open, the day that came of them. Without a day, `read` is what could not read it.
 */
export function dateRule(
  kind: string,
  text: unknown,
  day: Day | null,
  read: (value: unknown) => Day | null,
): Rule {
  const says = "A day as it is written, moved into no time zone.";
  const written = String(text).trim();
  const pattern = day === null ? undefined : patternsOf(written).find((each) => dayBy(each, written) === day);
  if (pattern === undefined) return reading(`${kind}.date`, says, read);
  return reading(`${kind}.date.${pattern}`, says, (value) => dayBy(pattern, String(value).trim()));
}

function patternsOf(text: string): readonly string[] {
  const match = datePattern.exec(text);
  if (match === null) return [];
  const [, year, separator = match[6] ?? "", second = match[7] ?? "", third = match[5] ?? ""] = match;
  const month = "M".repeat(second.length);
  const day = "d".repeat(third.length);
  const time = match[9] === undefined ? "" : anyTime;
  const parts = year === undefined ? [day, month, "yyyy"] : ["yyyy", month, day];
  return [parts.join(separator) + time, `ddMMyyyy${time}`];
}

/** The day in a text of exactly this pattern; null when it is none. */
function dayBy(pattern: string, text: string): Day | null {
  const hasTime = pattern.endsWith(anyTime);
  const head = hasTime ? pattern.slice(0, -anyTime.length) : pattern;
  if (hasTime ? !/^[T\s]/i.test(text.slice(head.length)) : text.length !== head.length) return null;
  const digits = { y: "", M: "", d: "" };
  for (const [index, letter] of [...head].entries()) {
    const character = text[index] ?? "";
    if (letter === "y" || letter === "M" || letter === "d") digits[letter] += character;
    else if (character !== letter) return null;
  }
  const [year, month, day] = [digits.y, digits.M, digits.d].map((part) =>
    /^\d+$/.test(part) ? Number(part) : NaN,
  );
  return year === undefined || month === undefined || day === undefined ? null : toDay(year, month, day);
}
