/** The shapes that objects of a list come in: their fields in their order, each with the form of its value. */
import { type Comparison, mostFields } from "../../model/documented.ts";
import type { FormOfText } from "../../model/value-form.ts";
import { isObject } from "./wire.ts";

/** What lists need of an object of one kind. */
export interface Needed {
  /** Makes it of its fields' values, in the order of what is made; undefined: the field was left out. */
  readonly make: (values: readonly unknown[]) => object;
  /** The objects that are within it, by the field that holds them. */
  readonly within: Readonly<Record<string, Needed>>;
}

/** A word is a text that somebody looks at. */
type Kind = "CONSTANT" | "NUMBER" | "TEXT" | "WORD" | "OBJECT" | "LIST" | "END";

/** What comes next, a field or the end, in all objects that were of one shape so far. */
export class Step {
  // A class: of literals V8 made objects of several layouts, and a list took twice as long to read.
  /** All from the value before up to this one; a constant, and the quote before a text, are part of it. */
  readonly before: Buffer;
  readonly kind: Kind;
  /** Where the value goes. */
  place = 0;
  constant: unknown = null;
  within: Shapes | null = null;
  /** As drift tells words apart; null: they are all alike. */
  formOfText: FormOfText | null = null;
  form = "";
  /** At the end: what is counted for each object of this shape, those within it left out. */
  counts: readonly (() => void)[] = [];
  /** What may come instead of it, and what after it. */
  other: Step | null = null;
  next: Step | null = null;

  constructor(before: string, kind: Kind) {
    this.before = Buffer.from(before);
    this.kind = kind;
  }
}

// A source that says ever new things costs neither memory nor time without end.
const mostBytes = 262_144;
const bytesOfStep = 256;
const mostOthers = 16;

/** All shapes of one kind of object. They share their beginnings. */
export class Shapes {
  readonly make: Needed["make"];
  /** Of the object that is being read, in the order of the needed fields; one that nobody needs behind them. */
  readonly values: unknown[];
  first: Step | null = null;
  private readonly names: readonly string[];
  private readonly within = new Map<string, Shapes>();
  private readonly comparison: Comparison;
  private bytesLeft = mostBytes;

  constructor({ make, within }: Needed, comparison: Comparison) {
    this.make = make;
    this.names = Object.keys(make([]));
    this.values = Array.from({ length: this.names.length + 1 });
    this.comparison = comparison;
    for (const [name, needed] of Object.entries(within)) {
      const inner = comparison.within(name);
      if (inner !== null) this.within.set(name, new Shapes(needed, inner));
    }
  }

  /**
   * Learns the shape of an object that was parsed, as JSON.stringify would write it. Objects that are written otherwise, with white
   * space or with a name twice, do not have it, not even this one.
   */
  learn(parsed: object): void {
    const fields = Object.entries(parsed);
    // The comparison looks at the first of them only, and so not at what is within the others.
    if (fields.length > mostFields) return;
    let last: Step | null = null;
    let opening = "{";
    for (const [name, value] of fields) {
      const field = this.fieldOf(name, value, opening);
      last = field === null ? null : this.stepAfter(last, field);
      if (last === null) return;
      opening = ",";
    }
    const end = new Step(opening === "{" ? "{}" : "}", "END");
    end.counts = this.comparison.countsOf(parsed);
    this.stepAfter(last, end);
  }

  private fieldOf(name: string, value: unknown, opening: string): Step | null {
    const within = this.within.get(name) ?? null;
    if (within !== null) for (const each of [value].flat()) if (isObject(each)) within.learn(each);
    const needed = this.names.indexOf(name);
    const formOfText = this.comparison.formOfText(name);
    const kind = kindOf(value, within !== null, needed !== -1 || formOfText !== null);
    if (kind === null) return null;
    const beginning = typeof value === "string" ? '"' : kind === "CONSTANT" ? String(value) : "";
    return Object.assign(new Step(`${opening}${JSON.stringify(name)}:${beginning}`, kind), {
      place: needed === -1 ? this.names.length : needed,
      // A text would be kept as long as the list is read.
      constant: kind === "CONSTANT" ? value : null,
      within,
      formOfText,
      form: typeof value === "string" && formOfText !== null ? formOfText(value) : "",
    });
  }

  private stepAfter(last: Step | null, step: Step): Step | null {
    const first = last === null ? this.first : last.next;
    let others = 0;
    for (let each = first; each !== null; each = each.other, others++) if (isSame(each, step)) return each;
    this.bytesLeft -= bytesOfStep + step.before.length;
    if (others === mostOthers || this.bytesLeft < 0) return null;
    step.other = first;
    if (last === null) this.first = step;
    else last.next = step;
    return step;
  }
}

function kindOf(value: unknown, isKnown: boolean, isLookedAt: boolean): Kind | null {
  if (typeof value === "string") return isLookedAt ? "WORD" : "TEXT";
  if (typeof value === "number") return "NUMBER";
  if (typeof value === "boolean" || value === null) return "CONSTANT";
  return isKnown ? (Array.isArray(value) ? "LIST" : "OBJECT") : null;
}

function isSame(a: Step, b: Step): boolean {
  return a.kind === b.kind && a.form === b.form && a.before.equals(b.before);
}
