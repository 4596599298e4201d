/** The fenced blocks of the documents: everything in them that can be run. */
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** One fenced block. */
export interface Block {
  /** Such as "docs/lists.md". */
  readonly document: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** Such as "graphql"; empty when it says none. */
  readonly language: string;
  readonly code: string;
  /** The language of the block before it in the same section; null when it is the first. */
  readonly after: string | null;
}

/** All documents for people, those of examples and sources included; without those that hold measurements. */
export const documents: readonly string[] = [
  "README.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "examples", "src", "ops"].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .sort(),
  ),
];

const textOf = (document: string) => readFileSync(resolve(root, document), "utf8");

/** The blocks of a document, in their order. */
export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let open: {
    readonly line: number;
    readonly indent: string;
    readonly language: string;
    code: string[];
  } | null = null;
  let after: string | null = null;
  for (const [index, line] of textOf(document).split("\n").entries()) {
    const [, indent = "", language = ""] = /^( *)```(.*)$/.exec(line) ?? [];
    const isFence = /^ *```/.test(line);
    if (open === null && isFence) open = { line: index + 1, indent, language: language.trim(), code: [] };
    else if (open !== null && isFence) {
      const { line: at, language: own, code } = open;
      blocks.push({ document, line: at, language: own, code: `${code.join("\n")}\n`, after });
      after = own;
      open = null;
    } else if (open === null) {
      if (line.startsWith("#")) after = null;
    } else open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
  }
  return blocks;
}
