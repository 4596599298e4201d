/** YAML 1.2 text as plain values that still know where, and in which digits, they were written. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { Mistake, Origin, Path, Place } from "./mistake.ts";
import { restoreVariables, shieldVariables } from "./variables.ts";

/** What a text holds. */
export type Reading =
  | { readonly value: unknown; readonly origin: Origin }
  | { readonly mistakes: readonly Mistake[] };

// Our own sentences: the parser's may quote the text, and the text may be a secret.
const sentences: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_ALIAS: "a value that begins with * must stand in quotes",
  BAD_DQ_ESCAPE: 'a backslash in double quotes must be doubled ("\\\\"), or the text put in single quotes',
  BAD_INDENT: "the line is not indented like its neighbours, or a bracket is not closed",
  BAD_SCALAR_START: "a value that begins with @, ` or % must stand in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a value that holds a colon and a space must stand in quotes, or begin on its own line",
  DUPLICATE_KEY: "the key is there twice; remove one of them",
  MISSING_CHAR: "a quote, a bracket, a comma or a colon with its space is missing",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line and be followed by a colon and a space",
  MULTIPLE_DOCS: "the file must hold one document: remove the line ---",
  NON_STRING_KEY: "a key must be text",
  TAB_AS_INDENT: "tabs cannot indent; use spaces",
  TAG_RESOLVE_FAILED: "a value that begins with ! must stand in quotes",
};

/** Reads one document. Syntax errors, double keys and unresolved references are mistakes with line and column. */
export function readYaml(text: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(shieldVariables(text), {
    version: "1.2",
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  });
  const mistakes = [...document.errors, ...document.warnings].map((error) => toMistake(error, lines));
  if (text.includes("*")) mistakes.push(...lostAliases(document, lines));
  if (mistakes.length > 0) return { mistakes };
  try {
    return { value: restoreVariables(document.toJS()), origin: originIn(document, lines) };
  } catch {
    // The only thing left to throw: aliases that multiply without end.
    return {
      mistakes: [{ path: "", message: "The file repeats its *aliases too often; write the values out." }],
    };
  }
}

function lostAliases(document: Document, lines: LineCounter): Mistake[] {
  const lost: Mistake[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        lost.push(toMistake({ code: "BAD_ALIAS", pos: [alias.range?.[0] ?? 0, 0] }, lines));
    },
  });
  return lost;
}

function toMistake({ code, pos }: Pick<YAMLError, "code" | "pos">, lines: LineCounter): Mistake {
  const { line, col: column } = lines.linePos(pos[0]);
  const says =
    sentences[code] ?? "this is not YAML here; look at the indentation, the quotes and the brackets";
  return { path: "", line, column, message: `In line ${line}, column ${column}, ${says}.` };
}

function originIn(document: Document, lines: LineCounter): Origin {
  return {
    placeOf(path) {
      const { offset } = walk(document, path);
      if (offset === null) return null;
      const { line, col: column } = lines.linePos(offset);
      return { line, column } satisfies Place;
    },
    digitsOf(path) {
      const { node, isExact } = walk(document, path);
      return isExact && isScalar(node) && typeof node.value === "number" ? (node.source ?? null) : null;
    },
    templateOf: () => null,
  };
}

function walk(document: Document, path: Path): { node: unknown; offset: number | null; isExact: boolean } {
  let node: unknown = document.contents;
  let offset = path.length === 0 ? (document.contents?.range?.[0] ?? null) : null;
  for (const part of path) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined) return { node, offset, isExact: false };
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(parent) && typeof part === "number" && part < parent.items.length) {
      node = parent.items[part];
      if (isScalar(node) || isMap(node) || isSeq(node)) offset = node.range?.[0] ?? offset;
    } else {
      return { node, offset, isExact: false };
    }
  }
  return { node: isAlias(node) ? node.resolve(document) : node, offset, isExact: true };
}
