/** Instants as text, always in UTC. */
import { beginsWithDay, digits } from "./written-day.ts";

/** "2026-02-28T10:00:00.000Z": a moment, always in UTC. */
export type Instant = string;

const instantPattern =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60))?(\.\d{1,9})?(Z|z|[+-]\d{2}:?\d{2})?$/;
const [dot, colon, letterT, letterZ] = [0x2e, 0x3a, 0x54, 0x5a];

/** A date-time as a UTC instant with milliseconds; a text without an offset is taken as UTC; null when it is not a date-time. */
export function toInstant(text: string): Instant | null {
  if (isInstant(text)) return text;
  const match = instantPattern.exec(text.trim());
  if (match === null || !beginsWithDay(match[1] ?? "")) return null;
  const [, day, hour, minute, second = "00", fraction = ".000", offset = "Z"] = match;
  const milliseconds = `${fraction}000`.slice(0, 4);
  if (/^z$/i.test(offset)) return `${day}T${hour}:${minute}:${second}${milliseconds}Z`;
  const at = Date.parse(
    `${day}T${hour}:${minute}:${second}${milliseconds}${offset.replace(/(\d{2}):?(\d{2})$/, "$1:$2")}`,
  );
  if (Number.isNaN(at)) return null;
  const instant = new Date(at).toISOString();
  // A year of more than four digits is written with a sign, and would be compared as less than any other.
  return isInstant(instant) ? instant : null;
}

// Nearly all that are written one after the other lie in the same second, and Date takes half a microsecond for each.
let second = Number.NaN;
let head = "";

/** The moment in epoch milliseconds, as Date writes it; throws a RangeError for what is none. */
export function instantAt(epochMs: number): Instant {
  const ms = Math.trunc(epochMs);
  const whole = Math.floor(ms / 1_000);
  if (whole !== second) {
    head = new Date(whole * 1_000).toISOString().slice(0, -4);
    second = whole;
  }
  return `${head}${String(ms - whole * 1_000).padStart(3, "0")}Z`;
}

// "2026-02-28T10:00:00.000Z": in our own form already.
function isInstant(text: string): boolean {
  return (
    text.length === 24 &&
    text.charCodeAt(10) === letterT &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon &&
    text.charCodeAt(19) === dot &&
    text.charCodeAt(23) === letterZ &&
    digits(text, 11, 13) <= 23 &&
    digits(text, 14, 16) <= 59 &&
    digits(text, 17, 19) <= 60 &&
    digits(text, 20, 23) >= 0 &&
    beginsWithDay(text)
  );
}
