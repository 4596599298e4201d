/** The errors of one execution: located, and none below a place that is null already. */
import { type FieldNode, type GraphQLError, locatedError } from "graphql";
import { Failure } from "../model/errors.ts";

/** Where a value stands in the answer; undefined is the whole. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
}

/** What was thrown for a field or an item of it. */
interface Thrown {
  readonly thrown: unknown;
  readonly nodes: readonly FieldNode[];
  readonly parent: Path | undefined;
  readonly key: string | number;
}

/** Errors in the order in which they happened. */
export interface Failures {
  readonly errors: readonly GraphQLError[];
  /** The error of a place: its own; of those that are late one stands for all but the first hundred, at the first of them. */
  of(thrown: Thrown): GraphQLError;
  /** The place becomes null because of it; told unless it is within one that is null for another error. */
  add(error: GraphQLError, path: Path | undefined): void;
}

// More than a client looks at, and made within a millisecond.
const mostLate = 100;

/** None yet. */
export function createFailures(): Failures {
  const errors: GraphQLError[] = [];
  // The paths of what is null, as JSON arrays without their closing bracket; "[" is the whole.
  const nulled = new Set<string>();
  let late = 0;
  let others: GraphQLError | null = null;
  let areOthersTold = false;
  return {
    errors,
    of({ thrown, nodes, parent, key }) {
      if (!isLate(thrown) || late++ < mostLate) return located(thrown, nodes, parent, key);
      return (others ??= located(forOthers(thrown), nodes, parent, key));
    },
    add(error, path) {
      if (error === others && areOthersTold) return;
      const keys = keysOf(path);
      let prefix = "[";
      if (nulled.has(prefix)) return;
      for (const key of keys) {
        prefix += `${JSON.stringify(key)},`;
        if (nulled.has(prefix)) return;
      }
      nulled.add(prefix);
      errors.push(error);
      if (error === others) areOthersTold = true;
    },
  };
}

function forOthers({ code, message }: Failure): Failure {
  return new Failure(code, {
    message: `${message} Further places are null for the same reason; they are not named one by one.`,
  });
}

function isLate(thrown: unknown): thrown is Failure {
  return thrown instanceof Failure && (thrown.code === "DEADLINE_EXCEEDED" || thrown.code === "CANCELLED");
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
