/** A schema whose resolvers do everything that resolvers do, by chance, and queries for it, for comparing executors. */
import fc from "fast-check";
import {
  getNamedType,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLField,
  type GraphQLFieldConfigMap,
  GraphQLFloat,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isAbstractType,
  isListType,
  isNonNullType,
  isLeafType,
  isObjectType,
} from "graphql";
import { Failure } from "../../src/model/errors.ts";
import { createRandom } from "../security/random.ts";

/** What decides everything that resolvers of one execution give. */
export interface World {
  readonly seed: number;
  /** Of a hundred values, so many are wrong in some way. */
  readonly trouble: number;
  /** By their paths: later executions meet the same objects again. Absent: each makes its own. */
  readonly kept?: Map<string, object> | undefined;
}

const Colour = new GraphQLEnumType({
  name: "Colour",
  values: { RED: { value: "red" }, GREEN: { value: 2 }, BLUE: {} },
});
const Amount = new GraphQLScalarType({ name: "Amount", serialize: (value) => value });
const Code = new GraphQLScalarType({
  name: "Code",
  serialize: (value) => value,
  extensions: { isPlain: true },
});
const Anything = new GraphQLScalarType({ name: "Anything" });
const Where = new GraphQLInputObjectType({
  name: "Where",
  fields: {
    colour: { type: Colour, defaultValue: 2 },
    tags: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
    within: { type: GraphQLInt },
  },
});
const args = {
  where: { type: Where },
  count: { type: GraphQLInt, defaultValue: 3 },
  id: { type: GraphQLID },
  flag: { type: GraphQLBoolean },
};

const Named = new GraphQLInterfaceType({
  name: "Named",
  fields: () => ({ name: { type: GraphQLString }, next: { type: Thing } }),
  resolveType: (value: { kind: string }) => (value.kind === "Later" ? undefined : value.kind),
});
const Thing: GraphQLObjectType = object("Thing");
const Other: GraphQLObjectType = object("Other");
const Either = new GraphQLUnionType({
  name: "Either",
  types: [Thing, Other],
  resolveType: async ({ kind }) => kind,
});

const listsThatLast = new Set(["things", "sureThings", "nameds", "texts", "matrix"]);

function object(name: string): GraphQLObjectType {
  const nonNull = <T extends GraphQLOutputType>(type: T) => new GraphQLNonNull(type as never);
  const list = <T extends GraphQLOutputType>(type: T) => new GraphQLList(type);
  const types: () => Record<string, GraphQLOutputType> = () => ({
    id: nonNull(GraphQLID),
    plain: GraphQLString,
    text: nonNull(GraphQLString),
    int: GraphQLInt,
    float: GraphQLFloat,
    flag: nonNull(GraphQLBoolean),
    colour: Colour,
    colours: list(nonNull(Colour)),
    amount: Amount,
    anything: Anything,
    matrix: list(list(GraphQLInt)),
    texts: nonNull(list(nonNull(GraphQLString))),
    next: Thing,
    sure: nonNull(Thing),
    other: Other,
    named: Named,
    either: Either,
    things: list(Thing),
    sureThings: nonNull(list(nonNull(Thing))),
    nameds: list(nonNull(Named)),
    eithers: list(Either),
  });
  return new GraphQLObjectType({
    name,
    interfaces: name === "Root" || name === "Change" ? [] : [Named],
    extensions: { isLasting: name === "Thing" },
    ...(name === "Other" && { isTypeOf: (value: unknown) => (value as { kind?: string }).kind !== "Thing" }),
    fields: (): GraphQLFieldConfigMap<any, any> => ({
      name: {
        type: GraphQLString,
        args,
        resolve: (source: { path?: string } | undefined, given: object) =>
          `${source?.path ?? ""} ${JSON.stringify(given)}`,
      },
      where: {
        type: GraphQLString,
        resolve: (_source: unknown, _args: unknown, _context: unknown, info) =>
          `${info.fieldName} ${info.parentType.name} ${String(info.returnType)} ${info.fieldNodes.length} ${info.path.key}`,
      },
      label: { type: GraphQLString },
      self: { type: Thing, extensions: { isLasting: true }, resolve: (source: unknown) => source ?? null },
      code: { type: Code },
      shade: { type: Colour },
      rank: {
        type: nonNull(GraphQLInt),
        extensions: { isLasting: true },
        resolve: ({ rank = 0 }: { rank?: number } = {}) => rank,
      },
      sum: {
        type: Amount,
        extensions: { propertyOnce: { isTrue: "isSummed", name: "sum" } },
        resolve: (source: { isSummed?: boolean; sum?: string } = {}) =>
          source.isSummed === true ? source.sum : Promise.resolve("summed later"),
      },
      ...Object.fromEntries(
        Object.entries(types()).map(([field, type]) => [
          field,
          {
            type,
            args,
            ...(field !== "plain" && { resolve: resolver(field, type) }),
            ...(listsThatLast.has(field) && { extensions: { listLasts: true } }),
          },
        ]),
      ),
    }),
  });
}

