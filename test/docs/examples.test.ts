/** Every example in the README and the docs is run. */
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/read.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const root = resolve(import.meta.dirname, "../..");
const documents = [
  "README.md",
  ...readdirSync(resolve(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const textOf = (document: string) => readFileSync(resolve(root, document), "utf8");

/** The fenced blocks of a language, each with the block of JSON that follows it, if one does before the next. */
function blocksOf(document: string, language: string): { readonly code: string; readonly json: unknown }[] {
  const blocks = [...textOf(document).matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind, code = ""]) => ({
    kind,
    code,
  }));
  return blocks.flatMap(({ kind, code }, index) => {
    const next = blocks[index + 1];
    return kind === language ? [{ code, json: next?.kind === "json" ? JSON.parse(next.code) : null }] : [];
  });
}

/** Have two values the same keys and kinds of leaves? Data differ from day to day, and null is the absence of either. */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === 0 || b.length === 0 || isAlike(a[0], b[0]);
  if (typeof a !== "object" || typeof b !== "object") return typeof a === typeof b;
  const keys = Object.keys(a);
  return (
    keys.join() === Object.keys(b).join() &&
    keys.every((key) => isAlike((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const queries = documents.flatMap((document) =>
  blocksOf(document, "graphql")
    // Without variables an example is whole: others are parts that are explained, or run by tests of their own.
    .filter(({ code }) => /^\s*(?:\{|query(?:\s+\w+)?\s*\{)/.test(code))
    .map(({ code, json }, index) => ({
      name: `${document} #${index + 1}`,
      code,
      json,
      // Where a value comes from is told to credentials with the scope `raw`.
      viewer: document === "docs/provenance.md" ? ("service" as const) : ("parent" as const),
    })),
);

describe("queries", () => {
  it.each(queries)(
    "$name runs, and its answer has the shape that is shown",
    async ({ code, json, viewer }) => {
      const reply = await app.query(code, {}, viewer);

      expect(reply.errors).toBeUndefined();
      expect(json === null || isAlike({ data: reply.data }, json)).toBe(true);
    },
  );

  it("are found", () => {
    expect(queries.map(({ name }) => name)).toContain("README.md #1");
  });
});

describe("the configuration in the README", () => {
  it("is one", () => {
    const [block] = blocksOf("README.md", "yaml");
    const reading = readYaml(block?.code ?? "");
    const env = { FLOLIVE_TOKEN: "x", V6_KEY: "y", WEB_KEY_SHA256: "ab".repeat(32) };

    const read = readConfig("mistakes" in reading ? null : reading.value, {
      kinds: sourceKinds,
      env,
      baseDir: root,
    });

    expect("mistakes" in read ? read.mistakes : []).toEqual([]);
  });
});

describe("links in the README and the docs", () => {
  it.each(documents)("%s points to files that are there", (document) => {
    const folder = resolve(root, document, "..");
    const paths = [...textOf(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) =>
      resolve(folder, path),
    );

    const missing = paths.filter((path) => {
      try {
        readdirSync(path);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
      }
    });

    expect(missing).toEqual([]);
  });
});
