/** Queries made up from the schema: every field gets its turn, with real ids and narrow filters; the same for a seed. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
} from "graphql";

export interface QueryMaterial {
  readonly schema: GraphQLSchema;
  readonly customerIds: readonly string[];
  readonly invoiceIds: readonly string[];
  readonly sourceIds: readonly string[];
  /** `Type.field`s that are left out; `*.field` for every type. */
  readonly without: ReadonlySet<string>;
  readonly seed: number;
}

const filters = [
  `{ issuedOn: { from: "2026-10-01", to: "2026-10-31" } }`,
  `{ issuedOn: { from: "2026-09-15", to: "2026-10-10" }, types: [CREDIT_MEMO] }`,
  `{ issuedOn: { from: "2026-10-01" }, sources: ["freight"] }`,
  `{ issuedOn: { from: "2026-09-01" }, sources: ["freight"], totalAmount: { currency: "AUD", min: "100" } }`,
  `{ issuedOn: { from: "2026-10-01" }, sources: ["flolive"] }`,
  `{ issuedOn: { from: "2026-10-01" }, sources: ["cdn", "freight"] }`,
];

/** One query after another. */
export function* generateQueries(material: QueryMaterial): Generator<string, never> {
  const { schema, without } = material;
  const random = createRandom(material.seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const query = schema.getQueryType() as GraphQLObjectType;

  function argumentText({ name, type }: GraphQLArgument, field: string, isForward: boolean): string | null {
    if (name === "id")
      return JSON.stringify(pick(field === "customer" ? material.customerIds : material.invoiceIds));
    if (name === "first") return isForward ? String(1 + Math.floor(random() * 4)) : null;
    if (name === "last") return isForward ? null : String(1 + Math.floor(random() * 4));
    if (name === "filter") return pick(filters);
    if (name === "number") return `"LT"`;
    if (name === "source") return random() < 0.3 ? `"billing"` : null;
    if (name === "groupBy") return random() < 0.5 ? "[MONTH, SOURCE]" : null;
    if (name === "orderBy") return random() < 0.3 ? "{ field: TOTAL_AMOUNT, direction: DESC }" : null;
    if (name === "includeSubCustomers") return random() < 0.2 ? "true" : null;
    if (isNonNullType(type)) throw new Error(`What is to be put for the argument ${name} of ${field}?`);
    return null;
  }

  function fieldText(field: GraphQLField<unknown, unknown>, depth: number): string | null {
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? (isObjectType(type) ? selectionText(type, depth - 1) : null) : "";
    if (below === null) return null;
    const isForward = random() < 0.8 || !field.args.some(({ name }) => name === "last");
    const given = field.args
      .map((argument) => [argument.name, argumentText(argument, field.name, isForward)])
      .filter(([, text]) => text !== null)
      .map(([name, text]) => `${name}: ${text}`);
    const alias = random() < 0.1 ? `a${Math.floor(random() * 1_000_000)}: ` : "";
    return `${alias}${field.name}${given.length > 0 ? `(${given.join(", ")})` : ""}${below === "" ? "" : ` ${below}`}`;
  }

  function selectionText(type: GraphQLObjectType, depth: number): string | null {
    const all = Object.values(type.getFields()).filter(
      ({ name }) => !without.has(`${type.name}.${name}`) && !without.has(`*.${name}`),
    );
    const leaves = all.filter((field) => !isCompositeType(getNamedType(field.type)));
    const branches = depth > 0 ? all.filter((field) => isCompositeType(getNamedType(field.type))) : [];
    const chosen = new Set<GraphQLField<unknown, unknown>>();
    for (let count = random() * 4; count > 0 && leaves.length > 0; count -= 1) chosen.add(pick(leaves));
    for (let count = type === query ? 1 : random() * 2; count > 0 && branches.length > 0; count -= 1)
      chosen.add(pick(branches));
    const texts = [...chosen].map((field) => fieldText(field, depth)).filter((text) => text !== null);
    if (texts.length === 0 || random() < 0.1) texts.push("__typename");
    return `{ ${texts.join(" ")} }`;
  }

  for (;;) yield selectionText(query, 5) ?? "{ __typename }";
}

// Mulberry32.
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