function resolver(field: string, type: GraphQLOutputType) {
  return (source: { path?: string } | undefined, given: object, { seed, trouble, kept }: World): unknown => {
    const path = `${source?.path ?? ""}.${field}${JSON.stringify(given)}`;
    const random = createRandom(hash(`${seed}${path}`));
    const give = () => value(type, { path, trouble, kept }, random);
    const kind = random.below(6);
    if (kind > 1) return give();
    return new Promise((resolve, reject) => {
      const settle = () => {
        try {
          resolve(give());
        } catch (thrown) {
          reject(thrown);
        }
      };
      if (kind === 0) settle();
      else setImmediate(settle);
    });
  };
}

function value(
  type: GraphQLOutputType,
  place: Pick<World, "trouble" | "kept"> & { readonly path: string },
  random: ReturnType<typeof createRandom>,
  isItem = false,
): unknown {
  const { path, trouble, kept } = place;
  if (random.below(100) < trouble) {
    const wrong = random.below(7);
    if (wrong === 0) throw new Error(`thrown at ${path}`);
    if (wrong === 1) throw new Failure("SOURCE_TIMEOUT", { source: "one" });
    if (wrong === 2) return new Error(`given at ${path}`);
    if (wrong === 3) return isItem ? null : Promise.reject(new Error(`rejected at ${path}`));
    if (wrong === 4) return undefined;
    // JSON.stringify leaves out a field with a symbol; ours makes it null, with an error.
    if (wrong === 5 || isLeafType(getNamedType(type))) return null;
    return Symbol.for("odd");
  }
  if (isNonNullType(type))
    return value(type.ofType as GraphQLOutputType, { ...place, trouble: 0 }, random, isItem);
  if (isListType(type)) {
    // graphql-js leaves promises of a list unheard when an item before them fails at once: no list here has both.
    const isLate = random.below(3) === 0;
    const items = Array.from({ length: random.below(4) }, (_, index) => {
      const item = () =>
        value(type.ofType as GraphQLOutputType, { ...place, path: `${path}[${index}]` }, random, true);
      if (!isLate) {
        try {
          return item();
        } catch (thrown) {
          return thrown;
        }
      }
      return Promise.resolve().then(item);
    });
    if (kept !== undefined && !kept.has(`${path}[]`)) kept.set(`${path}[]`, items);
    return random.below(5) === 0 ? new Set(items) : (kept?.get(`${path}[]`) ?? items);
  }
  if (!isLeafType(type)) {
    const own = isObjectType(type) ? type.name : random.pick(["Thing", "Other"]);
    const kind = random.below(100) < trouble ? random.pick(["Later", "Nothing", "Other"]) : own;
    const plain = random.pick([
      "a",
      null,
      1,
      () => "called",
      Promise.resolve("later"),
      new Error("held"),
      new RangeError("thrown by a getter"),
    ]);
    const [label, sum] = [random.pick(["", "one", 'a "label"', null]), random.pick(["1.20", null])];
    const code = random.pick(["", "A-1", 7, null]);
    const shade = random.pick(["red", 2, "BLUE", null, ...(trouble > 0 ? ["none"] : [])]);
    const made = {
      kind,
      path,
      label,
      sum,
      code,
      shade,
      isSummed: random.below(2) === 0,
      get plain(): unknown {
        if (plain instanceof RangeError) throw plain;
        return plain;
      },
    };
    if (kept !== undefined && !kept.has(path)) kept.set(path, made);
    return kept?.get(path) ?? made;
  }
  if (type === Colour) return random.pick(["red", 2, "BLUE", ...(trouble > 0 ? ["none"] : [])]);
  if (type.name === "Int")
    return random.pick([0, -0, 7, 2 ** 31 - 1, true, "12", ...(trouble > 0 ? [1.5] : [])]);
  if (type.name === "Float") return random.pick([0.1, 1e21, -5, 3e-7, "1.25"]);
  if (type.name === "Boolean") return random.pick([true, false, 1, 0]);
  if (type.name === "Anything")
    return random.pick([{ a: [1, { b: null }], "c\n": "\ud800" }, [], "x", 0, false]);
  return random.pick([
    "",
    "plain",
    'a "quote"',
    "line\nbreak \u2028",
    "\ud83d\ude00",
    "\ud83d",
    "é",
    12,
    "\u007f\\",
  ]);
}

