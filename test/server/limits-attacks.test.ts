import { buildSchema, getIntrospectionQuery, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { serverConfig } from "../../src/server/config.ts";
import { checkDocument } from "../../src/server/limits/document.ts";
import { checkText } from "../../src/server/limits/text.ts";

const { limits } = serverConfig.parse({});
const schema = buildSchema(`
  type Query { viewer: Viewer, node(id: ID): Viewer, items(ids: [ID!]): [Viewer!]! }
  type Viewer { id: ID, name: String, self: Viewer, friends: [Viewer] }
`);

/** The whole way of an operation before it runs. */
function check(text: string, variables?: unknown): number {
  checkText(text, limits);
  return checkDocument({ schema, document: parse(text), variables, limits }).cost;
}

function attempt(act: () => unknown): { failure: unknown; cpuMs: number } {
  const before = process.cpuUsage();
  let failure: unknown = null;
  try {
    act();
  } catch (thrown) {
    failure = thrown;
  }
  const { user, system } = process.cpuUsage(before);
  return { failure, cpuMs: (user + system) / 1000 };
}

const times = (n: number, write: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => write(i)).join(" ");
const doubling = (n: number) =>
  `{ viewer { ...F0 } } ${times(n, (i) => `fragment F${i} on Viewer { a: self { ...F${i + 1} } b: self { ...F${i + 1} } }`)} fragment F${n} on Viewer { id }`;
const fieldsDoubling = (n: number) =>
  `{ viewer { ...F0 } } ${times(n, (i) => `fragment F${i} on Viewer { self { ...F${i + 1} } friends { ...F${i + 1} } }`)} fragment F${n} on Viewer { id }`;

describe("refused within 100 ms of CPU", () => {
  it.each<[string, string, RegExp]>([
    [
      "fields 20,000 deep",
      `{ viewer ${"{ self ".repeat(20_000)}{ id } ${"}".repeat(20_000)} }`,
      /deeper than 60/,
    ],
    ["fields 20,000 deep, never closed", "{self".repeat(20_000), /deeper than 60/],
    ["lists 20,000 deep", `{ node(id: ${"[".repeat(20_000)}`, /deeper than 60/],
    ["objects 20,000 deep", `{ node(id: ${"{a:".repeat(20_000)}`, /deeper than 60/],
    ["list types 20,000 deep", `query($a: ${"[".repeat(20_000)}`, /deeper than 60/],
    ["fields 21 deep", `{ viewer ${"{ self ".repeat(19)}{ id } ${"}".repeat(19)} }`, /deeper than 20 levels/],
    [
      "inline fragments 62 deep",
      `{ ${"... { ".repeat(62)} viewer { id } ${"}".repeat(62)} }`,
      /deeper than 60/,
    ],
    ["10,000 aliases", `{ viewer { ${times(10_000, (i) => `a${i}: id`)} } }`, /more than 5000 tokens/],
    ["1,000 aliases", `{ viewer { ${times(1_000, (i) => `a${i}: id`)} } }`, /more than 100 aliases/],
    [
      "1,000 aliases of __typename",
      `{ ${times(1_000, (i) => `a${i}: __typename`)} }`,
      /more than 100 aliases/,
    ],
    ["2,000 times the same field", `{ viewer { ${"id ".repeat(2_000)} } }`, /aliases and repeated fields/],
    [
      "the same field in 1,000 inline fragments",
      `{ viewer { ${"...{id} ".repeat(1_000)} } }`,
      /repeated fields/,
    ],
    ["21 root fields", `{ ${times(21, (i) => `a${i}: viewer { id }`)} }`, /more than 20 root fields/],
    [
      "21 root fields in a fragment",
      `{ ...F } fragment F on Query { ${times(21, (i) => `a${i}: viewer { id }`)} }`,
      /more than 20 root fields/,
    ],
    ["aliases that double 15 times", doubling(15), /more than 100 aliases/],
    ["aliases that double 2,000 times", doubling(2_000), /tokens/],
    ["fields that double 15 times", fieldsDoubling(15), /fragments written out.* 5000 fields/],
    [
      "aliases of a fragment that is not used",
      `{ viewer { id } } fragment F on Viewer { ${times(101, (i) => `a${i}: id`)} }`,
      /aliases/,
    ],
    [
      "a chain of 100 fragments",
      `{ viewer { ...F0 } } ${times(100, (i) => `fragment F${i} on Viewer { ...F${i + 1} }`)} fragment F100 on Viewer { id }`,
      /fields and fragments deeper than 60/,
    ],
    [
      "the same chain, written backwards",
      `fragment F100 on Viewer { id } ${times(100, (i) => `fragment F${99 - i} on Viewer { ...F${100 - i} }`)} { viewer { ...F0 } }`,
      /fields and fragments deeper than 60/,
    ],
    [
      "400 fragments in one place",
      `{ viewer { ${times(400, (i) => `...F${i}`)} } } ${times(400, (i) => `fragment F${i} on Viewer { id }`)}`,
      /more than 120 operations and fragments/,
    ],
    ["a megabyte of directives", `{ viewer ${"@a ".repeat(333_000)} { id } }`, /more than 100 directives/],
    ["a megabyte of comments", `${"#\n".repeat(499_000)} { viewer { id } }`, /more than 5000 comments/],
    ["a megabyte of commas and names", `{ ${"a,".repeat(499_000)} }`, /more than 5000 tokens/],
    ["30 MB", `{ viewer { id } } ${" ".repeat(30_000_000)}`, /longer than 1000000 bytes/],
    [
      "more bytes than characters",
      `{ node(id: "${"€".repeat(400_000)}") { id } }`,
      /longer than 1000000 bytes/,
    ],
    [
      "nested lists without sizes",
      `{ viewer ${"{ friends ".repeat(8)}{ id } ${"}".repeat(8)} }`,
      /costs 111111111,/,
    ],
    [
      "introspection in circles",
      `{ __schema { types { fields { type { fields { type { fields { type { fields { type { fields { name } } } } } } } } } } } }`,
      /costs \d+/,
    ],
  ])("%s", (_what, text, sentence) => {
    const { failure, cpuMs } = attempt(() => check(text));

    expect(failure).toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringMatching(sentence) });
    expect((failure as Error).message).toMatch(/^[^\n]{10,150}\.$/);
    expect(cpuMs).toBeLessThan(100);
  });

  it.each<[string, unknown, string]>([
    [
      "variables 20,000 deep",
      JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`),
      "LIMIT_EXCEEDED",
    ],
    [
      "variables of lists 20,000 deep",
      { a: JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`) },
      "LIMIT_EXCEEDED",
    ],
    ["500,000 values", { a: Array.from({ length: 500_000 }, () => 1) }, "LIMIT_EXCEEDED"],
    [
      "80,000 names",
      JSON.parse(`{${times(80_000, (i) => `"a${i}":1`).replaceAll(" ", ",")}}`),
      "LIMIT_EXCEEDED",
    ],
    ["__proto__", JSON.parse('{"__proto__": {"isAdmin": true}}'), "BAD_INPUT"],
    ["__proto__ within", JSON.parse('{"a": [{"b": {"__proto__": 1}}]}'), "BAD_INPUT"],
    ["constructor", { a: { constructor: { prototype: {} } } }, "BAD_INPUT"],
    ["a number beyond all numbers", JSON.parse('{"a": [1e400]}'), "BAD_INPUT"],
    ["one below all", JSON.parse('{"a": {"b": -1e400}}'), "BAD_INPUT"],
    ["a list", [1], "BAD_INPUT"],
    ["text", "{}", "BAD_INPUT"],
  ])("%s", (_what, variables, code) => {
    const { failure, cpuMs } = attempt(() => check("{ viewer { id } }", variables));

    expect(failure).toMatchObject({ code });
    expect(cpuMs).toBeLessThan(100);
  });

  it("and nothing that these documents or variables hold has changed what all objects share", () => {
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });
});

