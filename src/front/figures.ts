/** Figures and times as people read them. */
import type { Instant } from "../model/instant.ts";
import { type Html, html } from "./html.ts";

const integers = new Intl.NumberFormat("en");

/** 12345 -> "12,345". */
export function count(value: number): string {
  return integers.format(value);
}

/** "1 record", "2 records". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** 0.83 -> "83 %"; never 0 or 100 for what is not all or nothing; a dash when there is nothing to share. */
export function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = Math.round((100 * part) / whole);
  if (percent === 0 && part > 0) return "< 1 %";
  return percent === 100 && part < whole ? "> 99 %" : `${percent} %`;
}

/** 12.3 -> "12 ms", 1234 -> "1.2 s". */
export function milliseconds(ms: number): string {
  if (ms < 1) return "< 1 ms";
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** 1234567 -> "1.2 MB". */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let scaled = value;
  let unit = "B";
  for (unit of units) {
    if (Math.round(scaled) < 1_000 || unit === "GB") break;
    scaled /= 1_000;
  }
  return `${unit !== "B" && scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
}

/** How long, in its largest unit: "3 min". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** "3 min ago", or "in 4 s", with the moment itself for machines and on hovering. */
export function moment(at: Instant, now: number): Html {
  const ms = now - Date.parse(at);
  const words = ms < -500 ? `in ${duration(-ms)}` : ms < 2_000 ? "just now" : `${duration(ms)} ago`;
  return html`<time datetime="${at}" title="${at}">${words}</time>`;
}
