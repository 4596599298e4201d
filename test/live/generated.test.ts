/** 150 questions made up from the schema, with @defer and @stream strewn in: their pieces add up to the answers without. */
import {
  type DocumentNode,
  Kind,
  isListType,
  getNullableType,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { afterAll, beforeAll, expect, it } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { generateQueries } from "../federation/generated-queries.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import { askInPieces, wholeOf } from "./pieces.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    sections: () => ({ server: { limits: { incremental: 1_000, directives: 1_000 } } }),
  });
});
afterAll(() => app.close());

const directive = (name: string) =>
  ({ kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } }) as const;

/** Every third selection set is deferred, and every other list streamed. */
function strewn(document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema);
  let sets = 0;
  let lists = 0;
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          const field = types.getFieldDef();
          if (!field || !isListType(getNullableType(field.type)) || (lists += 1) % 2 === 0) return undefined;
          return { ...node, directives: [...(node.directives ?? []), directive("stream")] };
        },
      },
      SelectionSet: {
        leave(node) {
          if ((sets += 1) % 3 !== 0) return undefined;
          const deferred = {
            kind: Kind.INLINE_FRAGMENT,
            directives: [directive("defer")],
            selectionSet: node,
          } as const;
          return { ...node, selections: [deferred] };
        },
      },
    }),
  );
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
};

it("the pieces of each add up to its whole answer", async () => {
  const { data } = await app.query(
    `{ customers(first: 20) { nodes { id } } invoices(first: 30) { nodes { id } } sources { id } }`,
  );
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);
  const queries = generateQueries({
    schema,
    customerIds: ids(data.customers.nodes),
    invoiceIds: ids(data.invoices.nodes),
    sourceIds: ids(data.sources),
    without: new Set(["*.fetchedAt"]),
    seed: 7,
  });
  const different: object[] = [];
  let inPieces = 0;

  for (let index = 0; index < 150; index++) {
    const query = queries.next().value;
    const accept = index % 2 === 0 ? "multipart/mixed" : "text/event-stream";
    const whole = await app.query(query, {}, "parent");
    const text = print(strewn(parse(query)));
    const pieces = await (
      await askInPieces({ url: app.url, key: app.keyOf("parent"), accept, query: text })
    ).rest();
    if (pieces.length > 1) inPieces += 1;
    const put = pieces.length > 1 ? wholeOf(pieces) : pieces[0];
    const [expected, actual] = [whole, put].map((reply: any) => ({
      data: sorted(reply?.data ?? null),
      errors: (reply?.errors ?? []).map(({ extensions }: any) => extensions.code).sort(),
    }));
    if (JSON.stringify(expected) !== JSON.stringify(actual)) different.push({ text, expected, actual });
  }

  expect(different).toEqual([]);
  expect(inPieces).toBeGreaterThan(50);
});
