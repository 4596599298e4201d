/** Moments of the clock as texts. */
import type { Instant } from "./day.ts";

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
