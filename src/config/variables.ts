/** `${NAME}` and `${NAME:-default}` in text values, filled in from the environment; `$${` stands for `${` itself. */
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Values with the variables filled in. */
export interface Filled {
  readonly value: unknown;
  /** The texts as they were written, by path. */
  readonly templates: ReadonlyMap<string, string>;
  readonly mistakes: readonly Mistake[];
}

const variable = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(:-([^}]*))?\})?/g;

/** Fills in every text below a value; keys stay as they are. A variable that is not set is a mistake that names it. */
export function fillVariables(value: unknown, env: Environment, origin: Origin): Filled {
  const templates = new Map<string, string>();
  const mistakes: Mistake[] = [];

  function fillText(text: string, path: Path): string {
    templates.set(pathText(path), text);
    return text.replace(variable, (match, name: string | undefined, hasDefault?: string, fallback = "") => {
      if (match === "$${") return "${";
      if (name === undefined) {
        const says =
          "holds ${ without a name and a closing brace; write ${NAME}, or $${ for the two characters";
        mistakes.push(mistakeAt(path, says, origin));
        return "";
      }
      const set = Object.hasOwn(env, name) ? env[name] : undefined;
      if (hasDefault !== undefined) return set === undefined || set === "" ? fallback : set;
      if (set === undefined) {
        const says = `needs the environment variable ${name}, which is not set; set it, or write \${${name}:-a default}`;
        mistakes.push(mistakeAt(path, says, origin));
      }
      return set ?? "";
    });
  }

  function fill(node: unknown, path: Path): unknown {
    if (typeof node === "string") return node.includes("${") ? fillText(node, path) : node;
    if (Array.isArray(node)) return node.map((item, index) => fill(item, [...path, index]));
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, fill(item, [...path, key])]));
  }

  return { value: fill(value, []), templates, mistakes };
}

// In `{ token: ${TOKEN} }` the braces would be YAML's own. Each character of a variable is therefore moved into a
// private area of Unicode, of the same length, so that lines and columns stay; `restoreVariables` moves it back.
const inText = /\$\$?\{[^{}\n"']*\}/g;
const shielded = /\uE024[^\uE07D]*\uE07D/g;

/** Hides variables from a YAML parser. */
export function shieldVariables(text: string): string {
  return text.replace(inText, (match) => match.replace(/[ -~]/g, (char) => moved(char, 0xe000)));
}

/** Brings hidden variables back, in every text and key below a value. */
export function restoreVariables(value: unknown): unknown {
  if (typeof value === "string") {
    if (!value.includes("\uE024")) return value;
    return value.replace(shielded, (match) =>
      match.replace(/[\uE020-\uE07E]/g, (char) => moved(char, -0xe000)),
    );
  }
  if (Array.isArray(value)) return value.map(restoreVariables);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [restoreVariables(key), restoreVariables(item)]),
  );
}

function moved(char: string, by: number): string {
  return String.fromCharCode(char.charCodeAt(0) + by);
}
