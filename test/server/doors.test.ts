/** One pipeline, two doors: whatever is sent, the lane and Yoga answer with the same status, headers and bytes. */
import { auditServer } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import { schema } from "../../src/schema/index.ts";
import { generateParams } from "../security/generated-operations.ts";
import { createRandom } from "../security/random.ts";
import { type Sent, type TwoDoors, startTwoDoors } from "./two-doors.ts";

let doors: TwoDoors;
beforeAll(async () => {
  doors = await startTwoDoors(() => ({
    server: { limits: { months: 2 }, corsOrigins: ["https://one.example"] },
  }));
});
afterAll(() => doors.close());

const json = (body: unknown) => JSON.stringify(body);
const query = "{ viewer { id role } }";
const list = `query L($first: Int = 3, $skip: Boolean = false) {
  invoices(first: $first) {
    totalCount isComplete sources { source { id } status fetchedAt }
    edges { cursor node { id number ... on Invoice { totalAmount lines @skip(if: $skip) { description netAmount } } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const requests: Readonly<Record<string, Sent>> = {
  "a query": { body: json({ query }) },
  "a list": { body: json({ query: list }) },
  "a list with variables": {
    body: json({ query: list, variables: { first: 2, skip: true }, operationName: "L" }),
  },
  "long lists, of which each is more than one piece": {
    body: json({
      query: `{ ${["a", "b", "c", "d"].map((name) => `${name}: invoices(first: 100) { edges { cursor node { id number dueOn totalAmount } } }`).join(" ")} }`,
    }),
  },
  "a second operation": {
    body: json({ query: `query A { viewer { id } } query B { viewer { role } }`, operationName: "B" }),
  },
  "several operations without a name": {
    body: json({ query: `query A { viewer { id } } query B { viewer { role } }` }),
  },
  "an unknown operation": { body: json({ query: "query A { viewer { id } }", operationName: "C" }) },
  introspection: {
    body: json({
      query:
        '{ __schema { types { name fields { name type { kind name } } } } __type(name: "Invoice") { name } }',
    }),
  },
  "names of types": {
    body: json({ query: '{ __typename viewer { __typename } node(id: "x") { __typename id } }' }),
  },
  "a wrong id": { body: json({ query: '{ a: invoice(id: "no") { id } customer(id: "no") { id } }' }) },
  "an error in a place that may not be null": {
    body: json({ query: "{ customers(first: -1) { nodes { id } } }" }),
  },
  "a null and a value": {
    body: json({
      query: `{ nodes(ids: ["${writeId("Customer", ["acme"])}", "${writeId("Customer", ["nobody"])}"]) { id ... on Customer { name parent { key } } } }`,
    }),
  },
  "a mutation that fails": {
    body: json({
      query:
        'mutation { downloadInvoices(input: { invoiceIds: ["x"] }) { status failures { code message } } }',
    }),
  },
  "two mutations": {
    body: json({
      query: 'mutation { a: cancelInvoiceExport(id: "x") { id } b: cancelInvoiceExport(id: "y") { id } }',
    }),
  },
  "no GraphQL": { body: json({ query: "{ viewer { id " }) },
  "no field of ours": { body: json({ query: "{ viewer { nothing } nor { this } }" }) },
  nothing: { body: "" },
  "no text": { body: json({}) },
  "an empty text": { body: json({ query: "" }) },
  blanks: { body: json({ query: "  " }) },
  "no JSON": { body: "{" },
  "a list of operations": { body: json([{ query }]) },
  "a number": { body: "1" },
  "an unknown parameter": { body: json({ query, id: 1 }) },
  "a parameter of the wrong type": { body: json({ query: 1 }) },
  "variables of the wrong type": { body: json({ query, variables: [] }) },
  "a variable of the wrong type": { body: json({ query: list, variables: { first: "two" } }) },
  "a variable that is missing": { body: json({ query: "query ($id: ID!) { customer(id: $id) { id } }" }) },
  "a variable of an unknown enum": {
    body: json({
      query: "query ($o: InvoiceOrder) { invoices(orderBy: $o) { totalCount } }",
      variables: { o: { field: "ISUED_ON" } },
    }),
  },
  "a variable that is null where it may not be": { body: json({ query: list, variables: { skip: null } }) },
  extensions: { body: json({ query, extensions: { persistedQuery: { version: 1, sha256Hash: "x" } } }) },
  "a name that is not allowed": { body: json({ query: "{ __proto__: viewer { id } }" }) },
  "too deep": {
    body: json({ query: `{ customer(id: "x") ${"{ parent ".repeat(30)} { id } ${"}".repeat(30)} }` }),
  },
  "too dear": {
    body: json({
      query:
        "{ customers(first: 200) { nodes { invoices(first: 100) { nodes { lines { description } } } } } }",
    }),
  },
  "not UTF-8": { body: Buffer.from([0x7b, 0xff, 0x7d]) },
  "half a surrogate": { body: '{"query":"{ customer(id: \\"\\ud800\\") { id } }"}' },
  "a subscription that is answered as JSON": {
    body: json({ query: 'subscription { exportProgress(id: "x") { id } }' }),
  },
  "@defer that nobody asked for": { body: json({ query: "{ viewer { id ... @defer { role } } }" }) },
  GET: { method: "GET", path: `/graphql?query=${encodeURIComponent(query)}` },
  "GET of a mutation": {
    method: "GET",
    path: `/graphql?query=${encodeURIComponent("mutation { cancelInvoiceExport(id: 1) { id } }")}`,
  },
  PUT: { method: "PUT", body: json({ query }) },
  "a form": {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "query=%7Bviewer%7Bid%7D%7D",
  },
  "no content type": { headers: { "content-type": "" }, body: json({ query }) },
  "a compressed body": { headers: { "content-encoding": "gzip" }, body: json({ query }) },
  "no credential": { headers: { "x-api-key": "" }, body: json({ query }) },
  "an allowed origin": { headers: { origin: "https://one.example" }, body: json({ query }) },
  "a foreign origin": { headers: { origin: "https://two.example" }, body: json({ query }) },
  "a preflight": {
    method: "OPTIONS",
    headers: { origin: "https://one.example", "access-control-request-method": "POST" },
  },
  "a deadline that is none": { headers: { "x-request-timeout-ms": "soon" }, body: json({ query }) },
};

const accepts = [
  undefined,
  "*/*",
  "application/json",
  "application/graphql-response+json",
  "application/graphql-response+json, application/json;q=0.9",
  "application/json, application/graphql-response+json",
  "application/json; charset=utf-8",
  "application/json; charset=latin1, application/graphql-response+json",
  "application/*",
  "text/html, application/json",
  "text/html",
  "APPLICATION/JSON",
  "application/json;q=0.1, multipart/mixed",
];

describe.each(Object.entries(requests))("%s", (_name, sent) => {
  it.each(accepts)("accepting %s is answered the same at both doors", async (accept) => {
    const { lane, yoga } = await doors.ask({
      ...sent,
      headers: { ...sent.headers, ...(accept !== undefined && { accept }) },
    });

    expect(lane).toEqual(yoga);
  });
});

describe("a table of requests", () => {
  it("has answers of every kind", async () => {
    const statuses = new Set<number>();
    for (const sent of Object.values(requests)) {
      const { lane } = await doors.ask({
        ...sent,
        headers: { accept: "application/graphql-response+json", ...sent.headers },
      });
      statuses.add(lane.status);
    }

    expect([...statuses].sort()).toEqual([200, 204, 400, 401, 403, 405, 406, 415]);
  });
});

describe("1,500 generated operations", () => {
  it("are answered the same at both doors", async () => {
    const random = createRandom(11);
    const ids = [
      ...["acme", "northwind", "nobody"].map((key) => writeId("Customer", [key])),
      writeId("Invoice", ["freight", "x"]),
      "",
      "__proto__",
    ];
    const different: unknown[] = [];
    const statuses: Record<string, number> = {};
    let left = 1_500;

    async function work(): Promise<void> {
      while (left > 0) {
        left -= 1;
        const body = json(generateParams(schema, ids, random));
        const { lane, yoga } = await doors.ask({ body });
        statuses[lane.status] = (statuses[lane.status] ?? 0) + 1;
        if (json(inOrder(lane)) !== json(inOrder(yoga))) different.push({ body, lane, yoga });
      }
    }
    await Promise.all([work(), work(), work()]);

    expect(different.slice(0, 2)).toEqual([]);
    expect(statuses[200]).toBeGreaterThan(200);
    expect(statuses[400]).toBeGreaterThan(100);
  }, 900_000);
});

interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] }[];
}

// What runs side by side fails in any order, and of what failed below one place that became null anything from the first on may be told.
function inOrder(reply: { readonly status: number; readonly text: string }): unknown {
  // How long a source has been healthy is each process's own.
  const text = reply.text.replaceAll(/"20\d\d-\d\d-\d\dT[\d:.]+Z"/g, '"an instant"');
  const { errors, ...rest } = JSON.parse(text) as Told;
  const places = errors?.map((error) => {
    const above = nullAbove(rest.data, error.path ?? []);
    return json(above === null ? error : { above });
  });
  return [reply.status, rest, places && [...new Set(places)].sort()];
}

/** The place above this one that is null because of it; null when there is none. */
function nullAbove(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] | null {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return path.slice(0, depth);
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return null;
}

describe("the audits of graphql-http", () => {
  it("say the same of both doors", async () => {
    const audit = async (url: string) => {
      const fetchFn: typeof fetch = (input, init) =>
        fetch(input, {
          ...init,
          headers: { ...(init?.headers as Record<string, string>), "x-api-key": doors.key },
        });
      const results = await auditServer({ url: `${url}/graphql`, fetchFn });
      return results.map(({ name, status }) => `${status} ${name}`);
    };

    const lane = await audit(doors.urls.lane);

    expect(lane).toEqual(await audit(doors.urls.yoga));
    expect(lane.filter((line) => line.startsWith("error"))).toEqual([]);
  });
});
