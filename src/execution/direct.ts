/** The shortest way for what most of an answer is: leaves that are properties of what holds them. */
import { type GraphQLLeafType, type GraphQLOutputType, isEnumType, isLeafType, isNonNullType } from "graphql";
import { leafWriter, quoted, type WriteLeaf } from "./leaf.ts";

/** The JSON text of a property of an object; null when it is something else than a plain value, or may not be null and is. */
export type Direct = (source: object) => string | null;

type Make = (quoted: (text: string) => string, write: WriteLeaf, nothing: string | null) => Direct;

// One function for each property and way of writing, so that the engine remembers for each where the property is. The
// names are our schema's and passed GraphQL's check of names: nothing that a client wrote becomes code.
const bodies = {
  text: `typeof value === "string" ? quoted(value)`,
  plain: `typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? write(value)`,
} as const;
const makers = new Map<string, Make | null>();

/** Reads and writes the property of that name as a leaf; null where the type is no leaf, or code may not be made from text. */
export function directOf(name: string, type: GraphQLOutputType): Direct | null {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (!isLeafType(inner)) return null;
  const make = makerOf(name, isText(inner) ? "text" : "plain");
  return make === null ? null : make(quoted, leafWriter(inner), isNonNullType(type) ? null : "null");
}

function isText(type: GraphQLLeafType): boolean {
  return !isEnumType(type) && (type.name === "String" || type.name === "ID");
}

function makerOf(name: string, body: keyof typeof bodies): Make | null {
  const key = `${body} ${name}`;
  let make = makers.get(key);
  if (make === undefined) makers.set(key, (make = newMaker(name, bodies[body])));
  return make;
}

function newMaker(name: string, body: string): Make | null {
  const code = `return function (source) {
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
