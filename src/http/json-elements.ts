/** A JSON array as it arrives: cut between its elements, and parsed some 64 KB at a time, so that a long list is never held whole. */
import { Failure } from "../model/errors.ts";
import { type Repair, notJson, readJson } from "./json.ts";
import { Guesser } from "./json-guesser.ts";
import {
  batchBytes,
  brackets,
  closeBracket,
  ElementScanner,
  firstByte,
  openBracket,
} from "./json-scanner.ts";

export interface ElementOptions {
  /** The source's configured name, for errors. */
  readonly source: string;
  /** Of the whole body, in decoded bytes. */
  readonly maxBytes: number;
  /** Tried once on each batch that is not strict JSON. */
  readonly repair: Repair;
  /** A shorter way to the elements of the batches of long lists. */
  readonly read?: ReadArray | undefined;
  /** What a body is that does not begin with a bracket: its first bytes as text, at most 64 KB. */
  readonly notAnArray: (text: string) => Failure;
}

/** Reads the elements of an array; null when JSON.parse has to. May throw where that would throw. */
export type ReadArray = (array: Buffer) => readonly unknown[] | null;

/** Some elements in a row. */
export interface ElementBatch {
  readonly values: readonly unknown[];
  /** The bytes of the elements, between brackets: a JSON array by itself. */
  readonly bytes: Buffer;
}

const maxStartBytes = 65_536;

/**
 * The elements of the array that a body holds, batch by batch. Throws SOURCE_BAD_RESPONSE when it is not JSON or ends early,
 * SOURCE_TOO_LARGE past the cap, and what `notAnArray` gives.
 */
export async function* jsonElements(
  body: AsyncIterable<Uint8Array>,
  { source, maxBytes, repair, read, notAnArray }: ElementOptions,
): AsyncGenerator<ElementBatch> {
  let start: Buffer = Buffer.alloc(0);
  let guesser: Guesser | null = null;
  let cutter: Cutter | null = null;
  let size = 0;
  const parsed = (bytes: Buffer) => ({
    bytes,
    values: readJson(bytes, source, repair) as readonly unknown[],
  });
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new Failure("SOURCE_TOO_LARGE", {
        source,
        message: `${source} sent more than ${maxBytes} bytes.`,
      });
    }
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (guesser === null) {
      start = Buffer.concat([start, bytes]);
      const first = firstByte(start);
      if (start[first] === openBracket) {
        guesser = new Guesser(source, read);
        bytes = start.subarray(first + 1);
      } else if (start.length < maxStartBytes) continue;
      else break;
    }
    if (cutter === null) {
      const batch = guesser.push(bytes);
      if (batch !== null) yield batch;
      if (!guesser.isLost) continue;
      cutter = new Cutter();
      bytes = guesser.rest();
    }
    for (const array of cutter.push(bytes)) yield parsed(array);
  }
  if (guesser === null) throw notAnArray(start.toString("utf8", 0, maxStartBytes));
  if (cutter === null) {
    const last = guesser.last();
    if (last !== null) return yield last;
    cutter = new Cutter();
    for (const array of cutter.push(guesser.rest())) yield parsed(array);
  }
  if (!cutter.isWhole) throw notJson("a body that is not JSON", source);
}

/** Cuts at the first comma between elements after so many bytes. */
class Cutter {
  private readonly scanner = new ElementScanner();
  private state: "INSIDE" | "AFTER" | "BROKEN" = "INSIDE";
  private pieces: Buffer[] = [brackets.open];
  private length = 1;

  /** Has the closing bracket come, and nothing after it? */
  get isWhole(): boolean {
    return this.state === "AFTER";
  }

  /** The arrays that are full with this chunk; the last one when it holds the closing bracket. */
  push(chunk: Buffer): Buffer[] {
    if (this.state !== "INSIDE") {
      this.checkRest(chunk);
      return [];
    }
    const arrays: Buffer[] = [];
    // What of this chunk is not in `pieces` yet begins here.
    let from = 0;
    for (let at = this.scanner.next(chunk, 0); at !== -1; at = this.scanner.next(chunk, at + 1)) {
      if (this.scanner.isOver) {
        arrays.push(this.cut(chunk.subarray(from, at)));
        this.state = chunk[at] === closeBracket ? "AFTER" : "BROKEN";
        this.checkRest(chunk.subarray(at + 1));
        return arrays;
      }
      if (this.length + at - from < batchBytes) continue;
      arrays.push(this.cut(chunk.subarray(from, at)));
      from = at + 1;
    }
    this.pieces.push(chunk.subarray(from));
    this.length += chunk.length - from;
    return arrays;
  }

  private cut(last: Buffer): Buffer {
    const array = Buffer.concat([...this.pieces, last, brackets.close]);
    this.pieces = [brackets.open];
    this.length = 1;
    return array;
  }

  private checkRest(rest: Buffer): void {
    if (firstByte(rest) < rest.length) this.state = "BROKEN";
  }
}
