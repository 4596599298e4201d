/** Finds the places between the elements of a JSON array, byte by byte. */

/** The bytes that separate and nest, and the one that begins and ends a text. */
export const [quote, comma, openBracket, closeBracket, openBrace, closeBrace] = [
  0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d,
];
const backslash = 0x5c;

/** What stands around the elements that are cut out of an array. */
export const brackets = { open: Buffer.from("["), close: Buffer.from("]") };

/** How much of an array is parsed at a time. */
export const batchBytes = 65_536;

// Neither a quote nor what separates or nests.
const isPlain = new Uint8Array(256).fill(1);
for (const byte of [quote, comma, openBracket, closeBracket, openBrace, closeBrace]) isPlain[byte] = 0;

/** Walks over an array whose opening bracket was seen; what it walks over may come in pieces. */
export class ElementScanner {
  private depth = 1;
  private inString = false;
  private isEscaped = false;

  /** Has the array ended, with whatever bracket or brace? */
  get isOver(): boolean {
    return this.depth === 0;
  }

  /** Where from there on the next comma between elements stands, or the bracket that ends the array; -1 when the piece has neither. */
  next(piece: Buffer, from: number): number {
    let { depth, inString, isEscaped } = this;
    let at = -1;
    for (let i = from; i < piece.length; i++) {
      if (inString) {
        if (isEscaped) isEscaped = false;
        else {
          // Most bytes are within texts, and most others mean nothing here: two loops that do nothing else are twice as fast.
          let byte = piece[i] as number;
          while (byte !== quote && byte !== backslash && ++i < piece.length) byte = piece[i] as number;
          if (i >= piece.length) break;
          if (byte === quote) inString = false;
          else isEscaped = true;
        }
        continue;
      }
      while (i < piece.length && isPlain[piece[i] as number] === 1) i++;
      if (i >= piece.length) break;
      const byte = piece[i] as number;
      if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth++;
      else {
        if (byte !== comma) depth--;
        if (byte === comma ? depth === 1 : depth === 0) {
          at = i;
          break;
        }
      }
    }
    this.depth = depth;
    this.inString = inString;
    this.isEscaped = isEscaped;
    return at;
  }
}

/** Where in the bytes of an array each of its elements ends; it begins one after the end of the one before it, the first at 1. */
export function elementEnds(array: Buffer): number[] {
  const scanner = new ElementScanner();
  const ends: number[] = [];
  for (let at = scanner.next(array, 1); at !== -1; at = scanner.next(array, at + 1)) {
    ends.push(at);
    if (scanner.isOver) break;
  }
  return ends;
}

/** Where the first byte is that is neither white space nor part of a byte order mark; the length when there is none. */
export function firstByte(bytes: Buffer, from = 0): number {
  let at = from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : from;
  while (at < bytes.length && isSpace(bytes[at] as number)) at++;
  return at;
}

/** JSON's white space? */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
