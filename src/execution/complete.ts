/** From what a resolver gave to JSON text: null, lists, leaves and objects after the specification's CompleteValue. */
import {
  type FieldNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Path } from "./failures.ts";
import { leafWriter } from "./leaf.ts";
import { hear, isIterableObject, whenCome } from "./later.ts";
import type { Failure } from "../model/errors.ts";
import type { LastingLists } from "./memory.ts";
import { abstractCompleter, objectCompleter } from "./object.ts";
import type { Planner, Run } from "./plan.ts";
import { abandoned, inBytes, isFull, isPromise, isWritten, joined, settled, type Text } from "./text.ts";

/** Writes a value; throws, or rejects, with what makes its place null or, for a non-null type, the place above it. */
export type Complete = (run: Run, value: unknown, path: Path) => Text;

/** The same for leaves, which are written at once and have nothing below them. */
export type WriteValue = (value: unknown) => string;

/** The field that a value is of. */
export interface Place {
  readonly schema: GraphQLSchema;
  readonly planner: Planner;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly name: string;
  /** Where the text of its lists is remembered; null where they may change. */
  readonly lists: LastingLists | null;
}

// Between so many the clock is looked at.
const itemsAtOnce = 16;

/** The writer of a leaf field; null for other fields. */
export function leafOf(
  type: GraphQLOutputType,
  parentType: GraphQLObjectType,
  name: string,
): WriteValue | null {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (!isLeafType(inner)) return null;
  const write = leafWriter(inner);
  const nothing = isNonNullType(type) ? () => noNull(parentType, name) : () => "null";
  return (value) => {
    if (value === null || value === undefined) return nothing();
    if (value instanceof Error) throw value;
    return write(value);
  };
}

/** The writer of any field. */
export function completer(type: GraphQLOutputType, place: Place): Complete {
  if (isNonNullType(type)) {
    const inner = completer(type.ofType, place);
    return (run, value, path) => {
      const text = inner(run, value, path);
      // What comes later is an object or a list that was there.
      return text === "null" ? noNull(place.parentType, place.name) : text;
    };
  }
  const some = someCompleter(type, place);
  return (run, value, path) => {
    if (value === null || value === undefined) return "null";
    if (value instanceof Error) throw value;
    return some(run, value, path);
  };
}

function someCompleter(type: GraphQLOutputType, place: Place): Complete {
  if (isListType(type)) return listCompleter(type.ofType as GraphQLOutputType, place);
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return (_run, value) => write(value);
  }
  if (isAbstractType(type)) return abstractCompleter(type, place);
  if (isObjectType(type)) return objectCompleter(type, place);
  throw new TypeError(`${String(type)} is no type of an answer`);
}

function listCompleter(item: GraphQLOutputType, place: Place): Complete {
  const complete = completer(item, place);
  const isNullable = !isNonNullType(item);
  const { nodes, lists } = place;

  function failed(run: Run, thrown: unknown, path: Path): string {
    const error = run.failures.of({ thrown, nodes, parent: path.prev, key: path.key });
    run.asked += 1;
    if (!isNullable) throw error;
    run.failures.add(error, path);
    return "null";
  }

  function writeItem(run: Run, value: unknown, path: Path): Text {
    const fail = (thrown: unknown) => failed(run, thrown, path);
    try {
      if (isPromise(value))
        return whenCome(run, value, (come) => complete(run, come, path), fail).then(undefined, fail);
      const text = complete(run, value, path);
      return isWritten(text) ? text : text.then(undefined, fail);
    } catch (thrown) {
      return fail(thrown);
    }
  }

  /** The same of items from there on that nobody waits for any more. */
  function writeLate(run: Run, over: Failure, items: readonly unknown[], start: number, prev: Path): Text {
    hear(items, start);
    let text = start === 0 ? "[" : "";
    for (let key = start; key < items.length; key++)
      text += `${key > 0 ? "," : ""}${failed(run, over, { prev, key })}`;
    return settled(`${text}]`);
  }

  /** The items from `start` on, and the end of the list. */
  function writeItems(run: Run, items: readonly unknown[], start: number, prev: Path): Text {
    const over = run.pace.over();
    if (over !== null) return writeLate(run, over, items, start, prev);
    let text = start === 0 ? "[" : "";
    let parts: Text[] | null = null;
    for (let key = start; key < items.length; key++) {
      if (key % itemsAtOnce === 0 && key > start && run.pace.isDue()) {
        if (start === 0) hear(items, key);
        const goOn = () => writeItems(run, items, key, prev);
        (parts ??= []).push(text, run.pace.rest().then(goOn, goOn));
        return joined(parts, "");
      }
      if (key > 0) text += ",";
      try {
        const written = writeItem(run, items[key], { prev, key });
        if (typeof written === "string") text += written;
        else {
          (parts ??= []).push(text, written);
          text = "";
        }
        if (isFull(text)) {
          (parts ??= []).push(inBytes(text));
          text = "";
        }
      } catch (thrown) {
        hear(items, key + 1);
        return abandoned(parts, thrown);
      }
    }
    return parts === null ? settled(`${text}]`) : joined(parts, `${text}]`);
  }

  function writeLasting(own: LastingLists, run: Run, items: readonly unknown[], path: Path): Text {
    const known = own.meet(items);
    if (known !== null && known.text !== null) return known.text;
    const { asked } = run;
    const text = writeItems(run, items, 0, path);
    if (known !== null && isWritten(text) && run.asked === asked) own.remember(items, text);
    return text;
  }

  return (run, value, path) => {
    if (lists !== null && Array.isArray(value)) return writeLasting(lists, run, value, path);
    if (isIterableObject(value)) return writeItems(run, itemsOf(value), 0, path);
    if (isAsyncIterable(value)) return gathered(value).then((items) => writeItems(run, items, 0, path));
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${place.parentType.name}.${place.name}".`,
    );
  };
}

function itemsOf(values: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(values)) return values;
  const items: unknown[] = [];
  try {
    for (const item of values) items.push(item);
  } catch (thrown) {
    hear(items);
    throw thrown;
  }
  return items;
}

function noNull(parentType: GraphQLObjectType, name: string): never {
  throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function gathered(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const value of values) items.push(value);
  return items;
}
