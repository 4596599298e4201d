/** zod's issues as sentences that say what is wrong and what would be right, never with a value in them. */
import type { z } from "zod";
import { type Mistake, mistakeAt, type Origin, type Path } from "./mistake.ts";
import { descriptionAt } from "./shape.ts";

type Issue = z.core.$ZodIssue;

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
  array: "a list",
  null: "null",
};

/** One issue of a schema as a mistake; `value` is what was checked, `base` where it stands. */
export function toMistake(
  issue: Issue,
  schema: z.ZodType,
  value: unknown,
  base: Path,
  origin: Origin,
): Mistake {
  const meant = meantBy(issue);
  if (meant !== null) return toMistake(meant, schema, value, base, origin);
  const within = issue.path as Path;
  const path = [...base, ...within];
  const given = valueAt(value, within);
  if (given === undefined && issue.code !== "custom") {
    const description = descriptionAt(schema, within);
    return mistakeAt(
      path,
      description === null
        ? `is missing; it ${saysOf(issue, given)}`
        : `is missing: ${inSentence(description)}`,
      origin,
    );
  }
  return mistakeAt(path, saysOf(issue, given), origin);
}

function saysOf(issue: Issue, given: unknown): string {
  // A schema's own words stand as they are; zod's begin with a capital letter.
  if (!/^(?:Invalid|Too|Unrecognized)\b/.test(issue.message)) return predicate(issue.message);
  switch (issue.code) {
    case "invalid_type": {
      const isBareText =
        issue.expected === "string" && (typeof given === "number" || typeof given === "boolean");
      return `must be ${words[issue.expected] ?? issue.expected}${isBareText ? "; put it in quotes" : ""}`;
    }
    case "invalid_value":
      return `must be ${listOf(issue.values.map(String))}`;
    case "too_small":
      return boundOf(
        issue.origin,
        "at least",
        issue.inclusive === false ? `more than ${issue.minimum}` : String(issue.minimum),
      );
    case "too_big":
      return boundOf(
        issue.origin,
        "at most",
        issue.inclusive === false ? `less than ${issue.maximum}` : String(issue.maximum),
      );
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return issue.format === "regex"
        ? "does not have the form that is needed"
        : `must be a valid ${issue.format}`;
    case "invalid_union":
      return unionSays(issue);
    default:
      return "cannot be used as it is";
  }
}

function unionSays(issue: z.core.$ZodIssueInvalidUnion): string {
  if ("options" in issue && Array.isArray(issue.options))
    return `must be ${listOf(issue.options.map(String))}`;
  return `must be ${[...new Set(typesOf(issue))].join(" or ")}`;
}

function typesOf(issue: Issue): string[] {
  if (issue.code === "invalid_union") return issue.errors.flatMap((issues) => issues.flatMap(typesOf));
  return [issue.code === "invalid_type" ? (words[issue.expected] ?? issue.expected) : "another value"];
}

/** Of a union's options the one that has the value's own type, by its first issue; null when none has. */
function meantBy(issue: Issue): Issue | null {
  if (issue.code !== "invalid_union") return null;
  const meant = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  const first = meant?.[0];
  return first === undefined ? null : { ...first, path: [...issue.path, ...first.path] };
}

function boundOf(origin: string, word: string, bound: string): string {
  if (origin === "array" || origin === "set")
    return `must have ${word} ${bound} ${bound === "1" ? "item" : "items"}`;
  if (origin === "string") return `must have ${word} ${bound} ${bound === "1" ? "character" : "characters"}`;
  return /^\d|^-/.test(bound) ? `must be ${word} ${bound}` : `must be ${bound}`;
}

function listOf(options: readonly string[]): string {
  return options.length === 1 ? `${options[0]}` : `one of ${options.join(", ")}`;
}

/** "must be …" as it is; any other sentence after a colon. */
function predicate(message: string): string {
  const text = message.replace(/\.$/, "");
  return /^(?:must|is|has|needs|holds|cannot|does|names)\b/.test(text)
    ? text
    : `is not right: ${inSentence(text)}`;
}

/** The first letter made small where it begins an ordinary word, the full stop dropped. */
function inSentence(sentence: string): string {
  return sentence.replace(/\.$/, "").replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, part)
        ? (node as Record<string | number, unknown>)[part]
        : undefined,
    value,
  );
}
