/** A JSON array as it arrives: cut into its elements, and parsed some 64 KB at a time, so that a long list is never held whole. */
import { Failure } from "../model/errors.ts";
import { type Repair, notJson, readJson } from "./json.ts";

export interface ElementOptions {
  /** The source's configured name, for errors. */
  readonly source: string;
  /** Of the whole body, in decoded bytes. */
  readonly maxBytes: number;
  /** Tried once on each batch that is not strict JSON. */
  readonly repair: Repair;
  /** What a body is that does not begin with a bracket: its first bytes as text, at most 64 KB. */
  readonly notAnArray: (text: string) => Failure;
}

/** Some elements in a row. */
export interface ElementBatch {
  readonly values: readonly unknown[];
  /** The bytes of the elements, between brackets: a JSON array by itself. */
  readonly bytes: Buffer;
  /** Where in `bytes` each element ends; it begins one after the end of the one before it, the first at 1. */
  readonly ends: readonly number[];
}

const batchBytes = 65_536;
const maxStartBytes = 65_536;
const [quote, comma, openBracket, backslash, closeBracket, openBrace, closeBrace] = [
  0x22, 0x2c, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d,
];
// Neither a quote nor what separates or nests.
const isPlain = new Uint8Array(256).fill(1);
for (const byte of [quote, comma, openBracket, closeBracket, openBrace, closeBrace]) isPlain[byte] = 0;
const brackets = { open: Buffer.from("["), close: Buffer.from("]") };

/**
 * The elements of the array that a body holds, batch by batch. Throws SOURCE_BAD_RESPONSE when it is not JSON or ends early,
 * SOURCE_TOO_LARGE past the cap, and what `notAnArray` gives.
 */
export async function* jsonElements(
  body: AsyncIterable<Uint8Array>,
  { source, maxBytes, repair, notAnArray }: ElementOptions,
): AsyncGenerator<ElementBatch> {
  let start: Buffer = Buffer.alloc(0);
  let cutter: Cutter | null = null;
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new Failure("SOURCE_TOO_LARGE", {
        source,
        message: `${source} sent more than ${maxBytes} bytes.`,
      });
    }
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (cutter === null) {
      start = Buffer.concat([start, bytes]);
      const first = firstByte(start);
      if (start[first] === openBracket) {
        cutter = new Cutter();
        bytes = start.subarray(first + 1);
      } else if (start.length < maxStartBytes) continue;
      else break;
    }
    for (const { bytes: array, ends } of cutter.push(bytes)) {
      yield { values: readJson(array, source, repair) as readonly unknown[], bytes: array, ends };
    }
  }
  if (cutter === null) throw notAnArray(start.toString("utf8", 0, maxStartBytes));
  if (!cutter.isWhole) throw notJson("a body that is not JSON", source);
}

/** Finds the commas between elements: those outside of strings and of deeper brackets. */
class Cutter {
  private state: "INSIDE" | "AFTER" | "BROKEN" = "INSIDE";
  private depth = 1;
  private inString = false;
  private isEscaped = false;
  private pieces: Buffer[] = [brackets.open];
  private length = 1;
  private ends: number[] = [];

  /** Has the closing bracket come, and nothing after it? */
  get isWhole(): boolean {
    return this.state === "AFTER";
  }

  /** The batches that are full with this chunk; the last one when it holds the closing bracket. */
  push(chunk: Buffer): Pick<ElementBatch, "bytes" | "ends">[] {
    if (this.state !== "INSIDE") {
      this.checkRest(chunk);
      return [];
    }
    const cuts: Pick<ElementBatch, "bytes" | "ends">[] = [];
    let { depth, inString, isEscaped } = this;
    // What of this chunk is not in `pieces` yet begins here.
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      if (inString) {
        // Most bytes are within texts, and most others mean nothing here: two loops that do nothing else are three times as fast.
        if (isEscaped) isEscaped = false;
        else {
          let byte = chunk[i] as number;
          while (byte !== quote && byte !== backslash && ++i < chunk.length) byte = chunk[i] as number;
          if (i >= chunk.length) break;
          if (byte === quote) inString = false;
          else isEscaped = true;
        }
        continue;
      }
      while (i < chunk.length && isPlain[chunk[i] as number] === 1) i++;
      if (i >= chunk.length) break;
      const byte = chunk[i] as number;
      if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth++;
      else if (byte === comma) {
        if (depth > 1) continue;
        const end = this.length + i - from;
        if (end < batchBytes) this.ends.push(end);
        else {
          cuts.push(this.cut(chunk.subarray(from, i)));
          from = i + 1;
        }
      } else {
        depth--;
        if (depth > 0) continue;
        cuts.push(this.cut(chunk.subarray(from, i)));
        this.state = byte === closeBracket ? "AFTER" : "BROKEN";
        this.checkRest(chunk.subarray(i + 1));
        return cuts;
      }
    }
    this.depth = depth;
    this.inString = inString;
    this.isEscaped = isEscaped;
    this.keep(chunk.subarray(from));
    return cuts;
  }

  private keep(piece: Buffer): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  private cut(last: Buffer): Pick<ElementBatch, "bytes" | "ends"> {
    this.keep(last);
    this.ends.push(this.length);
    const { pieces, ends } = this;
    this.pieces = [brackets.open];
    this.length = 1;
    this.ends = [];
    return { bytes: Buffer.concat([...pieces, brackets.close]), ends };
  }

  private checkRest(rest: Buffer): void {
    if (firstByte(rest) < rest.length) this.state = "BROKEN";
  }
}

/** Where the first byte is that is neither white space nor part of a byte order mark; the length when there is none. */
function firstByte(bytes: Buffer): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && isSpace(bytes[at] as number)) at++;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