function hash(text: string): number {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
  return sum;
}

/** The schema. */
export const schema = new GraphQLSchema({
  query: object("Root"),
  mutation: object("Change"),
  types: [Thing, Other],
});

interface Built {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Operations that are mostly valid; who uses them leaves out the others. */
export const operations: fc.Arbitrary<Built> = fc
  .record({
    seed: fc.integer(),
    size: fc.integer({ min: 1, max: 3 }),
    isMutation: fc.boolean(),
    variables: fc.record(
      {
        a: fc.constantFrom<unknown>(true, false, null),
        b: fc.boolean(),
        n: fc.constantFrom<unknown>(0, 5, null, "no", 1.5),
        w: fc.constantFrom<unknown>({ colour: "RED" }, { tags: ["x"] }, { tags: "one" }, null, { none: 1 }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ seed, size, isMutation, variables }) => {
    const random = createRandom(seed);
    const root = isMutation ? schema.getMutationType() : schema.getQueryType();
    const body = selection(root as GraphQLObjectType, size, random);
    const fragments = ["Thing", "Other", "Named"].map(
      (name) =>
        `fragment F${name} on ${name} ${selection(schema.getType(name) as GraphQLObjectType, 1, random, false)}`,
    );
    const used = fragments.filter((text) => body.includes(`...${text.split(" ")[1]}`));
    const text = `${isMutation ? "mutation" : "query"} ($a: Boolean = true, $b: Boolean!, $n: Int = 4, $w: Where, $e: Int) ${body} ${used.join(" ")}`;
    return { text, variables: { b: true, ...variables } };
  });

function selection(
  type: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
  depth: number,
  random: ReturnType<typeof createRandom>,
  spreads = true,
): string {
  const parts = Array.from({ length: 1 + random.below(5) }, () => {
    const kind = random.below(12);
    if (kind === 0) return "__typename";
    if (kind === 1 && depth > 0) {
      const on = isAbstractType(type) ? random.pick(["Thing", "Other", "Named"]) : type.name;
      const target = schema.getType(on) as GraphQLObjectType;
      return `... on ${on} ${directive(random)} ${selection(target, depth - 1, random, spreads)}`;
    }
    if (kind === 2 && spreads && (isAbstractType(type) || type.name === "Thing"))
      return `...F${random.pick(type.name === "Thing" ? ["Thing", "Named"] : ["Thing", "Other", "Named"])} ${directive(random)}`;
    if (type instanceof GraphQLUnionType) return "__typename";
    const fields = Object.values(type.getFields());
    return fieldText(random.pick(fields), depth, random, spreads);
  });
  return `{ ${parts.filter(Boolean).join(" ") || "__typename"} }`;
}

function fieldText(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  random: ReturnType<typeof createRandom>,
  spreads: boolean,
): string {
  const named = getNamedType(field.type);
  if (!isLeafType(named) && depth <= 0) return "__typename";
  const alias = random.below(5) === 0 ? `a${random.below(40)}: ` : "";
  const given =
    field.args.length > 0 && random.below(3) === 0
      ? random.pick([
          "(count: 1)",
          "(count: $n)",
          "(count: $e, flag: $b)",
          "(where: $w)",
          '(where: { colour: RED, tags: "x", within: $n })',
          '(id: "x")',
          "(id: 5, count: null)",
        ])
      : "";
  const below = isLeafType(named) ? "" : selection(named as GraphQLObjectType, depth - 1, random, spreads);
  return `${alias}${field.name}${given} ${directive(random)} ${below}`;
}

function directive(random: ReturnType<typeof createRandom>): string {
  if (random.below(6) > 0) return "";
  return random.pick([
    "@include(if: $a)",
    "@skip(if: $b)",
    "@skip(if: $a) @include(if: $b)",
    "@include(if: false)",
    "@skip(if: false)",
  ]);
}
