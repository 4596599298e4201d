/** What a reader takes for one sign, one after the other, also in very long texts. */

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
// A step of the segmenter takes time that grows with its text: 100,000 letters at once took 3 s, and take 0.1 s by this many.
const atOnce = 500;

/** The text's graphemes in their order; together they are the text. Takes time in proportion to its length. */
export function* graphemesOf(text: string): Generator<string> {
  let size = atOnce;
  for (let from = 0; from < text.length;) {
    const start = from;
    const end = wholeSign(text, from + size);
    let last = "";
    for (const { segment } of segmenter.segment(text.slice(from, end))) {
      if (last !== "") yield last;
      from += last.length;
      last = segment;
    }
    // The last one may go on after the cut: it begins the next part. Where it is all that there was, it needs a longer one.
    if (end >= text.length) return yield last;
    size = from === start ? size * 2 : atOnce;
  }
}

// A high surrogate without its low one would be a sign of its own, which also ends the grapheme before it.
function wholeSign(text: string, end: number): number {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
}
