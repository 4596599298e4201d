/** The inside of JSON strings as they arrive: escapes undone, also where a chunk ends in the middle of one. */

export interface StringReader {
  /** Reads on from `from`; the place after the closing quote, or null when the chunk ends first. */
  read(chunk: Buffer, from: number): number | null;
}

const quote = 0x22;
const backslash = 0x5c;
const simpleEscapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A reader that hands on each piece of text in UTF-8. */
export function createStringReader(onText: (piece: Buffer) => void): StringReader {
  let escape = "";

  function inEscape(byte: number): void {
    escape += String.fromCharCode(byte);
    if (escape[1] === "u" && escape.length < 6) return;
    onText(Buffer.from(unescaped(escape)));
    escape = "";
  }

  return {
    read(chunk, from) {
      let quoteAt = -1;
      for (let at = from; at < chunk.length;) {
        if (escape !== "") {
          inEscape(chunk[at] as number);
          at += 1;
          continue;
        }
        // The quote's place is kept: a text full of escapes must not be searched to its end for each of them.
        if (quoteAt < at) quoteAt = placeOf(quote, chunk, at);
        const stop = chunk.subarray(at, quoteAt).indexOf(backslash);
        const end = stop === -1 ? quoteAt : at + stop;
        if (end > at) onText(chunk.subarray(at, end));
        at = end + 1;
        if (stop !== -1) escape = "\\";
        else if (end < chunk.length) return at;
      }
      return null;
    },
  };
}

// An escape that JSON does not have stays as it is (`Requested invoice ID\s invalid`); in a file it is bad base64 then.
function unescaped(escape: string): string {
  const letter = escape[1] as string;
  if (letter !== "u") return simpleEscapes[letter] ?? (/["\\/]/.test(letter) ? letter : escape);
  if (!/^\\u[0-9a-fA-F]{4}$/.test(escape)) throw new SyntaxError("not an escape");
  return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
}

function placeOf(byte: number, chunk: Buffer, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? chunk.length : at;
}
