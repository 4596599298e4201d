/** The first look at an operation's variables: that they are a plain, shallow object of modest size. */
import { Failure } from "../../model/errors.ts";
import type { Limits } from "../config.ts";
import { bracketsAllowed } from "./text.ts";

/** An operation's variables as they were sent. */
export type Variables = Readonly<Record<string, unknown>>;

// No input of this API has such a field, and code that copies objects carelessly would change what all objects share.
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const none: Variables = Object.freeze({});

/**
 * The variables, {} when there are none. Throws BAD_INPUT for anything but an object, for names that reach into
 * JavaScript's own and for numbers such as 1e400, LIMIT_EXCEEDED when they nest too deep or hold more values than a document may have tokens.
 */
export function checkVariables(variables: unknown, limits: Pick<Limits, "depth" | "tokens">): Variables {
  return checkObject("variables", variables, limits);
}

/** Throws as checkVariables does for a request's extensions. */
export function checkExtensions(extensions: unknown, limits: Pick<Limits, "depth" | "tokens">): void {
  checkObject("extensions", extensions, limits);
}

function checkObject(what: string, sent: unknown, limits: Pick<Limits, "depth" | "tokens">): Variables {
  if (sent === undefined || sent === null) return none;
  if (typeof sent !== "object" || Array.isArray(sent))
    throw new Failure("BAD_INPUT", { message: `The ${what} must be an object.` });
  const mostNested = bracketsAllowed(limits.depth);
  let count = 0;
  let level: object[] = [sent];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > mostNested)
      throw new Failure("LIMIT_EXCEEDED", {
        message: `The ${what} nest deeper than ${mostNested} levels.`,
      });
    const next: object[] = [];
    for (const holder of level) {
      const isList = Array.isArray(holder);
      // Only the keys: of an object with many thousands, the values are gathered as slowly.
      const keys = isList ? [] : Object.keys(holder);
      count += isList ? holder.length : keys.length;
      if (count > limits.tokens)
        throw new Failure("LIMIT_EXCEEDED", {
          message: `The ${what} hold more than ${limits.tokens} values.`,
        });
      if (keys.some((key) => forbiddenKeys.has(key)))
        throw new Failure("BAD_INPUT", { message: `The ${what} have a name that is not allowed.` });
      const values: unknown[] = isList ? holder : keys.map((key) => (holder as Variables)[key]);
      for (const value of values) {
        if (typeof value === "object" && value !== null) next.push(value);
        // As text it would be null: two questions that differ would be taken for one.
        else if (value === Infinity || value === -Infinity)
          throw new Failure("BAD_INPUT", { message: `The ${what} hold a number that is too large.` });
      }
    }
    level = next;
  }
  return sent as Variables;
}
