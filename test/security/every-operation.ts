/** Operations made from the schema itself, so that a new field or argument is asked for without anybody thinking of it. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

/** What arguments are filled with. */
export interface Candidates {
  /** For required arguments of type ID: all of them, one by one or as one list. */
  readonly ids: readonly string[];
  /** For optional ones, one by one. */
  readonly someIds: readonly string[];
  /** For arguments of type String. */
  readonly texts: readonly string[];
  /** For arguments of other scalars, as literals. */
  readonly scalars: Readonly<Record<string, readonly string[]>>;
}

export interface Operation {
  /** What it is about, such as "Customer.invoices(includeSubCustomers: true)". */
  readonly title: string;
  readonly text: string;
  /** Ids are variables, so that the many operations that differ in nothing else are parsed once. */
  readonly variables: Readonly<Record<string, unknown>>;
}

type Field = GraphQLField<unknown, unknown>;

/** Every field of every object type, such as "Invoice.number". */
export function fieldsOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

/**
 * For every root field, with everything that it leads to down to `depth` (no field twice on a way); and for every
 * argument of every field that can be reached, each of its values by itself. `visited` gets the fields that are asked for.
 */
export function* everyOperation(
  schema: GraphQLSchema,
  candidates: Candidates,
  depth: number,
  visited: Set<string>,
): Generator<Operation> {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter(
    (type) => type !== null && type !== undefined,
  );
  for (const root of roots) {
    const keyword = root === schema.getMutationType() ? "mutation" : "query";
    for (const field of Object.values(root.getFields())) {
      visited.add(`${root.name}.${field.name}`);
      const selection = selectionOf(schema, field, depth - 1, new Set(), visited);
      const required = field.args.find(isRequiredArgument);
      if (required !== undefined && isLeafType(getNamedType(required.type)) && field.args.length === 1) {
        const text = `${keyword} ($it: ${String(required.type)}) { ${field.name}(${required.name}: $it) ${selection} }`;
        for (const literal of literalsOf(required.type, candidates)) {
          yield {
            title: `${field.name}(${literal.slice(0, 80)})`,
            text,
            variables: { it: JSON.parse(literal) },
          };
        }
        continue;
      }
      for (const args of variantsOf(field, candidates, true)) {
        yield {
          title: `${field.name}${args}`.slice(0, 100),
          text: `${keyword} { ${field.name}${args} ${selection} }`,
          variables: {},
        };
      }
    }
  }
  for (const { type, field, open, close } of withArguments(schema)) {
    for (const args of variantsOf(field, candidates, false)) {
      const selection = selectionOf(schema, field, 2, new Set(), visited);
      yield {
        title: `${type.name}.${field.name}${args}`.slice(0, 100),
        text: `{ ${open} ${field.name}${args} ${selection} ${close} }`,
        variables: {},
      };
    }
  }
}

function selectionOf(
  schema: GraphQLSchema,
  field: Field,
  depth: number,
  onTheWay: ReadonlySet<string>,
  visited: Set<string>,
): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return "";
  if (depth <= 0) return "{ __typename }";
  const inside = objectsOf(schema, type).map((object) => {
    const fields = Object.values(object.getFields()).map((each, index) => {
      const place = `${object.name}.${each.name}`;
      if (onTheWay.has(place)) return "";
      visited.add(place);
      const below = selectionOf(schema, each, depth - 1, new Set([...onTheWay, place]), visited);
      // An alias of its own: fields of one name in two types of a union may differ.
      const alias = objectsOf(schema, type).length > 1 ? `${object.name}${index}: ` : "";
      return `${alias}${each.name}${plainArguments(each)} ${below}`;
    });
    return `... on ${object.name} { __typename ${fields.join(" ")} }`;
  });
  return `{ ${inside.join(" ")} }`;
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

function plainArguments(field: Field): string {
  return field.args.some(({ name }) => name === "first") ? "(first: 2)" : "";
}

