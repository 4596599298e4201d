/** The errors of one execution: located, and none below a place that is null already. */
import { type FieldNode, GraphQLError, locatedError } from "graphql";
import { Failure } from "../model/errors.ts";
import type { Pace } from "../model/pace.ts";

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
  /** The error of a place: its own; once nobody waits any more one stands for all places but the first hundred, at the first of them. */
  of(thrown: Thrown): GraphQLError;
  /** The place becomes null because of it, unless it is within one that is null for another error. */
  add(error: GraphQLError, path: Path | undefined): void;
}

// More than a client looks at, and made within a millisecond.
const mostLate = 100;

/** None yet; `over` tells why nobody waits any more. */
export function createFailures({ over }: Pick<Pace, "over">): Failures {
  const errors: GraphQLError[] = [];
  // The paths of what is null, as JSON arrays without their closing bracket; "[" is the whole.
  const nulled = new Set<string>();
  let late = 0;
  let others: GraphQLError | null = null;
  let areOthersTold = false;
  return {
    errors,
    of({ thrown, nodes, parent, key }) {
      const why = over();
      if (why === null || isLocated(thrown) || late++ < mostLate) return located(thrown, nodes, parent, key);
      return (others ??= located(forOthers(why), nodes, parent, key));
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
    message: `${message} Here and wherever else null is not explained, nothing had come by then.`,
  });
}

function isLocated(thrown: unknown): boolean {
  return thrown instanceof GraphQLError && thrown.path !== undefined;
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
