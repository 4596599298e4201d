/** Writes down how the fields of one record came to their values. */
import type { DerivedAmount } from "./invoice.ts";
import { valueAt } from "./json-text.ts";
import { addAmounts, type Currency, subtractAmounts } from "./money.ts";
import {
  beyondTheRecord,
  type Place,
  type ProvenanceKind,
  type RecordName,
  type Rule,
  type Trace,
} from "./provenance.ts";
import type { Warning, WarningCode } from "./warning.ts";

/** The amounts of an invoice and of a line, in the order in which rules are given them. */
export const amountNames = ["netAmount", "taxAmount", "totalAmount"] as const;

/** What `derivedAmounts` calls them. */
export const derivedWords = {
  netAmount: "NET",
  taxAmount: "TAX",
  totalAmount: "TOTAL",
} as const satisfies Record<(typeof amountNames)[number], DerivedAmount>;

/** The rule for an amount that a record lacks while it has the other two, which come in their order. */
export function completing(
  kind: string,
  field: (typeof amountNames)[number],
  currency: Currency | null,
): Rule {
  const isTotal = field === "totalAmount";
  return {
    name: isTotal ? `${kind}.amount.net-and-tax` : `${kind}.amount.total-less-other`,
    says: isTotal ? "The net amount and the tax." : "The total less the other amount.",
    apply: (_read, [first, second]) => {
      if (typeof first !== "string" || typeof second !== "string") return null;
      return isTotal ? addAmounts(first, second, currency) : subtractAmounts(second, first, currency);
    },
  };
}

/** A rule that reads one value. */
export function reading(
  name: string,
  says: string,
  read: (value: unknown, ours: readonly unknown[]) => unknown,
): Rule {
  return { name, says, apply: ([value], ours) => read(value, ours) };
}

/** The places of several pointers in one record. */
export function placesIn(record: RecordName, ...pointers: readonly string[]): readonly Place[] {
  return pointers.map((pointer) => ({ record, pointer }));
}

/** Gathers traces; `kind` is the source's, the first word of the rules that are made here. */
export class Tracer {
  readonly traces: Trace[] = [];
  private readonly kind: string;
  private readonly records: Readonly<Partial<Record<RecordName, unknown>>>;

  constructor(kind: string, records: Readonly<Partial<Record<RecordName, unknown>>>) {
    this.kind = kind;
    this.records = records;
  }

  /** What stands at a place, parsed. */
  at({ record, pointer }: Place): unknown {
    return valueAt(this.records[record], pointer);
  }

  /** Read from the record. Where nothing stands, or nothing that can be read, the rule says so by its name. */
  direct(
    field: string,
    value: unknown,
    rule: Rule,
    places: readonly Place[],
    from: readonly string[] = [],
  ): void {
    this.add("DIRECT", field, value, value === null ? this.nothing(rule, places) : rule, places, from);
  }

  /** Computed from other fields, and from places of its own. */
  derived(
    field: string,
    value: unknown,
    rule: Rule,
    from: readonly string[],
    places: readonly Place[] = [],
  ): void {
    this.add("DERIVED", field, value, rule, places, from);
  }

  /** The same for every record of the source. */
  constant(field: string, value: unknown, says: string): void {
    const rule = { name: `${this.kind}.constant`, says, apply: () => value };
    this.add("CONSTANT", field, value, rule, [], []);
  }

  /** Set by the operator. */
  configured(field: string, value: unknown, setting: string, says: string): void {
    const rule = { name: `${this.kind}.configured`, says, apply: () => value };
    this.add("CONFIGURED", field, value, rule, [], [], setting);
  }

  /** What does not add up: `again` gives the warnings of the same records, read once more. */
  warnings(warnings: readonly Warning[], again: () => readonly Warning[]): void {
    const fieldsOf = this.fieldFinder();
    if (warnings.length === 0) {
      const none: Rule = { name: "warning.none", says: "All that can be compared adds up.", apply: again };
      this.derived("warnings", warnings, none, [...fieldsOf("lines"), ...amountNames]);
    }
    // There may be one for each line, and reading the records again costs a whole mapping.
    let found: ReadonlySet<string> | null = null;
    const isFound = (warning: Warning) =>
      (found ??= new Set(again().map((each) => JSON.stringify(each)))).has(JSON.stringify(warning));
    for (const [index, warning] of warnings.entries()) {
      const from = warning.fields.flatMap(fieldsOf);
      const name = `warning.${warning.code}`;
      const says = "Fields that do not agree, or cannot be read, are said and kept.";
      for (const [part, value] of Object.entries(warning)) {
        const apply = () => {
          if (needsOthers.has(warning.code)) return beyondTheRecord;
          return isFound(warning) ? value : undefined;
        };
        this.derived(`warnings.${index}.${part}`, value, { name, says, apply }, from);
      }
    }
  }

  // "lines[3].netAmount" is "lines.3.netAmount", what holds fields is all of them, and "lines" is all amounts in them.
  private fieldFinder(): (named: string) => readonly string[] {
    const below = new Map<string, string[]>();
    for (const { field } of this.traces) {
      for (let end = field.length; end > 0; end = field.lastIndexOf(".", end - 1)) {
        const holder = field.slice(0, end);
        if (holder === "lines" && !field.endsWith("Amount")) continue;
        const fields = below.get(holder);
        if (fields === undefined) below.set(holder, [field]);
        else fields.push(field);
      }
    }
    return (named) => below.get(named.replace(/\[(\d+)\]/g, ".$1")) ?? [];
  }

  private add(
    kind: ProvenanceKind,
    field: string,
    value: unknown,
    rule: Rule,
    places: readonly Place[],
    from: readonly string[],
    setting: string | null = null,
  ): void {
    this.traces.push({ field, value, kind, rule, places, from, setting });
  }

  private nothing(rule: Rule, places: readonly Place[]): Rule {
    const [first] = places;
    if (first === undefined || isAbsent(this.at(first))) {
      return {
        name: `${this.kind}.absent`,
        says: "The record has nothing here.",
        apply: ([value]) => (isAbsent(value) ? null : value),
      };
    }
    const says = "What stands here is no value that this field can have.";
    return { name: `${rule.name}.unreadable`, says, apply: rule.apply };
  }
}

/** Left out, null or blank? */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

const needsOthers: ReadonlySet<WarningCode> = new Set([
  "NUMBER_REPEATED",
  "CREDITED_INVOICE_NOT_FOUND",
] as const);
