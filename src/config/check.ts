/** Checks one part of the configuration against its schema and collects every mistake in it. */
import type { z } from "zod";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";
import { suggestion } from "./closest.ts";
import { toMistake, valueAt } from "./sentences.ts";
import { unknownKeys } from "./shape.ts";

/** The checked value, or null when there are mistakes. */
export interface Checked<T> {
  readonly value: T | null;
  readonly mistakes: readonly Mistake[];
}

/** Checks `raw`, which stands at `base`. Keys that the schema does not know are mistakes, also where it would drop them. */
export function check<T>(
  schema: z.ZodType<T, unknown>,
  raw: unknown,
  base: Path,
  origin: Origin,
): Checked<T> {
  const strangers = unknownKeys(schema, raw).map(({ path, known }) => {
    const key = String(path.at(-1));
    return mistakeAt([...base, ...path], `is not a known key; ${suggestion(key, known)}`, origin);
  });
  let input = raw;
  let result = schema.safeParse(input);
  if (!result.success) {
    input = withPlainValues(raw, result.error.issues, base, origin);
    if (input !== raw) result = schema.safeParse(input);
  }
  if (result.success) return { value: strangers.length === 0 ? result.data : null, mistakes: strangers };
  const reported = new Set(strangers.map(({ path }) => path));
  const others = result.error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [toMistake(issue, schema, input, base, origin)];
    return issue.keys
      .map((key) => [...base, ...(issue.path as Path), key])
      .filter((path) => !reported.has(pathText(path)))
      .map((path) => mistakeAt(path, "is not a known key", origin));
  });
  return { value: null, mistakes: [...strangers, ...others] };
}

/** A variable always gives text: where a number or a switch is due, the text is read as one. */
function withPlainValues(
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  base: Path,
  origin: Origin,
): unknown {
  let value = raw;
  for (const issue of issues) {
    const path = issue.path as Path;
    const text = valueAt(value, path);
    if (issue.code !== "invalid_type" || typeof text !== "string") continue;
    if (origin.templateOf([...base, ...path]) === null) continue;
    if (/^(?:number|int)$/.test(issue.expected) && /^-?\d{1,15}(?:\.\d+)?$/.test(text))
      value = withValue(value, path, Number(text));
    if (issue.expected === "boolean" && /^(?:true|false)$/.test(text))
      value = withValue(value, path, text === "true");
  }
  return value;
}

function withValue(node: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(node))
    return node.map((item, index) => (index === part ? withValue(item, rest, value) : item));
  const entries = Object.entries(node as object);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, key === part ? withValue(item, rest, value) : item]),
  );
}
