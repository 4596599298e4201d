/** The contract with those who use the graph: nothing breaks unannounced, and every change is told. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareSchemas, deprecationsWithoutReason } from "../../scripts/schema-changes.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const current = read("schema.graphql");

describe("schema.graphql", () => {
  const { breaking, names } = compareSchemas(read("schema.released.graphql"), current);

  it("breaks nothing that works with the released schema", () => {
    expect(breaking).toEqual([]);
  });

  it("has every change since then in the unreleased part of CHANGELOG.md", () => {
    const unreleased = read("CHANGELOG.md").split(/^## /m)[1] ?? "";

    expect(unreleased).toMatch(/^\[?Unreleased/);
    expect(names.filter((name) => !unreleased.includes(`\`${name}\``))).toEqual([]);
  });

  it("gives a reason for every deprecation", () => {
    expect(deprecationsWithoutReason(current)).toEqual([]);
  });
});

describe("compareSchemas", () => {
  const before = `type Query { a(x: Int): Thing } type Thing @key(fields: "id") @shareable { id: ID! b: Int c: Colour } enum Colour { RED }`;

  it.each([
    ["a field", "b: Int ", "", "Thing.b was removed."],
    ["a type", "b: Int", "b: String", "Thing.b changed type from Int to String."],
    ["an argument", "(x: Int)", "(x: Int!)", "Query.a arg x has changed type from Int to Int!."],
    ["a key", `@key(fields: "id") `, "", `Thing @key(fields: "id") was removed.`],
    ["what may be shared", "@shareable ", "", "Thing @shareable was removed."],
    ["what a supergraph shows", "b: Int", "b: Int @inaccessible", "Thing.b @inaccessible was added."],
  ])("sees that %s was taken away", (_, old, fresh, says) => {
    expect(compareSchemas(before, before.replace(old, fresh)).breaking).toEqual([says]);
  });

  it("names what was added, once, and takes a new value of an enum for dangerous", () => {
    const after = before
      .replace("RED", "RED BLUE")
      .replace("type Query {", "type Query { d(y: Int): New ")
      .concat(" type New { e: Int }");

    expect(compareSchemas(before, after)).toEqual({
      breaking: [],
      dangerous: ["BLUE was added to enum type Colour."],
      names: ["Query.d", "Colour.BLUE", "New"],
    });
  });

  it("finds deprecations without a reason", () => {
    const sdl = `type Query { a: Int @deprecated b(c: Int @deprecated(reason: "")): Int d: Int @deprecated(reason: "Use \`a\`.") }`;

    expect(deprecationsWithoutReason(sdl)).toEqual(["Query.a", "Query.b.c"]);
  });
});
