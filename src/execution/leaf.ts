/** Leaf values as JSON text: what a scalar or an enum serialises to, written the shortest way that gives the same bytes. */
import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLScalarType,
  GraphQLString,
  isEnumType,
} from "graphql";

/** The JSON text of a value that is neither null nor an Error; throws what the type's `serialize` throws. */
export type WriteLeaf = (value: unknown) => string;

// What JSON.stringify does not write as it is: quotes, backslashes, controls and, because halves are escaped, surrogates.
// oxlint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f\ud800-\udfff]/;
const mostInt = 2_147_483_647;

/** Does JSON write something in the text otherwise than it is? */
export function isSpecial(text: string): boolean {
  return special.test(text);
}

/** The text as JSON. */
function quoted(text: string): string {
  return special.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** The writer of a type. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) return enumWriter(type);
  switch (type.name) {
    case GraphQLString.name:
    case GraphQLID.name:
      return (value) => (typeof value === "string" ? quoted(value) : serialized(type, value));
    case GraphQLBoolean.name:
      return (value) => (typeof value === "boolean" ? String(value) : serialized(type, value));
    case GraphQLInt.name:
      return (value) =>
        typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= mostInt
          ? String(value)
          : serialized(type, value);
    case GraphQLFloat.name:
      return (value) =>
        typeof value === "number" && Number.isFinite(value) ? String(value) : serialized(type, value);
    default:
      return (value) => serialized(type, value);
  }
}

function enumWriter(type: GraphQLEnumType): WriteLeaf {
  const texts = new Map<unknown, string>();
  for (const { value, name } of type.getValues()) texts.set(value, `"${name}"`);
  return (value) => texts.get(value) ?? serialized(type, value);
}

function serialized(type: GraphQLScalarType | GraphQLEnumType, value: unknown): string {
  const plain: unknown = type.serialize(value);
  if (typeof plain === "string") return quoted(plain);
  // A function or a symbol has no text at all, and half a field would break the whole answer.
  const text = plain === null ? undefined : (JSON.stringify(plain) as string | undefined);
  if (text === undefined) throw new Error(`${type.name} serialises a value to nothing.`);
  return text;
}
