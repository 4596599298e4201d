import {
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from "graphql";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serverConfig } from "../../src/server/config.ts";
import { checkDocument } from "../../src/server/limits/document.ts";

const line = new GraphQLObjectType({ name: "Line", fields: { text: { type: GraphQLString } } });
const invoice: GraphQLObjectType = new GraphQLObjectType({
  name: "Invoice",
  fields: () => ({
    id: { type: GraphQLID },
    lines: { type: new GraphQLList(line) },
    customer: { type: customer },
    secret: { type: GraphQLString, extensions: { cost: { weight: 7 } } },
    tags: { type: new GraphQLList(GraphQLString) },
  }),
});
const edge = new GraphQLObjectType({ name: "Edge", fields: { node: { type: invoice } } });
const connection = new GraphQLObjectType({
  name: "InvoiceConnection",
  fields: {
    totalCount: { type: GraphQLInt },
    edges: { type: new GraphQLList(edge) },
    nodes: { type: new GraphQLNonNull(new GraphQLList(invoice)) },
    page: { type: line },
  },
});
const customer: GraphQLObjectType = new GraphQLObjectType({
  name: "Customer",
  fields: () => ({
    invoices: { type: connection, args: { first: { type: GraphQLInt }, last: { type: GraphQLInt } } },
    paged: { type: connection, args: { first: { type: GraphQLInt, defaultValue: 30 } } },
    declared: {
      type: connection,
      args: { size: { type: GraphQLInt } },
      extensions: { cost: { weight: 5, listSizeArgs: ["size"], defaultSize: 20 } },
    },
  }),
});
const input = new GraphQLInputObjectType({
  name: "DownloadInput",
  fields: { invoiceIds: { type: new GraphQLList(GraphQLID) } },
});
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: "Query",
    fields: {
      customer: { type: customer },
      nodes: { type: new GraphQLList(invoice), args: { ids: { type: new GraphQLList(GraphQLID) } } },
    },
  }),
  mutation: new GraphQLObjectType({
    name: "Mutation",
    fields: {
      download: {
        type: line,
        args: { input: { type: input } },
        extensions: { cost: { weight: 10, perItem: 3, listSizeArgs: ["input.invoiceIds"] } },
      },
    },
  }),
});
const limits = { ...serverConfig.parse({}).limits, cost: Number.MAX_SAFE_INTEGER };
const cost = (text: string, variables?: unknown) =>
  checkDocument({ schema, document: parse(text), variables, limits }).cost;

