/** The type `Provenance`, and the field that gives it. */
import type { Context } from "../context.ts";
import type { PlacedText, Provenance, ProvenanceKind, RecordName } from "../model/provenance.ts";
import type { Source } from "../model/source.ts";
import { builder, type FieldBuilder } from "./builder.ts";
import { SourceType } from "./source.ts";
import { describedValues } from "./values.ts";

/** What is told of a field of one source's record. */
export interface ToldProvenance extends Provenance {
  readonly source: string;
}

const ProvenanceKindEnum = builder.enumType("ProvenanceKind", {
  description: "How a value came about.",
  values: describedValues<ProvenanceKind>({
    DIRECT: "Read from the source's record.",
    DERIVED: "Computed from other values of the record: `derivedFrom` and `places` say which.",
    CONFIGURED: "Set by the operator of this API: `setting` says where.",
    CONSTANT: "The same for every record of the source, which does not give it: `explanation` says why.",
  }),
});

const RecordEnum = builder.enumType("ProvenanceRecord", {
  description: "One of the source's records.",
  values: describedValues<RecordName>({
    LIST: "The invoice's record in the source's list: what `Invoice.raw` holds.",
    DETAILS: "The document that completes the list's record (Akamai's invoice download).",
    SETTINGS: "The record of an account's settings.",
  }),
});

const PlaceType = builder.objectRef<PlacedText>("ProvenancePlace").implement({
  description: "A place in the source's record, and the text there.",
  fields: (t) => ({
    record: t.expose("record", { type: RecordEnum, nullable: false, description: "The record." }),
    pointer: t.exposeString("pointer", {
      nullable: false,
      description: 'The place in the record, as a JSON Pointer (RFC 6901), such as "/lines/3/amount".',
    }),
    text: t.exposeString("text", {
      description:
        "The text there, exactly as the source sent it: `185.10` keeps its zero, a string its quotes. Null when there is none.",
    }),
  }),
});

const ProvenanceType = builder.objectRef<ToldProvenance>("Provenance").implement({
  description: "Where the value of one field comes from.",
  fields: (t) => ({
    field: t.exposeString("field", {
      nullable: false,
      description: 'The field, such as "totalAmount" or "lines.3.netAmount".',
    }),
    value: t.field({
      type: "JSON",
      description: "Its value, as it is in this graph.",
      resolve: ({ value }) => value,
    }),
    kind: t.expose("kind", {
      type: ProvenanceKindEnum,
      nullable: false,
      description: "How the value came about.",
    }),
    source: t.field({
      type: SourceType,
      nullable: false,
      description: "The source of the record.",
      resolve: ({ source }, _args, { sources }) => sources.get(source) as Source,
    }),
    places: t.expose("places", {
      type: [PlaceType],
      nullable: { list: false, items: false },
      extensions: { cost: { defaultSize: 2 } },
      description:
        "The places it was read from; for a derived value, those of all values it was derived from.",
    }),
    derivedFrom: t.exposeStringList("from", {
      nullable: false,
      description: "The other fields of this graph that the rule uses.",
    }),
    rule: t.exposeString("rule", {
      nullable: false,
      description: 'The rule by which the value was made from the text, such as "v6.date.dd-MM-yyyy".',
    }),
    explanation: t.exposeString("says", { nullable: false, description: "The rule in one sentence." }),
    setting: t.exposeString("setting", {
      description: 'The configuration key of a CONFIGURED value, such as "sources.freight.currency".',
    }),
    isReproduced: t.exposeBoolean("isReproduced", {
      description:
        "Whether the rule, applied again for this answer, gave this value. Null where it needs more than this record, such as the other invoices of a list.",
    }),
  }),
});

/** The argument `fields`. */
export type SelectedFields = readonly string[] | null | undefined;
type Tell<Shape> = (
  shape: Shape,
  fields: SelectedFields,
  context: Context,
) => readonly ToldProvenance[] | null | Promise<readonly ToldProvenance[] | null>;

interface ProvenanceOptions<Shape> {
  readonly description: string;
  /** Some names for the description, such as `"totalAmount" or "billTo"`. */
  readonly examples: string;
  readonly tell: Tell<Shape>;
}

/** The field `provenance` of a type whose objects `tell` knows to explain. */
export function provenanceField<Shape>(
  t: FieldBuilder<Shape>,
  { description, examples, tell }: ProvenanceOptions<Shape>,
) {
  return t.field({
    type: [ProvenanceType],
    tag: "internal",
    nullable: { list: true, items: false },
    extensions: { cost: { listSizeArgs: ["fields"], defaultSize: 50 } },
    description: `${description} For credentials with the scope \`raw\`; null when the source cannot tell.`,
    args: {
      fields: t.arg.stringList({
        required: false,
        description: `The fields to explain, such as ${examples}; an unknown one is refused with a list of all. Default: every field.`,
      }),
    },
    resolve: (shape, { fields }, context) => tell(shape, fields, context),
  });
}
