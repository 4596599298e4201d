/** Where a value comes from: the place in the source's record, its text as sent, and the rule that made a value of it. */
import { Failure } from "./errors.ts";
import { spansOf, valueAt } from "./json-text.ts";

/** DIRECT: read from the record. DERIVED: computed from others. CONFIGURED: set by the operator. CONSTANT: the same for every record of the source. */
export type ProvenanceKind = "DIRECT" | "DERIVED" | "CONFIGURED" | "CONSTANT";

/** Which record of the source's: the one in its list, the document with the details, or the settings of an account. */
export type RecordName = "LIST" | "DETAILS" | "SETTINGS";

/** The text of a record, as its source sent it. */
export interface SentText {
  readonly text: string;
}

/** The texts of the records that an invoice was made of. Absent: they were not kept. */
export type SentTexts = Readonly<Partial<Record<RecordName, SentText>>>;

/** A place in a record: an RFC 6901 pointer. */
export interface Place {
  readonly record: RecordName;
  readonly pointer: string;
}

/** A way from what is read to a value of ours, which can be gone again. */
export interface Rule {
  /** Such as "v6.date.dd-MM-yyyy". */
  readonly name: string;
  /** One sentence. */
  readonly says: string;
  /** The value, from the parsed values at the places and the values of our own fields, both in the trace's order. */
  readonly apply: (read: readonly unknown[], ours: readonly unknown[]) => unknown;
}

/** How one field came to its value. */
export interface Trace {
  /** Ours, such as "totalAmount" or "lines.3.netAmount". */
  readonly field: string;
  readonly value: unknown;
  readonly kind: ProvenanceKind;
  readonly rule: Rule;
  readonly places: readonly Place[];
  /** The fields of ours that the rule needs. */
  readonly from: readonly string[];
  /** The key in the configuration, for CONFIGURED. */
  readonly setting: string | null;
}

/** A place, and what stands there. */
export interface PlacedText extends Place {
  /** Exactly as sent, with the quotes of a text; null when nothing stands there. */
  readonly text: string | null;
}

/** What is told of a field. */
export interface Provenance extends Omit<Trace, "places" | "rule"> {
  readonly rule: string;
  readonly says: string;
  /** Of a derived field, the places of all that it is derived from. */
  readonly places: readonly PlacedText[];
  /** Does the rule, applied again, give the value? Null when it needs more than this record. */
  readonly isReproduced: boolean | null;
}

/** A record, parsed, and its text; null when the text was not kept. */
export interface ReadRecord {
  readonly value: unknown;
  readonly text: string | null;
}

/** What a rule gives when it needs more than the record, such as another invoice of the same number. */
export const beyondTheRecord: unique symbol = Symbol("beyond the record");

// Some 300 lines: more would keep others waiting.
const mostFields = 5_000;

/** What is told of the traces that are wanted, in their order; LIMIT_EXCEEDED beyond 5,000. Without a record's text, its values' JSON stands in for it. */
export function provenanceOf(
  traces: readonly Trace[],
  records: Readonly<Partial<Record<RecordName, ReadRecord>>>,
  isWanted: (field: string) => boolean,
): Provenance[] {
  const byField = new Map(traces.map((trace) => [trace.field, trace]));
  const texts = textsOf(records);

  function placesOf(trace: Trace): readonly Place[] {
    if (trace.kind !== "DERIVED") return trace.places;
    const places = new Map<string, Place>();
    const seen = new Set([trace.field]);
    const open = [trace];
    for (const { places: own, from } of open) {
      for (const place of own) places.set(`${place.record} ${place.pointer}`, place);
      for (const field of from) {
        const next = byField.get(field);
        if (next === undefined || seen.has(field)) continue;
        seen.add(field);
        open.push(next);
      }
    }
    return [...places.values()];
  }

  function isReproduced({ rule, places, from, value }: Trace): boolean | null {
    const read = places.map(({ record, pointer }) => valueAt(records[record]?.value, pointer));
    const ours = from.map((field) => byField.get(field)?.value);
    const again = rule.apply(read, ours);
    return again === beyondTheRecord ? null : isSame(again, value);
  }

  const wanted = traces.filter(({ field }) => isWanted(field));
  if (wanted.length > mostFields) {
    throw new Failure("LIMIT_EXCEEDED", {
      message: `Provenance is told of at most ${mostFields} values at once; these are ${wanted.length}: ask for some, such as "lines.0".`,
    });
  }
  return wanted.map((trace) => {
    const { rule, places: _own, ...rest } = trace;
    const places = placesOf(trace).map((place) => ({ ...place, text: texts(place) }));
    return { ...rest, rule: rule.name, says: rule.says, places, isReproduced: isReproduced(trace) };
  });
}

function textsOf(
  records: Readonly<Partial<Record<RecordName, ReadRecord>>>,
): (place: Place) => string | null {
  const spansByRecord = new Map<RecordName, ReturnType<typeof spansOf>>();
  return ({ record, pointer }) => {
    const { value, text = null } = records[record] ?? {};
    const parsed = valueAt(value, pointer);
    if (parsed === undefined) return null;
    if (text === null) return JSON.stringify(parsed);
    let spans = spansByRecord.get(record);
    if (spans === undefined) spansByRecord.set(record, (spans = spansOf(text)));
    const span = spans.get(pointer);
    return span === undefined ? null : text.slice(...span);
  };
}

/** Equal as JSON: leaves are texts, booleans, nulls, and lists of texts. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
