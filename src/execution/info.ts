/** What graphql-js tells a resolver of the place that it is called for: made only for those that ask. */
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from "graphql";
import type { Path } from "./failures.ts";
import type { Operation } from "./plan.ts";

interface Asked {
  readonly operation: Operation;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly path: Path;
  readonly variables: Record<string, unknown>;
}

/** The `info` of a resolver. */
export function infoOf({
  operation: { schema, fragments, definition: operation },
  definition: { name, type },
  nodes,
  parentType,
  path,
  variables,
}: Asked): GraphQLResolveInfo {
  const info: Omit<GraphQLResolveInfo, "getAbortSignal" | "getAsyncHelpers"> = {
    fieldName: name,
    fieldNodes: nodes,
    returnType: type,
    parentType,
    path: toInfoPath(path, parentType.name),
    schema,
    fragments: Object.fromEntries(fragments),
    rootValue: undefined,
    operation,
    variableValues: variables,
  };
  // Its types tell of functions that graphql 16 does not give either.
  return info as GraphQLResolveInfo;
}

function toInfoPath({ prev, key }: Path, typename: string | undefined): GraphQLResolveInfo["path"] {
  return { prev: prev === undefined ? undefined : toInfoPath(prev, undefined), key, typename };
}
