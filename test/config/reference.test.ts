/** docs/configuration.md is what the schema of the configuration says, and tells of every key. */
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { configReference } from "../../src/config/reference.ts";
import { configJsonSchema } from "../../src/config/schema.ts";
import { sourceKinds } from "../../src/sources/index.ts";

const path = resolve(import.meta.dirname, "../../docs/configuration.md");

it("docs/configuration.md is up to date (npm run docs:config or npx vitest run test/config -u write it)", async () => {
  await expect(configReference(sourceKinds)).toMatchFileSnapshot(path);
});

it("every key of the schema has a row, with a meaning", () => {
  const rows = new Map(
    [...configReference(sourceKinds).matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, key, rest = ""]) => [
      key,
      rest.split(" | ").at(-1)?.trim() ?? "",
    ]),
  );

  const keys = [...keysOf(configJsonSchema(sourceKinds), "")];

  expect(keys.length).toBeGreaterThan(120);
  expect(keys.filter((key) => !rows.get(key))).toEqual([]);
});

/** The paths of all leaves. */
function* keysOf(node: unknown, path: string): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  const { properties, items, additionalProperties, anyOf, oneOf } = node as Record<string, any>;
  let isLeaf = true;
  for (const [name, child] of Object.entries(properties ?? {})) {
    isLeaf = false;
    yield* keysOf(child, path === "" ? name : `${path}.${name}`);
  }
  for (const [child, below] of [
    [items, `${path}[]`],
    [additionalProperties, `${path}.<name>`],
    ...[...(anyOf ?? []), ...(oneOf ?? [])].map((each) => [each, path]),
  ]) {
    if (path === "" || !hasProperties(child)) continue;
    isLeaf = false;
    yield* keysOf(child, below);
  }
  if (isLeaf) yield path;
}

function hasProperties(node: unknown): boolean {
  return JSON.stringify(node ?? null).includes('"properties"');
}
