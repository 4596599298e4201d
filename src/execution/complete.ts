/** From what a resolver gave to JSON text: null, lists, leaves and objects after the specification's CompleteValue. */
import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { located, type Path } from "./failures.ts";
import { leafWriter } from "./leaf.ts";
import type { ObjectPlan, Planner, Run } from "./plan.ts";
import { abandoned, isPromise, joined, type Text } from "./text.ts";
import { writeObject } from "./write.ts";

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
}

const ignore = () => {};

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
    const check = (text: string) => (text === "null" ? noNull(place.parentType, place.name) : text);
    return (run, value, path) => {
      const text = inner(run, value, path);
      return typeof text === "string" ? check(text) : text.then(check);
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
  const { nodes } = place;

  function failed(run: Run, thrown: unknown, path: Path): string {
    const error = located(thrown, nodes, path.prev, path.key);
    if (!isNullable) throw error;
    run.failures.add(error, path);
    return "null";
  }

  function writeItem(run: Run, value: unknown, path: Path): Text {
    try {
      const text = isPromise(value)
        ? value.then((settled) => complete(run, settled, path))
        : complete(run, value, path);
      return typeof text === "string"
        ? text
        : text.then(undefined, (thrown: unknown) => failed(run, thrown, path));
    } catch (thrown) {
      return failed(run, thrown, path);
    }
  }

  function writeList(run: Run, items: Iterable<unknown>, prev: Path): Text {
    let text = "[";
    let parts: Text[] | null = null;
    let key = 0;
    let failure: { readonly thrown: unknown } | null = null;
    for (const value of items) {
      if (failure !== null) {
        // Nobody waits for what comes after a failed item, and its own failure must not end the process.
        if (isPromise(value)) value.then(undefined, ignore);
        continue;
      }
      if (key > 0) text += ",";
      try {
        const written = writeItem(run, value, { prev, key });
        if (typeof written === "string") text += written;
        else {
          (parts ??= []).push(text, written);
          text = "";
        }
      } catch (thrown) {
        failure = { thrown };
      }
      key += 1;
    }
    if (failure !== null) return abandoned(parts, failure.thrown);
    return parts === null ? `${text}]` : joined(parts, `${text}]`);
  }

  return (run, value, path) => {
    if (isIterableObject(value)) return writeList(run, value, path);
    if (isAsyncIterable(value)) return gathered(value).then((items) => writeList(run, items, path));
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${place.parentType.name}.${place.name}".`,
    );
  };
}

function objectCompleter(type: GraphQLObjectType, place: Place): Complete {
  const { planner, nodes } = place;
  if (type.isTypeOf !== undefined && type.isTypeOf !== null) return checkedObject(type, place);
  const plans = new PlanMemory();
  return (run, value, path) =>
    writeObject(run, plans.get(type) ?? plans.set(type, planner.below(nodes, type, run)), value, path);
}

// graphql-js asks isTypeOf of every object whose type has it.
function checkedObject(type: GraphQLObjectType, { schema, planner, nodes }: Place): Complete {
  const plans = new PlanMemory();
  return (run, value, path) => {
    const go = (isOfType: boolean) => {
      if (!isOfType)
        throw new GraphQLError(`Expected value of type "${type.name}" but got another one.`, { nodes });
      return writeObject(
        run,
        plans.get(type) ?? plans.set(type, planner.below(nodes, type, run)),
        value,
        path,
      );
    };
    const answer = type.isTypeOf?.(value, run.context, infoWith(schema)) ?? true;
    return isPromise(answer) ? answer.then(go) : go(answer);
  };
}

function abstractCompleter(type: GraphQLAbstractType, { schema, planner, nodes, ...field }: Place): Complete {
  const plans = new PlanMemory();
  return (run, value, path) => {
    const go = (name: unknown) => {
      const found = possibleType(type, name, schema, nodes, field);
      return writeObject(
        run,
        plans.get(found) ?? plans.set(found, planner.below(nodes, found, run)),
        value,
        path,
      );
    };
    const name = typeNameOf(type, schema, value, run);
    return isPromise(name) ? name.then(go) : go(name);
  };
}

// In the words of graphql-js.
function possibleType(
  type: GraphQLAbstractType,
  name: unknown,
  schema: GraphQLSchema,
  nodes: readonly FieldNode[],
  { parentType, name: field }: Pick<Place, "parentType" | "name">,
): GraphQLObjectType {
  const found = typeof name === "string" ? schema.getType(name) : undefined;
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  const abstract = `Abstract type "${type.name}"`;
  const wrong =
    typeof name !== "string"
      ? `${abstract} must resolve to an Object type at runtime for field "${parentType.name}.${field}".`
      : found === undefined
        ? `${abstract} was resolved to a type "${name}" that does not exist inside the schema.`
        : `Runtime Object type "${name}" is not a possible type for "${type.name}".`;
  throw new GraphQLError(wrong, { nodes });
}

function typeNameOf(type: GraphQLAbstractType, schema: GraphQLSchema, value: unknown, run: Run): unknown {
  return (type.resolveType ?? defaultTypeResolver)(value, run.context, infoWith(schema), type);
}

// No type of ours asks for more than the schema.
const infoWith = (schema: GraphQLSchema) => ({ schema }) as GraphQLResolveInfo;

// Nearly every field has objects of one type: one comparison instead of a look-up.
class PlanMemory {
  #only: ObjectPlan | null = null;
  readonly #others = new Map<GraphQLObjectType, ObjectPlan>();

  get(type: GraphQLObjectType): ObjectPlan | undefined {
    return this.#only?.type === type ? this.#only : this.#others.get(type);
  }

  set(type: GraphQLObjectType, plan: ObjectPlan): ObjectPlan {
    if (this.#only === null) this.#only = plan;
    else this.#others.set(type, plan);
    return plan;
  }
}

function noNull(parentType: GraphQLObjectType, name: string): never {
  throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`);
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function gathered(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const value of values) items.push(value);
  return items;
}
