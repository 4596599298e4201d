/** One line of text as runs that a PDF can show one after the other: reordered by the bidi algorithm, each in one font. */
import bidiModule from "bidi-js";
import { type Face, faceFor, type FontWeight } from "./fonts.ts";
import { graphemesOf } from "./graphemes.ts";

/** Signs of one font and one direction. `text` is in reading order: fontkit shapes and turns right-to-left scripts itself. */
export interface Run {
  readonly text: string;
  readonly face: Face;
  readonly isRightToLeft: boolean;
}

interface LeveledRun extends Run {
  readonly level: number;
}

// Its types describe an ES module, but Node loads its CommonJS build, whose export is the function itself.
const bidi = (bidiModule as unknown as typeof bidiModule.default)();
const placeholder = "\ufffd";
// No writing has longer ones, and fontkit takes a second for a letter with 20,000 accents.
const longestGrapheme = 64;
// Bidi controls are left out: an upstream's override could make a name or number read as another one.
const unseen = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const turnedByShaper = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/** The text with everything that cannot be shown replaced by U+FFFD or, where it has no shape of its own, left out. */
export function toShowable(text: string, weight: FontWeight): string {
  const plain = text
    .replace(/\p{Surrogate}/gu, placeholder)
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .replace(unseen, "");
  let showable = "";
  for (const segment of graphemesOf(plain)) {
    const hasShape = segment.length <= longestGrapheme && faceFor(segment, weight, null) !== null;
    showable += hasShape ? segment : placeholder;
  }
  return showable;
}

/** The runs of one showable line from left to right; its base direction is that of its first strong character. */
export function toRuns(line: string, weight: FontWeight): Run[] {
  if (line === "") return [];
  const { levels } = bidi.getEmbeddingLevels(line, "auto");
  const runs: LeveledRun[] = [];
  let current: Face | null = null;
  let text = "";
  let level = 0;
  const close = () => {
    if (text !== "" && current !== null) runs.push(toRun(text, current, level));
    text = "";
  };
  let index = 0;
  for (const segment of graphemesOf(line)) {
    const segmentLevel = levels[index] ?? 0;
    index += segment.length;
    const face = faceFor(segment, weight, current);
    if (face === null) continue;
    if (face !== current || segmentLevel !== level) close();
    current = face;
    level = segmentLevel;
    text += segment;
  }
  close();
  return inVisualOrder(runs);
}

function toRun(text: string, face: Face, level: number): LeveledRun {
  if (level % 2 === 0) return { text, face, level, isRightToLeft: false };
  const mirrored = [...text].map((character) => bidi.getMirroredCharacter(character) ?? character);
  // fontkit takes the direction from the run's script: one of shared signs only would be set left to right.
  const ordered = turnedByShaper.test(text) ? mirrored : mirrored.toReversed();
  return { text: ordered.join(""), face, level, isRightToLeft: true };
}

// Rule L2 of the Unicode bidirectional algorithm, on whole runs: from the highest level down, reverse what lies at it or above.
function inVisualOrder(runs: readonly LeveledRun[]): LeveledRun[] {
  const ordered = [...runs];
  const highest = Math.max(...runs.map((run) => run.level));
  for (let level = highest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end++;
      if (end > start + 1) ordered.splice(start, end - start, ...ordered.slice(start, end).toReversed());
      start = Math.max(start, end);
    }
  }
  return ordered;
}
