/** Graphemes of long texts, against a segmenter that is given the whole text. */
import { array, assert, constantFrom, integer, property, tuple } from "fast-check";
import { expect, it } from "vitest";
import { graphemesOf } from "../../../src/delivery/render/pdf/graphemes.ts";
import { bestOfThree, cpuMsOf } from "../../support/best-of-three.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const wholly = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);

// Latin, line ends, combining marks, emoji with their joiner and modifiers, flags, Hangul whole and in parts, Thai, Devanagari with its
// virama, a prepended Arabic sign, a tag, and halves of surrogate pairs.
const signs = [
  ..."a /-\r\n\u0301\u0323\u200d\ufe0f\u{1f469}\u{1f467}\u2764\u{1f3fd}\u{1f1e9}\u{1f1ea}\uac00\uac01\u1100\u1161\u11a8",
  ..."\u0e01\u0e33\u0e31\u0e48\u0915\u094d\u0937\u093f\u0600\u{e0067}\ud83d\u6771",
  "\udc69",
];

it("are the same as those of the whole text, wherever it is cut", () => {
  const stretch = tuple(
    array(constantFrom(...signs), { minLength: 1, maxLength: 8 }),
    integer({ min: 1, max: 150 }),
  );
  const long = array(stretch, { minLength: 1, maxLength: 12 });

  assert(
    property(long, (stretches) => {
      const text = stretches.map(([some, times]) => some.join("").repeat(times)).join("");

      expect([...graphemesOf(text)]).toEqual(wholly(text));
    }),
    { numRuns: 100 },
  );
});

it.each([
  ["a family", "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}"],
  ["a flag", "\u{1f1e9}\u{1f1ea}"],
  ["a waving hand of one colour", "\u{1f44b}\u{1f3fd}"],
  ["a syllable in parts", "\u1100\u1161\u11a8"],
  ["a letter with two marks", "a\u0301\u0323"],
  ["a Thai syllable", "\u0e01\u0e48\u0e33"],
  ["a Devanagari cluster", "\u0915\u094d\u0937\u093f"],
  ["a line end", "\r\n"],
])("keep %s whole at every place of a cut", (_name, sign) => {
  for (let before = 480; before <= 520; before++) {
    const text = `${"x".repeat(before)}${sign.repeat(300)}`;

    expect([...graphemesOf(text)]).toEqual(wholly(text));
  }
});

it("may be longer than what is looked at in one go", () => {
  const text = `b${"\u0301".repeat(5_000)}c`;

  expect([...graphemesOf(text)]).toEqual([text.slice(0, -1), "c"]);
});

it("of a text a hundred times as long take about a hundred times as long", async () => {
  const part = "x".repeat(1_000);
  const whole = part.repeat(100);
  const used = (texts: readonly string[]) =>
    cpuMsOf(async () => texts.forEach((text) => [...graphemesOf(text)].length));

  const times = await bestOfThree(
    async () => (await used([whole])) / (await used(Array.from({ length: 100 }, () => part))),
    (ratio) => ratio < 4,
  );

  expect(times).toBeLessThan(4);
});

it("of no text are none", () => {
  expect([...graphemesOf("")]).toEqual([]);
});
