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
import type { FieldHints, PropertyOnce, ScalarHints } from "./hints.ts";
import { leafWriter } from "./leaf.ts";

/** How a leaf is read from its object alone and written. */
export interface Direct {
  /** The property's value; `elsewhere` when the field has to be asked after all. */
  readonly read: (source: object) => unknown;
  /** By value, the text that stands for it; null: a text stands for itself. */
  readonly names: ReadonlyMap<unknown, string> | null;
  /** Is there nothing in its texts that JSON escapes? */
  readonly isPlain: boolean;
  /** The JSON text of what is no such text; null when it may not be, or is no plain value. */
  readonly write: (value: unknown) => string | null;
}

type Property = Pick<PropertyOnce, "name"> & Partial<PropertyOnce>;
type Read = Direct["read"];

// Is no plain value, so that whoever finds it asks the field.
const elsewhere = Symbol("elsewhere");
const readers = new Map<string, Read>();

/** Reads and writes a field that is a property as a leaf; null where it is more than that. */
export function directOf(
  field: GraphQLField<unknown, unknown>,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): Direct | null {
  const { type } = field;
  const inner = isNonNullType(type) ? type.ofType : type;
  const hints: FieldHints = field.extensions;
  const property = propertyOf(field, resolve);
  if (!isLeafType(inner) || property === null) return null;
  return {
    read: readerOf(property),
    names: isEnumType(inner) ? namesOf(inner.getValues()) : null,
    isPlain: isEnumType(inner) || ((inner.extensions as ScalarHints).isPlain ?? hints.isPlain) === true,
    write: writerOf(inner, isNonNullType(type) ? null : "null"),
  };
}

/** The name of a type, as if it were a property of all of its objects. */
export function constantOf(text: string): Direct {
  return { read: () => text, names: null, isPlain: true, write: () => null };
}

// Pothos marks what it exposes under another name.
function propertyOf(
  { name, extensions }: GraphQLField<unknown, unknown>,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): Property | null {
  if (resolve === defaultFieldResolver) return { name };
  const exposed = extensions["pothosExposedField"];
  if (typeof exposed === "string") return { name: exposed };
  return (extensions as FieldHints).propertyOnce ?? null;
}

function namesOf(values: readonly { readonly value: unknown; readonly name: string }[]) {
  return new Map(values.filter(({ value }) => value !== null).map(({ value, name }) => [value, name]));
}

function writerOf(type: GraphQLLeafType, nothing: string | null): Direct["write"] {
  const write = leafWriter(type);
  return (value) => {
    if (value === null || value === undefined) return nothing;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? write(value)
      : null;
  };
}

function readerOf(property: Property): Read {
  const key = `${property.name} ${property.isTrue ?? ""}`;
  let read = readers.get(key);
  if (read === undefined) readers.set(key, (read = newReader(property)));
  return read;
}

// One function for each property, so that the engine remembers for each where it is. The names are our schema's and passed
// GraphQL's check of names: nothing that a client wrote becomes code.
function newReader({ name, isTrue }: Property): Read {
  const value =
    isTrue === undefined ? `source.${name}` : `source.${isTrue} === true ? source.${name} : elsewhere`;
  try {
    return (new Function("elsewhere", `return (source) => ${value};`) as (_: symbol) => Read)(elsewhere);
  } catch {
    // Node was told not to make code from text.
    return (source: object) => {
      const properties = source as Readonly<Record<string, unknown>>;
      return isTrue === undefined || properties[isTrue] === true ? properties[name] : elsewhere;
    };
  }
}
