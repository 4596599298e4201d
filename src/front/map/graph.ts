/** The schema as boxes and links: the object types that lead to others, with the fields that lead there. */
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";

/** A type with its links. */
export interface Box {
  readonly name: string;
  /** The type's description; empty when it has none. */
  readonly description: string;
  /** Query, Mutation or Subscription? */
  readonly isRoot: boolean;
  readonly rows: readonly Row[];
  /** How many fields hold values of their own. */
  readonly values: number;
}

/** A field that leads to another type; a connection leads to its nodes. */
export interface Row {
  readonly field: string;
  readonly type: string;
  readonly isList: boolean;
}

/** The roots first, then every type that they lead to and that leads on, nearest first. */
export function readGraph(schema: GraphQLSchema): readonly Box[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type !== null && type !== undefined,
  );
  const boxes = new Map<string, Box>();
  const waiting: GraphQLObjectType[] = [...roots];
  for (let type = waiting.shift(); type !== undefined; type = waiting.shift()) {
    if (boxes.has(type.name)) continue;
    const links = Object.values(type.getFields()).flatMap((field) => linkOf(field.name, field.type));
    const isRoot = roots.includes(type);
    if (links.length === 0 && !isRoot) continue;
    boxes.set(type.name, {
      name: type.name,
      description: type.description ?? "",
      isRoot,
      rows: links.map(({ row }) => row),
      values: Object.keys(type.getFields()).length - links.length,
    });
    waiting.push(...links.map(({ target }) => target));
  }
  return [...boxes.values()];
}

function linkOf(field: string, type: GraphQLOutputType): { row: Row; target: GraphQLObjectType }[] {
  const named = getNamedType(type);
  if (!isObjectType(named)) return [];
  const nodes = named.name.endsWith("Connection") ? named.getFields()["nodes"] : undefined;
  const target = nodes === undefined ? named : getNamedType(nodes.type);
  if (!isObjectType(target)) return [];
  return [{ row: { field, type: target.name, isList: nodes !== undefined || isList(type) }, target }];
}

function isList(type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return isList(type.ofType);
  return isListType(type);
}
