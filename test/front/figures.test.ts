/** Figures as people read them. */
import { expect, it } from "vitest";
import { bytes, count, duration, milliseconds, moment, plural, share } from "../../src/front/figures.ts";

it.each([
  [count(1_234_567), "1,234,567"],
  [plural(1, "record"), "1 record"],
  [plural(0, "record"), "0 records"],
  [share(0, 0), "–"],
  [share(1, 1_000), "< 1 %"],
  [share(999, 1_000), "> 99 %"],
  [share(1_000, 1_000), "100 %"],
  [share(1, 3), "33 %"],
  [milliseconds(0.2), "< 1 ms"],
  [milliseconds(12.4), "12 ms"],
  [milliseconds(1_540), "1.5 s"],
  [bytes(0), "0 B"],
  [bytes(999), "999 B"],
  [bytes(1_000), "1.0 kB"],
  [bytes(999_999), "1.0 MB"],
  [bytes(12_345_678), "12 MB"],
  [duration(59_000), "59 s"],
  [duration(3_599_000), "59 min"],
  [duration(86_400_000), "24 h"],
  [duration(172_800_000), "2 days"],
])("writes %s as %s", (written, expected) => {
  expect(written).toBe(expected);
});

it.each([
  [-4_000, "in 4 s"],
  [300, "just now"],
  [90_000, "1 min ago"],
])("tells a moment %i ms back", (ago, words) => {
  const now = Date.parse("2026-11-22T10:00:00Z");

  const { html } = moment(new Date(now - ago).toISOString(), now);

  expect(html.replace(/<[^>]+>/g, "")).toBe(words);
});
