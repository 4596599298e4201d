/** What an operation may cost, what the schema tells to whom, and what is hidden whatever the environment. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Ending } from "../../src/model/ending.ts";
import { schema } from "../../src/schema/index.ts";
import { readBody } from "../../src/server/edge/body.ts";
import { serverConfig } from "../../src/server/config.ts";
import { type RequestContext, createGraphQLHandler } from "../../src/server/yoga/graphql.ts";
import { operationRules } from "../../src/server/yoga/operations.ts";
import { createPipeline } from "../../src/server/operations/pipeline.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import { send } from "./tenants.ts";

const key = "operations-key-0123456789";
const apiKeys = ["one", "two"].map((name) => ({
  name,
  sha256: createHash("sha256").update(`${key}-${name}`).digest("hex"),
  role: "customer_service",
}));
const limits = { cost: 500, pageSize: 50, customers: 50, depth: 16 };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    sections: () => ({
      auth: { apiKeys },
      server: { introspection: false, limits, rateLimit: { perMinute: 60, burst: 1_000 } },
    }),
  });
});
afterAll(() => app.close());

const ask = (query: string, variables: object = {}, viewer = "one", of: TestApp = app) =>
  send(of.url, `${key}-${viewer}`, JSON.stringify({ query, variables }));

describe("the cost of an operation", () => {
  it("is told with the limit and what remains", async () => {
    const { json } = await ask("{ customers(first: 5) { nodes { id } } }");

    const { requested, limit, remaining } = json.extensions.cost;
    expect(requested).toBeGreaterThan(4);
    expect(limit).toBe(500);
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThan(1_000 - requested + 10);
  });

  it.each([
    ["a literal", "{ customers(first: 40) { nodes { invoices(first: 50) { nodes { id } } } } }", {}],
    [
      "a variable",
      "query ($n: Int, $m: Int) { customers(first: $n) { nodes { invoices(first: $m) { nodes { id } } } } }",
      { n: 40, m: 50 },
    ],
    [
      "a default",
      "query ($n: Int = 40, $m: Int = 50) { customers(first: $n) { nodes { invoices(first: $m) { nodes { id } } } } }",
      {},
    ],
    [
      "a fragment",
      "query ($m: Int = 50) { ...F } fragment F on Query { customers(first: 40) { nodes { ...G } } } fragment G on Customer { invoices(first: $m) { nodes { id } } }",
      {},
    ],
  ])(
    "over the limit by %s is refused before anything runs, with the same sentence",
    async (_name, query, variables) => {
      app.clearLogs();

      const { status, json } = await ask(query, variables);

      expect(status).toBe(400);
      expect(json).toEqual({
        errors: [
          {
            message: expect.stringMatching(/costs 20\d\d, and 500 is allowed/),
            extensions: { code: "LIMIT_EXCEEDED", retryable: false },
          },
        ],
      });
      expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
    },
  );

  it.each(["{ viewer { id } }", "{ nothing }", "{ viewer {"])(
    "is paid out of the viewer's own budget, also by what is refused: %s",
    async (query) => {
      const other = await startTestApp({
        sections: () => ({ auth: { apiKeys }, server: { rateLimit: { perMinute: 1, burst: 5 } } }),
      });
      const replies = [];

      for (let n = 0; n < 8; n++) replies.push(await ask(query, {}, "one", other));
      const late = replies.at(-1);
      const others = await ask("{ viewer { id } }", {}, "two", other);
      await other.close();

      expect(replies.slice(0, 3).map(({ status }) => status)).not.toContain(429);
      expect(late).toMatchObject({
        status: 429,
        json: { errors: [{ extensions: { code: "RATE_LIMITED", retryable: true } }] },
      });
      expect(Number(late?.headers["retry-after"])).toBeGreaterThan(30);
      expect(others.status).toBe(200);
    },
  );

  it("that the budget does not hold is refused with 429 and the time to come back", async () => {
    const other = await startTestApp({
      sections: () => ({ auth: { apiKeys }, server: { rateLimit: { perMinute: 60, burst: 50 } } }),
    });
    await ask("{ customers(first: 40) { nodes { id } } }", {}, "one", other);
    other.clearLogs();

    const { status, json, headers } = await ask(
      "{ customers(first: 40) { nodes { invoices(first: 1) { totalCount } } } }",
      {},
      "one",
      other,
    );
    const counts = other.counts();
    await other.close();

    expect(status).toBe(429);
    expect(Number(headers["retry-after"])).toBeGreaterThan(10);
    expect(json.errors[0].extensions.code).toBe("RATE_LIMITED");
    expect(json.extensions.cost.remaining).toBeLessThan(50);
    expect(counts).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });
});

describe("a schema that is not to be introspected", () => {
  it.each([
    "{ __schema { types { name } } }",
    '{ __type(name: "Invoice") { name } }',
    '{ viewer { id } t: __type(name: "Query") { fields { name } } }',
    "{ ...F } fragment F on Query { __schema { queryType { name } } }",
  ])("says nothing to %s", async (query) => {
    const { json } = await ask(query);

    expect(json.data).toBeUndefined();
    expect(json.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(JSON.stringify(json)).not.toMatch(/taxAmount|InvoiceConnection/);
  });

  it("tells the name of an object's type, which clients need", async () => {
    const { json } = await ask("{ viewer { __typename } }");

    expect(json.data.viewer.__typename).toBe("Viewer");
  });

  it.each([
    ["a field", "{ viewr { id } }", {}],
    ["a field of an object", "{ viewer { nam } }", {}],
    ["a type", "{ ... on Invoic { id } }", {}],
    ["an argument", "{ customers(frist: 1) { nodes { id } } }", {}],
    ["an enum value", "{ invoices(orderBy: { field: ISUED_ON }) { totalCount } }", {}],
    ["an input field", '{ invoices(filter: { nubmer: { equals: "1" } }) { totalCount } }', {}],
    [
      "an enum value in a variable",
      "query ($o: InvoiceOrder) { invoices(orderBy: $o) { totalCount } }",
      { o: { field: "ISUED_ON" } },
    ],
    [
      "an input field in a variable",
      "query ($f: InvoiceFilter) { invoices(filter: $f) { totalCount } }",
      { f: { nubmer: { equals: "1" } } },
    ],
    ["a directive", "{ viewer { id @skp(if: true) } }", {}],
    ["a variable's type", "query ($f: InvoiceFiltr) { viewer { id } }", {}],
    ["a fragment", "{ ...Fo } fragment Foo on Query { __typename }", {}],
    ["a leaf with a selection", "{ viewer { id { x } } }", {}],
    ["an object without one", "{ viewer }", {}],
  ])("suggests nothing for a misspelt name: %s", async (_name, query, variables) => {
    const { text, json } = await ask(query, variables);

    expect(json.errors.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/did you mean|ISSUED_ON|"number"|viewer\?|"Foo"\?/i);
  });
});

describe("a surprise", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(["production", "development", "test"])(
    "is masked in the environment %s, and told to the log",
    async (name) => {
      vi.stubEnv("NODE_ENV", name);
      vi.stubEnv("DEBUG", "1");
      const surprises: unknown[] = [];
      const limitsOfProduction = serverConfig.parse({}).limits;
      const graphql = createGraphQLHandler({
        schema,
        path: "/graphql",
        onSurprise: (original) => void surprises.push(original),
        plugins: [
          operationRules(
            createPipeline({
              schema,
              introspection: false,
              limits: limitsOfProduction,
              rateLimit: null,
              trustedDocuments: null,
            }),
          ),
        ],
      });
      // As a bug would throw, and as an error that knows Yoga's ways to change the answer.
      const bug = new TypeError("canary: secret of the inside");
      const crafted = Object.assign(new Error("canary: crafted"), {
        extensions: { http: { status: 299, headers: { "x-canary": "1" } }, secret: "canary" },
      });
      const customers = { connection: () => Promise.reject(bug), byKey: () => Promise.reject(crafted) };
      const viewer = { id: "key:x", role: "CUSTOMER", customerId: "x", scopes: [] };
      const server = createServer(
        (req, res) =>
          void Promise.resolve(readBody(req, 10_000, new Ending())).then((body) =>
            graphql({ req, res, body, viewer, loaders: { customers } } as unknown as RequestContext),
          ),
      );
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

      const reply = await send(
        url,
        key,
        JSON.stringify({ query: "{ viewer { id customer { id } } customers { nodes { id } } }" }),
      );
      server.close();

      expect(reply.status).toBe(200);
      expect(reply.json.errors.map(({ extensions }: any) => extensions)).toEqual(
        reply.json.errors.map(() => ({ code: "INTERNAL", retryable: false })),
      );
      expect(`${reply.text} ${JSON.stringify(reply.headers)}`).not.toMatch(
        /canary|TypeError|\.ts|node_modules|stack/,
      );
      expect(surprises).toEqual(expect.arrayContaining([bug]));
    },
  );
});
