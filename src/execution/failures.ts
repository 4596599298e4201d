/** The errors of one execution: located, and none below a place that is null already. */
import { type FieldNode, GraphQLError, locatedError } from "graphql";

/** Where a value stands in the answer; undefined is the whole. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
}

/** Errors in the order in which they happened. */
export interface Failures {
  readonly errors: readonly GraphQLError[];
  /** The place becomes null because of it, unless it is within one that is null for another error. */
  add(error: GraphQLError, path: Path | undefined): void;
}

/** None yet. */
export function createFailures(): Failures {
  const errors: GraphQLError[] = [];
  // The paths of what is null, as JSON arrays without their closing bracket; "[" is the whole.
  const nulled = new Set<string>();
  return {
    errors,
    add(error, path) {
      const keys = keysOf(path);
      let prefix = "[";
      if (nulled.has(prefix)) return;
      for (const key of keys) {
        prefix += `${JSON.stringify(key)},`;
        if (nulled.has(prefix)) return;
      }
      nulled.add(prefix);
      errors.push(error);
    },
  };
}

/** What was thrown for a field, as a GraphQLError with its place; one that has a place already stays as it is. */
export function located(
  thrown: unknown,
  nodes: readonly FieldNode[],
  parent: Path | undefined,
  key: string | number,
): GraphQLError {
  return locatedError(thrown, nodes, [...keysOf(parent), key]);
}

/** From the outermost key to the innermost. */
function keysOf(path: Path | undefined): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.toReversed();
}
