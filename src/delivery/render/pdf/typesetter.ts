/** Measures, breaks and draws text of any script on a PDF document. */
import type { Pace } from "../../../model/pace.ts";
import { type FontWeight } from "./fonts.ts";
import { graphemesOf } from "./graphemes.ts";
import { type Run, toRuns, toShowable } from "./runs.ts";

/** How a text looks. Sizes are in points; colours as "#rrggbb". */
export interface TextStyle {
  readonly size: number;
  readonly weight?: FontWeight;
  readonly color?: string;
}

/** Everything is in points; y is the line's baseline. */
export interface Typesetter {
  width(text: string, style: TextStyle): number;
  /**
   * The text's lines, none wider than the width: broken at spaces, after dashes and slashes, between CJK signs, at last anywhere. Rests
   * at the pace: measuring takes 30 µs for a word, 16 µs for each sign of what has no place to break, and what a source sends may be long.
   */
  wrap(text: string, width: number, style: TextStyle): Promise<string[]>;
  draw(text: string, x: number, y: number, style: TextStyle): void;
  /** Ends at x; made smaller when it is wider than the width. */
  drawRight(text: string, x: number, y: number, width: number, style: TextStyle): void;
}

const breaksAround =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;
// No width holds so many signs: they need not be measured together.
const mostOfPiece = 1_000;
const noLineStart = /^[\p{Pe}\p{Pf}\p{Po}\u30fc]/u;

/** A typesetter for one document; it registers the fonts that the text needs, and no others. Wrapping rests at the pace. */
export function createTypesetter(doc: PDFKit.PDFDocument, pace: Pace): Typesetter {
  const registered = new Set<string>();

  function use(run: Run, size: number): PDFKit.Mixins.TextOptions {
    if (!registered.has(run.face.name)) {
      doc.registerFont(run.face.name, run.face.bytes);
      registered.add(run.face.name);
    }
    doc.font(run.face.name).fontSize(size);
    // With `features` a run is shaped whole; without, pdfkit shapes word by word, which puts right-to-left words in the wrong order.
    return run.isRightToLeft ? { features: [] } : {};
  }

  function widthOf(runs: readonly Run[], size: number): number {
    let width = 0;
    for (const run of runs) {
      const options = use(run, size);
      width += doc.widthOfString(run.text, options);
    }
    return width;
  }

  function width(text: string, { size, weight = "regular" }: TextStyle): number {
    return widthOf(toRuns(toShowable(text, weight), weight), size);
  }

  function draw(text: string, x: number, y: number, style: TextStyle): void {
    const { size, weight = "regular", color = "#000000" } = style;
    for (const run of toRuns(toShowable(text, weight), weight)) {
      const options = use(run, size);
      doc.fillColor(color).text(run.text, x, y, { ...options, lineBreak: false, baseline: "alphabetic" });
      x += doc.widthOfString(run.text, options);
    }
  }

  function drawRight(text: string, x: number, y: number, most: number, style: TextStyle): void {
    const natural = width(text, style);
    const fitting = natural > most ? { ...style, size: (style.size * most) / natural } : style;
    draw(text, x - Math.min(natural, most), y, fitting);
  }

  async function wrap(text: string, most: number, style: TextStyle): Promise<string[]> {
    const lines: string[] = [];
    for (const paragraph of text.split(/\r\n|[\n\r]/)) {
      let line = "";
      let used = 0;
      // The pieces' own widths are added up: measuring the growing line again at every piece takes quadratic time.
      for await (const piece of pieces(paragraph, most, style)) {
        if (pace.isDue()) await pace.rest();
        if (line !== "" && used + width(piece.trimEnd(), style) > most) {
          lines.push(line.trimEnd());
          line = "";
          used = 0;
        }
        const added = line === "" ? piece.trimStart() : piece;
        line += added;
        used += width(added, style);
      }
      if (line.trim() !== "") lines.push(line.trimEnd());
    }
    return lines;
  }

  async function* pieces(paragraph: string, most: number, style: TextStyle): AsyncGenerator<string> {
    for await (const piece of breakable(paragraph, pace)) {
      if (piece.length <= mostOfPiece && width(piece.trimEnd(), style) <= most) yield piece;
      else yield* graphemesOf(piece);
    }
  }

  return { width, wrap, draw, drawRight };
}

/** The text cut at every place where a line may end. */
async function* breakable(text: string, pace: Pace): AsyncGenerator<string> {
  let piece = "";
  let last = "";
  for (const segment of graphemesOf(text)) {
    if (pace.isDue()) await pace.rest();
    const mayBreak =
      (/[\s/-]/.test(last) && !/\s/.test(segment) && !(last !== " " && /\p{N}/u.test(segment))) ||
      ((breaksAround.test(segment) || breaksAround.test(last)) && !noLineStart.test(segment));
    if (piece !== "" && mayBreak) {
      yield piece;
      piece = "";
    }
    piece += segment;
    last = segment;
  }
  if (piece !== "") yield piece;
}
