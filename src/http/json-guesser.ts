/** Cuts a long JSON array without looking at every byte of it: a guess that proves itself. */
import type { ElementBatch, ReadArray } from "./json-elements.ts";
import { readJson } from "./json.ts";
import {
  batchBytes,
  brackets,
  closeBrace,
  closeBracket,
  comma,
  firstByte,
  isSpace,
  openBrace,
  quote,
} from "./json-scanner.ts";

/**
 * Cuts where an object seems to begin as the first one did. A cut inside of an element leaves a bracket, a brace or a quote open
 * before it, so that what parses was cut rightly; and whatever does not is left to the Cutter, which looks at every byte. For
 * that a long list takes half as long as for parsing it.
 */
export class Guesser {
  private readonly source: string;
  private readonly read: ReadArray;
  private pieces: Buffer[] = [brackets.open];
  private length = 1;
  private beginning: Buffer | null = null;
  /** No cut was found, or it was none. */
  isLost = false;

  /** `read`: tried on each batch before JSON.parse is. */
  constructor(source: string, read: ReadArray = () => null) {
    this.source = source;
    this.read = read;
  }

  /** The next batch; null while too little is there. */
  push(chunk: Buffer): ElementBatch | null {
    this.pieces.push(chunk);
    this.length += chunk.length;
    if (this.length < batchBytes) return null;
    const bytes = Buffer.concat(this.pieces);
    const batch = this.batchIn(bytes);
    this.isLost = batch === null;
    this.pieces = batch === null ? [bytes] : [brackets.open, bytes.subarray(batch.bytes.length)];
    this.length = bytes.length - (batch?.bytes.length ?? 0) + 1;
    return batch;
  }

  /** The batch that ends with the array; null where the array does not end with what was pushed. */
  last(): ElementBatch | null {
    const bytes = Buffer.concat(this.pieces);
    const array = bytes.subarray(0, lastByte(bytes, bytes.length - 1) + 1);
    try {
      return { bytes: array, values: readJson(array, this.source) as readonly unknown[] };
    } catch {
      return null;
    }
  }

  /** What was in no batch, without an opening bracket. */
  rest(): Buffer {
    return Buffer.concat(this.pieces).subarray(1);
  }

  private batchIn(bytes: Buffer): ElementBatch | null {
    this.beginning ??= beginningOf(bytes);
    const at = this.beginning === null ? -1 : lastComma(bytes, this.beginning);
    if (at === -1) return null;
    const array = bytes.subarray(0, at + 1);
    array[at] = closeBracket;
    try {
      const values = this.read(array) ?? (readJson(array, this.source) as readonly unknown[]);
      return { bytes: array, values };
    } catch {
      array[at] = comma;
      return null;
    }
  }
}

/** The first object up to the end of its first key, white space included; null when the array does not begin with such an object. */
function beginningOf(array: Buffer): Buffer | null {
  const brace = firstByte(array, 1);
  const key = firstByte(array, brace + 1);
  const end = array.indexOf(quote, key + 1);
  return array[brace] === openBrace && array[key] === quote && end !== -1
    ? Buffer.from(array.subarray(brace, end + 1))
    : null;
}

/** The last comma between what seems to be the end of an object and the beginning of another; -1 when there is none. */
function lastComma(bytes: Buffer, beginning: Buffer): number {
  for (let at = bytes.lastIndexOf(beginning); at > 1; at = bytes.lastIndexOf(beginning, at - 1)) {
    const place = lastByte(bytes, at - 1);
    if (bytes[place] === comma && bytes[lastByte(bytes, place - 1)] === closeBrace) return place;
  }
  return -1;
}

/** Where the last byte up to there is that is no white space; -1 when there is none. */
function lastByte(bytes: Buffer, to: number): number {
  let at = to;
  while (at >= 0 && isSpace(bytes[at] as number)) at--;
  return at;
}
