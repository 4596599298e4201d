/** The fonts of rendered PDFs: which one can write which text, each read from its package when it is first needed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, type Font } from "fontkit";

/** Regular, or bold where the script's package has a bold that is worth its weight. */
export type FontWeight = "regular" | "bold";

/** One font file. */
export interface Face {
  /** Unique among the faces: the name under which a document registers it. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Can it write the code point? */
  covers(codePoint: number): boolean;
}

interface Script {
  readonly pattern: RegExp;
  readonly package: string;
  readonly regular: string;
  readonly bold: string;
}

// The order decides who writes a character that several can. The CJK bolds are 8.6 and 4.7 MB for a few headings: not used.
const scripts: readonly Script[] = [
  {
    pattern: /[^]/u,
    package: "@embedpdf/fonts-latin",
    regular: "NotoSans-Regular.ttf",
    bold: "NotoSans-Bold.ttf",
  },
  {
    pattern: /\p{Script_Extensions=Arabic}/u,
    package: "@embedpdf/fonts-arabic",
    regular: "NotoNaskhArabic-Regular.ttf",
    bold: "NotoNaskhArabic-Bold.ttf",
  },
  {
    pattern: /\p{Script_Extensions=Hebrew}/u,
    package: "@embedpdf/fonts-hebrew",
    regular: "NotoSansHebrew-Regular.ttf",
    bold: "NotoSansHebrew-Bold.ttf",
  },
  {
    pattern:
      /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\u2460-\u27bf\u3000-\u33ff\uff00-\uffef]/u,
    package: "@embedpdf/fonts-sc",
    regular: "NotoSansHans-Regular.otf",
    bold: "NotoSansHans-Regular.otf",
  },
  {
    pattern: /[\p{scx=Hangul}\p{scx=Han}]/u,
    package: "@embedpdf/fonts-kr",
    regular: "NotoSansKR-Regular.otf",
    bold: "NotoSansKR-Regular.otf",
  },
];

const ignorable = /\p{Default_Ignorable_Code_Point}/u;
const shared = /^[\p{Script=Common}\p{Script=Inherited}]+$/u;
const require = createRequire(import.meta.url);
const opened = new Map<string, Face | null>();

/**
 * The face for one grapheme: the current one where it can write a sign that all scripts share, so that runs stay whole;
 * null when no installed font has it. A package is read once per process; the optional CJK ones may be absent.
 */
export function faceFor(grapheme: string, weight: FontWeight, current: Face | null): Face | null {
  if (current !== null && shared.test(grapheme) && coversAll(current, grapheme)) return current;
  for (const script of scripts) {
    if (!script.pattern.test(grapheme)) continue;
    const face = open(script, weight);
    if (face !== null && coversAll(face, grapheme)) return face;
  }
  return null;
}

function coversAll(face: Face, text: string): boolean {
  for (const character of text)
    if (!ignorable.test(character) && !face.covers(character.codePointAt(0) ?? 0)) return false;
  return true;
}

function open(script: Script, weight: FontWeight): Face | null {
  const file = script[weight];
  let face = opened.get(file);
  if (face === undefined) opened.set(file, (face = read(script.package, file)));
  return face;
}

function read(packageName: string, file: string): Face | null {
  let entry: string;
  try {
    entry = require.resolve(packageName);
  } catch {
    return null;
  }
  // The packages export only their module, which lies in dist/ beside fonts/.
  const bytes = readFileSync(join(dirname(entry), "..", "fonts", file));
  const font = create(bytes) as Font;
  return { name: file, bytes, covers: (codePoint) => font.hasGlyphForCodePoint(codePoint) };
}
