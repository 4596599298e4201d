/** A question to the cache, and its answer. */
import type { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";
import type { Ages } from "./ages.ts";
import type { Codec } from "./codec.ts";
import type { Scope } from "./scope.ts";

/** One question to the cache. */
export interface Reading<T> {
  readonly scope: Scope;
  /** Unique within the scope, and of one kind of answer. */
  readonly key: string;
  readonly call: Call;
  readonly ages: (value: T) => Ages;
  readonly codec: Codec<T>;
  /** Asks the source. Null is what it does not know: never kept. */
  readonly ask: (call: Call) => Promise<T | null>;
}

/** The answer, from wherever it came. */
export interface Reply<T> {
  readonly value: T;
  /** Epoch milliseconds. */
  readonly fetchedAt: number;
  /** Why this older answer stands in for a new one; null when it does not. */
  readonly staleBecause: Failure | null;
}

/** The key of a question, unique within the process. */
export function keyOf({ scope, key }: Reading<any>): string {
  return `${scope.id} ${key}`;
}
