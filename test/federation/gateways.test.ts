/** Two real gateways over the example's supergraph: joins, access, calls, and answers equal to asking directly. */
import { type DocumentNode, getOperationAST, parse } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createApolloGateway } from "../../examples/supergraph/apollo-gateway.ts";
import { createHiveGateway } from "../../examples/supergraph/hive-gateway.ts";
import { type Claims, claimsText } from "../../examples/supergraph/sign.ts";
import { schema } from "../../src/schema/index.ts";
import type { GraphQLReply } from "../support/app.ts";
import { generateQueries } from "./generated-queries.ts";
import { customerClaims, routerKey, service } from "./router.ts";
import { startSubgraphs, type SupergraphParts } from "./supergraph.ts";

type Ask = (text: string, claims: Claims) => Promise<GraphQLReply>;

let parts: SupergraphParts;
const gateways = new Map<string, Ask>();
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  parts = await startSubgraphs();
  const { supergraphSdl, app } = parts;
  const hive = createHiveGateway({
    supergraphSdl,
    invoicesUrl: app.subgraphUrl,
    key: routerKey,
    claimsOf: (request) =>
      JSON.parse(Buffer.from(request.headers.get("x-who") ?? "bnVsbA", "base64url").toString()),
  });
  gateways.set("Hive Gateway", async (query, claims) => {
    const response = await hive.fetch("http://gateway/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", "x-who": claimsText(claims) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as GraphQLReply;
  });
  const apollo = createApolloGateway({ supergraphSdl, key: routerKey });
  const { executor } = await apollo.load();
  gateways.set("Apollo Gateway", async (query, claims) => {
    const document: DocumentNode = parse(query);
    const operation = getOperationAST(document);
    const asked = { document, operation, operationName: null, queryHash: query, source: query };
    return (await executor({
      ...asked,
      request: { query },
      context: { claims },
      metrics: {},
      logger: console,
    } as never)) as GraphQLReply;
  });
  ends.push(
    () => hive[Symbol.asyncDispose](),
    () => apollo.stop(),
    () => parts.close(),
  );
});
afterAll(async () => {
  for (const end of ends) await end();
});
beforeEach(() => {
  parts.app.clearLogs();
  Object.assign(parts.asked, { crm: 0, support: 0 });
});

const names = ["Hive Gateway", "Apollo Gateway"];
const ask = (name: string, text: string, claims: Claims = service) =>
  (gateways.get(name) as Ask)(text, claims);

describe.each(names)("%s", (name) => {
  it("joins the CRM's name and region, the desk's tickets and the invoices of one customer", async () => {
    const reply = await ask(
      name,
      `{ tickets { subject account { customer { key name region } } invoice { number customer { name } } } }`,
    );

    expect(reply.errors).toBeUndefined();
    const acme = { key: "acme", name: "Acme Telecom Holding (CRM)", region: "EMEA" };
    expect(reply.data.tickets).toEqual([
      { subject: "Wrong address", account: { customer: acme }, invoice: null },
      {
        subject: "Charged twice",
        account: { customer: { ...acme, key: expect.any(String), name: expect.stringContaining("(CRM)") } },
        invoice: { number: expect.any(String), customer: { name: expect.stringContaining("(CRM)") } },
      },
      { subject: "No such account", account: { customer: null }, invoice: null },
    ]);
  });

  it("shows a customer's user nothing of other customers, whichever way the supergraph comes to them", async () => {
    const reply = await ask(
      name,
      `{ customersInRegion(region: "APAC") { key invoices(first: 1) { totalCount } } tickets { invoice { number totalAmount } account { customer { key } } } }`,
      customerClaims("quiet"),
    );

    const { customersInRegion, tickets } = reply.data;
    const invoices = customersInRegion.filter((each: { invoices?: unknown } | null) => each?.invoices);
    expect(invoices.every(({ key }: { key: string }) => key === "quiet")).toBe(true);
    expect(JSON.stringify(tickets)).not.toMatch(/LT|acme/);
  });

  it("asks upstream once for what many tickets and customers need", async () => {
    const direct = `{ customers(first: 16) { nodes { invoices(first: 1, filter: { issuedOn: { from: "2026-10-01" } }) { totalCount } } } }`;
    await parts.app.ask(direct);
    const callsOfDirect = parts.app.counts();
    parts.app.clearLogs();

    const reply = await ask(
      name,
      `{ e: customersInRegion(region: "EMEA") { ...Count } a: customersInRegion(region: "APAC") { ...Count } }
       fragment Count on Customer { invoices(first: 1, filter: { issuedOn: { from: "2026-10-01" } }) { totalCount } }`,
    );

    expect(reply.errors).toBeUndefined();
    // One request for each region at most, and each of them one wave.
    for (const [kind, calls] of Object.entries(parts.app.counts()))
      expect(calls).toBeLessThanOrEqual(2 * (callsOfDirect[kind as keyof typeof callsOfDirect] ?? 0));
    expect(parts.asked.crm).toBe(1);
  });
});

describe("the supergraph", () => {
  it("has no node and no nodes: no router could tell which subgraph an id belongs to", async () => {
    const reply = await ask("Hive Gateway", `{ node(id: "x") { id } }`);

    expect(reply.errors?.[0]?.message).toContain('Cannot query field "node"');
  });
});

function ids(list: readonly { id: string }[]): string[] {
  return list.map(({ id }) => id);
}

describe("500 generated queries", () => {
  it("are answered by both gateways as by the subgraph itself", { timeout: 120_000 }, async () => {
    const { data } = await parts.app.query(
      `{ customers(first: 20) { nodes { id } } invoices(first: 30) { nodes { id } } sources { id } }`,
    );
    const queries = generateQueries({
      schema,
      customerIds: ids(data.customers.nodes),
      invoiceIds: ids(data.invoices.nodes),
      sourceIds: ids(data.sources),
      // The CRM's, two that supergraphs do not have, and moments of asking.
      without: new Set(["Customer.name", "Query.node", "Query.nodes", "*.fetchedAt"]),
      seed: 6,
    });
    const claims = [service, customerClaims("acme"), customerClaims("northwind")];
    let withData = 0;
    const different: object[] = [];

    async function compare(index: number, query: string): Promise<void> {
      const who = claims[index % claims.length] ?? service;
      const [direct, ...others] = await Promise.all([
        parts.app.ask(query, {}, who),
        ...names.map((name) => ask(name, query, who)),
      ]);
      if (JSON.stringify(direct?.data).length > 60) withData += 1;
      for (const [at, other] of others.entries()) {
        const [expected, actual] = [direct, other].map((reply) => ({
          data: reply?.data ?? null,
          errors: (reply?.errors ?? []).map(({ extensions }) => extensions["code"]).sort(),
        }));
        if (JSON.stringify(expected) !== JSON.stringify(actual))
          different.push({ gateway: names[at], query, expected, actual });
      }
    }
    for (let index = 0; index < 500; index += 4)
      await Promise.all([0, 1, 2, 3].map((more) => compare(index + more, queries.next().value)));

    expect(different).toEqual([]);
    expect(withData).toBeGreaterThan(350);
  });
});
