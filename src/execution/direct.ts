/** The shortest way for what most of an answer is: leaves that are properties of what holds them. */
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  isEnumType,
  isLeafType,
  isNonNullType,
} from "graphql";
import { leafWriter, quoted, type WriteLeaf } from "./leaf.ts";

/** The JSON text of a property of an object; null when it is something else than a plain value, or may not be null and is. */
export type Direct = (source: object) => string | null;

/** What a field's extensions may say as `propertyOnce`: it is this property of its object, but only once another one is true. */
export interface PropertyOnce {
  readonly isTrue: string;
  readonly name: string;
}

type Property = Pick<PropertyOnce, "name"> & Partial<PropertyOnce>;

type Make = (quoted: (text: string) => string, write: WriteLeaf, nothing: string | null) => Direct;

// One function for each property and way of writing, so that the engine remembers for each where the property is. The
// names are our schema's and passed GraphQL's check of names: nothing that a client wrote becomes code.
const bodies = {
  text: `typeof value === "string" ? quoted(value)`,
  plain: `typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? write(value)`,
} as const;
const makers = new Map<string, Make | null>();

/** Reads and writes a field that is a property as a leaf; null where it is more than that, or code may not be made from text. */
export function directOf(
  field: GraphQLField<unknown, unknown>,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): Direct | null {
  const { type } = field;
  const inner = isNonNullType(type) ? type.ofType : type;
  const property = propertyOf(field, resolve);
  if (!isLeafType(inner) || property === null) return null;
  const make = makerOf(property, isText(inner) ? "text" : "plain");
  return make === null ? null : make(quoted, leafWriter(inner), isNonNullType(type) ? null : "null");
}

// Pothos marks what it exposes under another name.
function propertyOf(
  { name, extensions }: GraphQLField<unknown, unknown>,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): Property | null {
  if (resolve === defaultFieldResolver) return { name };
  const exposed = extensions["pothosExposedField"];
  if (typeof exposed === "string") return { name: exposed };
  return (extensions["propertyOnce"] as PropertyOnce | undefined) ?? null;
}

function isText(type: GraphQLLeafType): boolean {
  return !isEnumType(type) && (type.name === "String" || type.name === "ID");
}

function makerOf(property: Property, body: keyof typeof bodies): Make | null {
  const key = `${body} ${property.name} ${property.isTrue ?? ""}`;
  let make = makers.get(key);
  if (make === undefined) makers.set(key, (make = newMaker(property, bodies[body])));
  return make;
}

function newMaker({ name, isTrue }: Property, body: string): Make | null {
  const code = `return function (source) {
    ${isTrue === undefined ? "" : `if (source.${isTrue} !== true) return null;`}
    const value = source.${name};
    return ${body} : value === null || value === undefined ? nothing : null;
  };`;
  try {
    return new Function("quoted", "write", "nothing", code) as Make;
  } catch {
    // Node was told not to make code from text.
    return null;
  }
}