describe("the cost", () => {
  it.each<[string, number]>([
    ["{ __typename }", 0],
    ["{ customer { __typename } }", 1],
    ["{ customer { invoices(first: 50) { totalCount } } }", 2],
    ["{ customer { invoices(first: 50) { totalCount page { text } nodes { id } } } }", 2 + 1 + 50],
    ["{ customer { invoices(first: 50) { edges { node { id } } } } }", 2 + 50 * 2],
    ["{ customer { invoices(first: 50) { nodes { lines { text } } } } }", 2 + 50 * (1 + 10)],
    ["{ customer { invoices { nodes { id } } } }", 2 + 10],
    ["{ customer { invoices(first: 5, last: 9) { nodes { id } } } }", 2 + 9],
    ["{ customer { invoices(first: 0) { nodes { id } } } }", 2],
    ["{ customer { invoices(first: -5) { nodes { id } } } }", 2],
    ["{ customer { invoices(first: null) { nodes { id } } } }", 2 + 10],
    ["{ customer { paged { nodes { id } } } }", 2 + 30],
    ["{ customer { declared { nodes { id } } } }", 1 + 5 + 20],
    ["{ customer { declared(size: 3) { nodes { id } } } }", 1 + 5 + 3],
    ["{ customer { invoices(first: 2) { nodes { secret tags } } } }", 2 + 2 * (1 + 7)],
    ['{ nodes(ids: ["a", "b", "c"]) { id } }', 3],
    ['{ nodes(ids: "a") { id } }', 10],
    ["{ nodes(ids: []) { id } }", 0],
    ['mutation { download(input: { invoiceIds: ["a", "b"] }) { text } }', 10 + 2 * 3],
    ["{ a: customer { __typename } b: customer { __typename } }", 2],
  ])("of %s is %i", (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  it.each<[string, string, unknown]>([
    ["a literal", "{ customer { invoices(first: 40) { nodes { id } } } }", undefined],
    ["a variable", "query($n: Int) { customer { invoices(first: $n) { nodes { id } } } }", { n: 40 }],
    ["a variable's default", "query($n: Int = 40) { customer { invoices(first: $n) { nodes { id } } } }", {}],
    [
      "a variable over its default",
      "query($n: Int = 1) { customer { invoices(first: $n) { nodes { id } } } }",
      { n: 40 },
    ],
    [
      "a fragment",
      "{ customer { ...F } } fragment F on Customer { invoices(first: 40) { nodes { id } } }",
      null,
    ],
    [
      "a fragment of the connection",
      "{ customer { invoices(first: 40) { ...F } } } fragment F on InvoiceConnection { nodes { id } }",
      null,
    ],
    [
      "an inline fragment",
      "{ customer { ... { invoices(first: 40) { ... on InvoiceConnection { nodes { id } } } } } }",
      null,
    ],
    [
      "a fragment with a variable's default",
      "query($n: Int = 40) { ...Q } fragment Q on Query { customer { ...F } } fragment F on Customer { invoices(first: $n) { nodes { id } } }",
      undefined,
    ],
  ])("is the same by %s", (_what, text, variables) => {
    expect(cost(text, variables)).toBe(2 + 40);
  });

  it("takes an argument's default when its variable is missing, and the assumed size when it is null", () => {
    const text = "query($n: Int) { customer { paged(first: $n) { nodes { id } } } }";

    expect([cost(text, {}), cost(text, { n: null }), cost(text, { n: 7 })]).toEqual([32, 12, 9]);
  });

  it("does not take a missing variable from what all objects share", () => {
    const text =
      "query($constructor: Int = 40) { customer { invoices(first: $constructor) { nodes { id } } } }";

    expect(cost(text, {})).toBe(42);
  });

  it("counts the ids of variables wherever they stand", () => {
    const ids = ["a", "b", "c"];

    expect(cost("query($ids: [ID]) { nodes(ids: $ids) { id } }", { ids })).toBe(3);
    expect(cost("query($a: ID) { nodes(ids: [$a, $a]) { id } }", { a: "x" })).toBe(2);
    expect(
      cost("mutation($i: DownloadInput) { download(input: $i) { text } }", { i: { invoiceIds: ids } }),
    ).toBe(19);
    expect(cost("mutation($ids: [ID]) { download(input: {invoiceIds: $ids}) { text } }", { ids })).toBe(19);
  });

  it("of one fragment in two connections follows the size of each", () => {
    const text = `{ customer { a: invoices(first: 3) { ...F } b: invoices(first: 100) { ...F } } }
      fragment F on InvoiceConnection { nodes { id } }`;

    expect(cost(text)).toBe(1 + (1 + 3) + (1 + 100));
  });

  it("leaves out what @skip and @include leave out, and nothing else", () => {
    const text =
      "query($yes: Boolean = true, $no: Boolean) { customer { invoices(first: 40) { DIRECTIVE } } }";
    const withDirective = (directive: string) =>
      cost(text.replace("DIRECTIVE", `totalCount nodes ${directive} { id }`), { no: false });

    expect(["@skip(if: true)", "@include(if: $no)", "@skip(if: $yes)"].map(withDirective)).toEqual([2, 2, 2]);
    expect(["@skip(if: $no)", "@include(if: $yes)", "@include(if: true)"].map(withDirective)).toEqual([
      42, 42, 42,
    ]);
  });

  it("never loses digits: it stops at the largest safe integer", () => {
    const huge = "99999999999999999999";
    const text = `{ customer { invoices(first: ${huge}) { nodes { customer { invoices(first: ${huge}) { nodes { id } } } } } } }`;

    expect(cost(text)).toBe(Number.MAX_SAFE_INTEGER);
    expect(
      cost("query($n: Int) { customer { invoices(first: $n) { nodes { id } } } }", { n: Number.MAX_VALUE }),
    ).toBe(Number.MAX_SAFE_INTEGER);
    expect(
      cost("query($n: Int) { customer { invoices(first: $n) { nodes { id } } } }", { n: Number.NaN }),
    ).toBe(12);
  });

  it("over the limit is refused with both numbers", () => {
    const document = parse("{ customer { invoices(first: 100) { nodes { id } } } }");

    expect(checkDocument({ schema, document, limits: { ...limits, cost: 102 } }).cost).toBe(102);
    expect(() => checkDocument({ schema, document, limits: { ...limits, cost: 101 } })).toThrow(
      "The operation may return too much: it costs 102, and 101 is allowed; ask for smaller pages.",
    );
  });

  it("is the same with and without fragments, for any document", () => {
    interface Tree {
      first: number;
      below: Tree[];
    }
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        first: fc.integer({ min: 0, max: 50 }),
        below: fc.oneof(
          { maxDepth: 4 },
          fc.constant<Tree[]>([]),
          fc.array(tie("tree"), { minLength: 1, maxLength: 2 }),
        ),
      }),
    }));
    const inline = ({ first, below }: Tree, alias: number): string =>
      `a${alias}: invoices(first: ${first}) { nodes { id ${below.map((one, i) => `c${i}: customer { ${inline(one, i)} }`).join(" ")} } }`;
    const wide = { ...limits, aliases: 10_000, depth: 200, tokens: 100_000 };

    fc.assert(
      fc.property(tree, (one) => {
        const fragments: string[] = [];
        const variables: Record<string, number> = {};
        const spread = ({ first, below }: Tree, alias: number): string => {
          const inner = below.map((child, i) => `c${i}: customer { ${spread(child, i)} }`).join(" ");
          const n = fragments.length;
          variables[`v${n}`] = first;
          fragments.push(
            `fragment N${n} on InvoiceConnection { nodes { id ${inner} } } fragment F${n} on Customer { a${alias}: invoices(first: $v${n}) { ...N${n} } }`,
          );
          return `...F${n}`;
        };
        const root = spread(one, 0);
        const declared = Object.keys(variables).map((name) => `$${name}: Int`);
        const spreadText = `query(${declared.join(", ")}) { customer { ${root} } } ${fragments.join(" ")}`;
        fc.pre(fragments.length < 100);

        const a = checkDocument({
          schema,
          document: parse(`{ customer { ${inline(one, 0)} } }`),
          limits: wide,
        });
        const b = checkDocument({ schema, document: parse(spreadText), variables, limits: wide });

        expect(b.cost).toBe(a.cost);
      }),
      { numRuns: 200 },
    );
  });
});
