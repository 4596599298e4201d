/** Reads a long list along the shapes of its records: most are never parsed, and only what lists need is made of them. */
import {
  closeBracket,
  comma,
  ElementScanner,
  firstByte,
  openBrace,
  openBracket,
} from "../../http/json-scanner.ts";
import { readJson } from "../../http/json.ts";
import type { Comparison } from "../../model/documented.ts";
import { NumberReader, textEnd, WordReader } from "./scan.ts";
import { Shapes, type Step } from "./shape.ts";
import { neededRecord } from "./shaped.ts";

// So many records more than one of nine may be of no known shape: to parse more of them one by one would take longer than all at once.
// What was saved before pays for no more than some of them, and a batch that is read in vain costs as much as was there at first.
const patience = 32;
const patiencePerRecord = 1 / 8;
const mostPatience = 4 * patience;

/** Reads the batches of one list, and learns its shapes. */
export class ShapeReader {
  private readonly source: string;
  private readonly records: Shapes;
  private readonly words = new WordReader();
  private readonly numbers = new NumberReader();
  private array: Buffer = Buffer.alloc(0);
  private counts: Step["counts"][] = [];
  private patience = patience;

  constructor(source: string, comparison: Comparison) {
    this.source = source;
    this.records = new Shapes(neededRecord, comparison);
  }

  /** The records of an array, a ShapedRecord for each of a known shape; null when all of it has to be parsed. Throws where that would throw. */
  read(array: Buffer): readonly object[] | null {
    const before = this.patience;
    if (before < 0) return null;
    const records = this.recordsOf(array);
    if (records === null) this.patience = Math.min(before, this.patience) - patience;
    return records;
  }

  private recordsOf(array: Buffer): readonly object[] | null {
    const records: object[] = [];
    this.array = array;
    this.counts = [];
    for (let at = 1, end = 0; ; at = end + 1) {
      if (this.patience < 0) return null;
      const counted = this.counts.length;
      end = this.objectEnd(at, this.records);
      if (end === -1) {
        this.patience--;
        this.counts.length = counted;
        end = new ElementScanner().next(array, at);
        if (end === -1 || array[firstByte(array, at)] !== openBrace) return null;
        const parsed = readJson(array.subarray(at, end), this.source) as object;
        this.records.learn(parsed);
        records.push(parsed);
      } else {
        this.patience = Math.min(mostPatience, this.patience + patiencePerRecord);
        records.push(this.records.make(this.records.values));
      }
      if (array[end] === closeBracket && end === array.length - 1) break;
      if (array[end] !== comma) return null;
    }
    for (const counts of this.counts) for (const count of counts) count();
    return records;
  }

  /** Where the object ends that begins there; -1 when it is of no known shape. Its values are those of `shapes` then. */
  private objectEnd(from: number, { first, values }: Shapes): number {
    for (let i = 0; i < values.length; i++) values[i] = undefined;
    let at = from;
    for (let step = first; step !== null;) {
      const end = this.stepEnd(at, step, values);
      if (end !== -1 && step.kind === "END") {
        this.counts.push(step.counts);
        return end;
      }
      if (end !== -1) at = end;
      step = end === -1 ? step.other : step.next;
    }
    return -1;
  }

  private stepEnd(at: number, step: Step, values: unknown[]): number {
    const { array } = this;
    const { before, kind, place, within, formOfText } = step;
    for (let i = 0; i < before.length; i++) if (array[at + i] !== before[i]) return -1;
    let end = at + before.length;
    if (kind === "TEXT") return textEnd(array, end);
    if (kind === "WORD") {
      end = this.words.read(array, end);
      if (formOfText !== null && end !== -1 && formOfText(this.words.word) !== step.form) return -1;
      values[place] = this.words.word;
    } else if (kind === "NUMBER") {
      end = this.numbers.read(array, end);
      values[place] = this.numbers.value;
    } else if (kind === "CONSTANT") values[place] = step.constant;
    else if (within !== null) {
      const list: object[] | null = kind === "LIST" ? [] : null;
      end = list === null ? this.objectEnd(end, within) : this.listEnd(end, within, list);
      values[place] = list ?? within.make(within.values);
    }
    return end;
  }

  private listEnd(from: number, shapes: Shapes, list: object[]): number {
    const { array } = this;
    if (array[from] !== openBracket) return -1;
    if (array[from + 1] === closeBracket) return from + 2;
    for (let at = from + 1; ; at++) {
      at = this.objectEnd(at, shapes);
      if (at === -1) return -1;
      list.push(shapes.make(shapes.values));
      if (array[at] === closeBracket) return at + 1;
      if (array[at] !== comma) return -1;
    }
  }
}
