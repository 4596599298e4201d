/** Operations made by chance from a schema, right and wrong ones, and texts that chance has damaged. */
import {
  type GraphQLInputType,
  type GraphQLNamedType,
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
import type { Random } from "./random.ts";

/** The parameters of one request; anything may stand where it does not belong. */
export type GeneratedParams = Record<string, unknown>;

const literals = [
  "0",
  "-1",
  "2147483648",
  "1.5",
  "1e999",
  '""',
  '"x"',
  "true",
  "null",
  "[]",
  "{}",
  "[[1]]",
  "{ a: 1 }",
].concat(
  "NOBODY",
  "$v",
  "$missing",
  '"2026-02-30"',
  '"2026-01-31"',
  '"9".',
  '"""block"""',
  '"\\u0000"',
  '"😀"',
);
const values = [null, 0, -1, 2 ** 53, 1.5, "", "x", "2026-01-31", true, [], [[1]], {}, { a: { b: [null] } }];
const snippets = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ":",
  "!",
  "$",
  "@",
  "...",
  '"',
  '"""',
  "#",
  "&",
  "|",
  "=",
  "\u0000",
  "\ufeff",
]
  .concat(
    "on",
    "fragment",
    "query",
    "mutation",
    "subscription",
    "null",
    "__typename",
    "__schema",
    "__type",
    "_entities",
  )
  .concat(
    "\\",
    "é",
    "😀",
    "\ud800",
    "@skip",
    "@include(if: $v)",
    "@defer",
    "first: 9",
    "-",
    "1e",
    "0x",
    "\n",
    "\r",
  );

/** One request. */
export function generateParams(
  schema: GraphQLSchema,
  ids: readonly string[],
  random: Random,
): GeneratedParams {
  const text = operation(schema, ids, random);
  const params: GeneratedParams = {
    query: random.chance(0.45) ? damaged(text, random) : text,
    variables: { v: random.pick(values), id: random.pick(ids), n: random.below(5) },
  };
  if (random.chance(0.05)) params["operationName"] = random.pick(["Q", "", "missing", null, 1]);
  if (random.chance(0.05)) params["variables"] = random.pick(values);
  if (random.chance(0.03)) params["extensions"] = random.pick(values);
  if (random.chance(0.02)) params["query"] = random.pick(values);
  if (random.chance(0.01)) params[random.pick(["id", "batch", "constructor"])] = 1;
  return params;
}

function operation(schema: GraphQLSchema, ids: readonly string[], random: Random): string {
  const isMutation = random.chance(0.05);
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (root === undefined || root === null) return "{ __typename }";
  const name = random.chance(0.3) ? "Q" : "";
  const variables = random.chance(0.3) ? "($v: Boolean, $id: ID!, $n: Int = 2)" : "";
  const keyword = isMutation ? "mutation" : "query";
  const body = selection(schema, root, ids, random, 1 + random.below(4));
  const fragment = random.chance(0.1)
    ? ` fragment F on Customer { key parent { key } ${random.chance(0.3) ? "...F" : ""} }`
    : "";
  return `${keyword} ${name} ${variables} ${body}${fragment}`;
}

function selection(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  ids: readonly string[],
  random: Random,
  depth: number,
): string {
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const [object] = objects.length === 0 ? [] : [random.pick(objects)];
  if (object === undefined) return "";
  const fields = Object.values(object.getFields());
  const chosen = Array.from({ length: 1 + random.below(4) }, () => {
    const field = random.pick(fields);
    if (random.chance(0.02))
      return random.pick(["nothing", "__typename", "__schema { types { name } }", "...F"]);
    const args = field.args
      .filter((argument) => isRequiredArgument(argument) || random.chance(0.2))
      .map((argument) => `${argument.name}: ${literal(argument.type, ids, random)}`);
    const below = getNamedType(field.type);
    if (!isLeafType(below) && depth <= 1) return "__typename";
    const alias = random.chance(0.1) ? `a${random.below(3)}: ` : "";
    const directive = random.chance(0.05)
      ? random.pick([" @skip(if: true)", " @include(if: $v)", " @nothing"])
      : "";
    const inside = isLeafType(below) ? "" : selection(schema, below, ids, random, depth - 1);
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}${directive} ${inside}`;
  });
  return isAbstractType(type)
    ? `{ ... on ${object.name} { ${chosen.join(" ")} } }`
    : `{ ${chosen.join(" ")} }`;
}

function literal(type: GraphQLInputType, ids: readonly string[], random: Random): string {
  if (random.chance(0.08)) return random.pick(literals);
  if (isNonNullType(type)) return literal(type.ofType, ids, random);
  if (isListType(type)) return `[${literal(type.ofType, ids, random)}]`;
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || random.chance(0.2),
    );
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.type, ids, random)}`).join(", ")} }`;
  }
  if (type.name === "ID") return random.chance(0.2) ? "$id" : JSON.stringify(random.pick(ids));
  if (type.name === "Int") return random.chance(0.2) ? "$n" : String(random.below(4));
  if (type.name === "Boolean") return String(random.chance(0.5));
  return random.pick(['"x"', '"2026-01-31"', '"10.00"', '"EUR"', '"2026-01-31T00:00:00Z"', '"LT00001"']);
}

function damaged(text: string, random: Random): string {
  let result = text;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + random.below(12));
    const kind = random.below(4);
    if (kind === 0) result = result.slice(0, at) + result.slice(end);
    else if (kind === 1) result = result.slice(0, at) + random.pick(snippets) + result.slice(at);
    else if (kind === 2) result = result.slice(0, end) + result.slice(at, end) + result.slice(end);
    else result = result.slice(0, at) + String.fromCharCode(random.below(65_536)) + result.slice(at + 1);
  }
  return result;
}
