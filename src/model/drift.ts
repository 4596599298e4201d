/** What a source says otherwise than its documents do: the words for it, and the port through which it is counted. */

/** Everything that can be otherwise. */
export const driftKinds = [
  "UNKNOWN_FIELD",
  "MISSING_FIELD",
  "OTHER_SPELLING",
  "UNEXPECTED_TYPE",
  "UNEXPECTED_FORMAT",
  "UNKNOWN_VALUE",
] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One thing that is otherwise. No text of the source but names of fields and words of an enum, both made safe. */
export interface Drift {
  readonly kind: DriftKind;
  /** Where it was met, in our words: "invoice", "invoice line". */
  readonly record: string;
  /** In theirs. */
  readonly field: string;
  /** What the documents say; empty when they say nothing. */
  readonly expected: string;
  /** What came in its place; empty when nothing came. */
  readonly seen: string;
}

/** Counts one source's drift. Both give what is called each time, so that a long list looks nothing up. */
export interface DriftRecorder {
  counterOf(drift: Drift): () => void;
  /** For records that were compared with the documents, drift or none. */
  examinedOf(record: string): () => void;
}

/** Counts nothing. */
export const unrecorded: DriftRecorder = { counterOf: () => () => {}, examinedOf: () => () => {} };

/** An answer that had to be repaired before it could be read. */
export const notStrictJson: Drift = {
  kind: "UNEXPECTED_FORMAT",
  record: "answer",
  field: "(body)",
  expected: "JSON",
  seen: "not strict JSON",
};

/** A field's name for an operator. What may be more than a name, such as a key that is an id or an address, is not shown. */
export function shownName(name: string): string {
  return /^[A-Za-z_][\w.-]{0,47}$/.test(name) && !/\d.*\d.*\d.*\d/.test(name)
    ? name
    : "(a name that is not shown)";
}

/** A word of an enum for an operator: short and of letters. Anything else is not shown. */
export function shownWord(word: string): string {
  return /^[A-Za-z]{1,16}(?:[ _-][A-Za-z]{1,16}){0,2}$/.test(word) ? word : "(a value that is not shown)";
}