describe("fragments in circles", () => {
  it.each([
    "{ viewer { ...A } } fragment A on Viewer { ...A }",
    "{ viewer { ...A } } fragment A on Viewer { self { ...B } } fragment B on Viewer { friends { ...A } }",
    "fragment A on Viewer { ...B ...C } fragment B on Viewer { ...A ...C } fragment C on Viewer { ...B ...A } { viewer { ...A } }",
  ])("end here: %s", (text) => {
    expect(() => check(text)).toThrow("A fragment contains itself.");
  });
});

describe("what is left to others", () => {
  it.each([
    "{ nothing { known { here } } }",
    "{ viewer { ...Missing } }",
    "{ constructor { toString } }",
    "{ ... on Missing { id } }",
    "mutation { anything { id } }",
    "type Query { a: Int } { viewer { id } }",
  ])("does not fail here: %s", (text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each(["{ __proto__ { id } }", "{ __proto__: viewer { id } }", "query __proto__ { viewer { id } }"])(
    "but a name that reaches into JavaScript's own is refused: %s",
    (text) => {
      expect(() => check(text)).toThrow("The operation has a name that is not allowed.");
    },
  );

  it.each(["{", "{ viewer { id ", '{ node(id: "', "%"])("a syntax error is the parser's: %s", (text) => {
    expect(() => checkText(text, limits)).not.toThrow();
    expect(() => parse(text)).toThrow(/Syntax Error/);
  });
});

const run = (text: string, operationName?: string | null) =>
  checkDocument({ schema, document: parse(text), operationName, limits });

describe("the operation to run", () => {
  it("is the only one, or the one that is named", () => {
    expect(run("{ viewer { id } }").cost).toBe(1);
    expect(run("{ viewer { id } }", null).cost).toBe(1);
    expect(run("query A { viewer { id } } query B { viewer { self { id } } }", "B").cost).toBe(2);
  });

  it.each([
    ["query A { viewer { id } } query B { viewer { id } }", undefined],
    ["query A { viewer { id } }", "B"],
    ["query A { viewer { id } }", ""],
    ["fragment F on Viewer { id }", undefined],
  ])("must be said clearly: %s named %s", (text, name) => {
    expect(() => run(text, name)).toThrow(expect.objectContaining({ code: "BAD_INPUT" }));
  });
});

describe("what people really send", () => {
  it("passes: GraphiQL's introspection query", () => {
    const cost = check(getIntrospectionQuery());

    expect(cost).toBeLessThan(limits.cost);
  });

  it("passes: 60 fragments that each ask for the id", () => {
    const text = `{ viewer { ${times(60, (i) => `...F${i}`)} } } ${times(60, (i) => `fragment F${i} on Viewer { id __typename }`)}`;

    expect(check(text)).toBe(1);
  });
});
