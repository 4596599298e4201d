/** Compares records with what the documents say of them, so cheaply that it can be done for every record of a long list. */
import { type Drift, type DriftKind, type DriftRecorder, shownName } from "./drift.ts";
import { expectedOf, formOf, formOfTextIn, type FormOfText, misfit } from "./value-form.ts";

/** A record as the documents have it; where a table and a sample disagree, as the sample has it, for that was sent once. */
export interface Documented {
  /** In our words: "invoice". */
  readonly record: string;
  readonly fields: Readonly<Record<string, DocumentedField>>;
  /** The document names some fields only: others are no drift. */
  readonly isOpen?: true;
}

export interface DocumentedField {
  /** "text", "number", "boolean", "null", "list", "object", or the form of a date. Empty: anything. */
  readonly is: readonly string[];
  readonly isRequired: boolean;
  /** The words that a text may be. */
  readonly values?: readonly string[];
  /** Under which other names the documents have it somewhere. */
  readonly otherNames?: readonly string[];
  /** What the object, or each object of the list, is. */
  readonly of?: Documented;
}

/** A field that the documents have in every record. */
export function required(...is: readonly string[]): DocumentedField {
  return { is, isRequired: true };
}

/** A field that may be left out. */
export function optional(...is: readonly string[]): DocumentedField {
  return { is, isRequired: false };
}

/** Compares one record, if it is an object at all, and counts what is otherwise. */
export type Examine = (record: unknown) => void;

/** The comparison with one kind of record. */
export interface Comparison {
  readonly examine: Examine;
  /** What examining a record of these fields in these forms counts, without what is within them. */
  countsOf(record: object): readonly (() => void)[];
  /** How the texts of a field are told apart; null: every text is just a text. */
  formOfText(name: string): FormOfText | null;
  /** The comparison with the object, or each object of the list, in a field; null when nothing is documented of it. */
  within(name: string): Comparison | null;
}

interface Rule {
  readonly name: string;
  readonly field: DocumentedField;
  /** Null: every text is just a text. */
  readonly formOfText: FormOfText | null;
  readonly within: Comparison | null;
}

/** What is known of all records with the same fields in the same order and forms. */
interface Verdict {
  readonly count: readonly (() => void)[];
  readonly within: readonly { readonly key: string; readonly examine: Examine }[];
}

/** A field that came at this place in some record, and the forms in which it came. */
interface KeyStep {
  readonly key: string;
  readonly rule: Rule | null;
  forms: FormStep | null;
  readonly other: KeyStep | null;
}

interface FormStep {
  readonly form: string;
  keys: KeyStep | null;
  verdict: Verdict | null;
  readonly other: FormStep | null;
}

/** A record is compared by so many of its fields, the first ones: more would cost memory without end. */
export const mostFields = 100;
// Beyond, nothing is learnt, or all of it is forgotten, for the same reason.
const longestName = 100;
const mostSteps = 2_000;

/**
 * The comparison with one kind of record. Records of a list have few combinations of fields: each is judged once, and found
 * again by walking along the fields. 10,000 records of V6 with their lines take some 5 ms.
 */
export function createComparison(documented: Documented, recorder: DriftRecorder): Comparison {
  const examined = recorder.examinedOf(documented.record);
  const { ruleOf, required: needed } = rulesOf(documented, recorder);
  let root: FormStep = firstStep();
  let steps = 0;

  function judge(record: object): Verdict {
    const drifts: Drift[] = [];
    const within: { key: string; examine: Examine }[] = [];
    const present = new Set<Rule>();
    const note = (kind: DriftKind, field: string, expected: string, seen: string) =>
      drifts.push({ kind, record: documented.record, field, expected, seen });
    let fields = 0;
    for (const key in record) {
      fields += 1;
      if (fields > mostFields) break;
      const rule = ruleOf(key);
      const form = formOf((record as Record<string, unknown>)[key], rule?.formOfText ?? null);
      if (rule === null) {
        if (documented.isOpen !== true) note("UNKNOWN_FIELD", shownName(key), "", form);
        continue;
      }
      present.add(rule);
      const { name, field, within: inner } = rule;
      if (key !== name) note("OTHER_SPELLING", name, name, shownName(key));
      const kind = misfit(form, field);
      if (kind !== null) note(kind, name, expectedOf(field), kind === "UNKNOWN_VALUE" ? form.slice(1) : form);
      if (inner !== null && (form === "list" || form === "object"))
        within.push({ key, examine: inner.examine });
    }
    if (fields <= mostFields)
      for (const rule of needed)
        if (!present.has(rule)) note("MISSING_FIELD", rule.name, expectedOf(rule.field), "");
    return { count: drifts.map((drift) => recorder.counterOf(drift)), within };
  }

  function find(record: object): Verdict {
    let at = root;
    let fields = 0;
    for (const key in record) {
      fields += 1;
      if (fields > mostFields || key.length > longestName) return judge(record);
      let step = at.keys;
      while (step !== null && step.key !== key) step = step.other;
      if (step === null) {
        at.keys = step = { key, rule: ruleOf(key), forms: null, other: at.keys };
        steps += 1;
      }
      const form = formOf((record as Record<string, unknown>)[key], step.rule?.formOfText ?? null);
      let next = step.forms;
      while (next !== null && next.form !== form) next = next.other;
      if (next === null) {
        step.forms = next = { form, keys: null, verdict: null, other: step.forms };
        steps += 1;
      }
      at = next;
    }
    const verdict = (at.verdict ??= judge(record));
    if (steps > mostSteps) {
      root = firstStep();
      steps = 0;
    }
    return verdict;
  }

  function examine(record: unknown): void {
    if (typeof record !== "object" || record === null || Array.isArray(record)) return;
    examined();
    const { count, within } = find(record);
    for (let i = 0; i < count.length; i++) count[i]?.();
    for (let i = 0; i < within.length; i++) {
      const { key, examine: inner } = within[i] as Verdict["within"][number];
      const value = (record as Record<string, unknown>)[key];
      if (Array.isArray(value)) for (let j = 0; j < value.length; j++) inner(value[j]);
      else inner(value);
    }
  }

  return {
    examine,
    countsOf: (record) => [examined, ...find(record).count],
    formOfText: (name) => ruleOf(name)?.formOfText ?? null,
    within: (name) => ruleOf(name)?.within ?? null,
  };
}

/** The comparison where nothing else is asked of it. */
export function createExaminer(documented: Documented, recorder: DriftRecorder): Examine {
  return createComparison(documented, recorder).examine;
}

function firstStep(): FormStep {
  return { form: "", keys: null, verdict: null, other: null };
}

function rulesOf({ fields }: Documented, recorder: DriftRecorder) {
  const byName = new Map<string, Rule>();
  const needed: Rule[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const within = field.of === undefined ? null : createComparison(field.of, recorder);
    const rule: Rule = { name, field, formOfText: formOfTextIn(field), within };
    if (field.isRequired) needed.push(rule);
    for (const each of [name, ...(field.otherNames ?? [])]) byName.set(each.toLowerCase(), rule);
  }
  // In whatever letter case, as the sources read them.
  return { ruleOf: (key: string) => byName.get(key.toLowerCase()) ?? null, required: needed };
}