// Each combination that has the required arguments and one optional one; with `isRoot`, also that without any.
function variantsOf(field: Field, candidates: Candidates, isRoot: boolean): string[] {
  const required = field.args.filter(isRequiredArgument);
  const optional = field.args.filter((argument) => !isRequiredArgument(argument));
  const base = required.length === 0 ? [[]] : product(required, candidates);
  const plain = isRoot ? base.map((each) => [...each, ...pageOf(optional)]) : [];
  const [first = []] = base;
  const alone = isRoot
    ? []
    : optional.flatMap((argument) =>
        literalsOf(argument.type, candidates, candidates.someIds).map((value) => [
          ...first,
          `${argument.name}: ${value}`,
        ]),
      );
  return [...plain, ...alone].map((args) => (args.length === 0 ? "" : `(${args.join(", ")})`));
}

function pageOf(optional: readonly GraphQLArgument[]): string[] {
  return optional.some(({ name }) => name === "first") ? ["first: 3"] : [];
}

// No field has two required arguments of many values: the first value of the others is enough.
function product(required: readonly GraphQLArgument[], candidates: Candidates): string[][] {
  const [first, ...rest] = required;
  if (first === undefined) return [];
  const others = rest.map(({ name, type }) => `${name}: ${literalsOf(type, candidates)[0]}`);
  return literalsOf(first.type, candidates).map((value) => [`${first.name}: ${value}`, ...others]);
}

function literalsOf(
  type: GraphQLInputType,
  candidates: Candidates,
  ids: readonly string[] = candidates.ids,
): readonly string[] {
  if (isNonNullType(type)) return literalsOf(type.ofType, candidates, ids);
  if (isListType(type)) {
    const items = literalsOf(type.ofType, candidates, ids);
    return ids === candidates.ids ? [`[${items.join(", ")}]`] : items.map((item) => `[${item}]`);
  }
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  if (isInputObjectType(type)) {
    const [required, optional] = [true, false].map((wanted) =>
      Object.values(type.getFields()).filter((field) => isRequiredInputField(field) === wanted),
    );
    const base = (required ?? []).map(
      (field) => `${field.name}: ${literalsOf(field.type, candidates, ids)[0]}`,
    );
    const alone = (optional ?? []).flatMap((field) =>
      literalsOf(field.type, candidates, candidates.someIds).map((value) => [
        ...base,
        `${field.name}: ${value}`,
      ]),
    );
    return (alone.length > 0 ? alone : [base]).map((fields) => `{ ${fields.join(", ")} }`);
  }
  if (type.name === "ID") return ids.map((id) => JSON.stringify(id));
  if (type.name === "String") return candidates.texts.map((text) => JSON.stringify(text));
  const literals = candidates.scalars[type.name];
  if (literals === undefined)
    throw new Error(`Say in this test what an argument of type ${type.name} may be.`);
  return literals;
}

interface Place {
  readonly type: GraphQLObjectType;
  readonly field: Field;
  readonly open: string;
  readonly close: string;
}

// The shortest way from the root to every field with arguments that are not all required.
function* withArguments(schema: GraphQLSchema): Generator<Place> {
  const query = schema.getQueryType();
  if (query === undefined || query === null) return;
  const seen = new Set<string>([query.name]);
  const queue: { type: GraphQLObjectType; open: string; close: string }[] = [
    { type: query, open: "", close: "" },
  ];
  for (const { type, open, close } of queue) {
    for (const field of Object.values(type.getFields())) {
      if (field.args.some((argument) => !isRequiredArgument(argument))) yield { type, field, open, close };
      if (field.args.some(isRequiredArgument)) continue;
      for (const object of objectsOf(schema, getNamedType(field.type))) {
        if (seen.has(object.name)) continue;
        seen.add(object.name);
        queue.push({
          type: object,
          open: `${open} ${field.name}${plainArguments(field)} { ... on ${object.name} {`,
          close: `} } ${close}`,
        });
      }
    }
  }
}
