/** 500 questions made up from the schema: both gateways answer them as the subgraph itself does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { type Gateways, gatewayNames, startGateways } from "./gateways.ts";
import { generateQueries } from "./generated-queries.ts";
import { customerClaims, service } from "./router.ts";

let gateways: Gateways;
beforeAll(async () => {
  // Answers are kept between requests: what is compared is the gateways' work, not that of the sources.
  gateways = await startGateways({ cold: false });
});
afterAll(() => gateways.close());

function ids(list: readonly { id: string }[]): string[] {
  return list.map(({ id }) => id);
}

describe("500 generated queries", () => {
  it("are answered by both gateways as by the subgraph itself", async () => {
    const { data } = await gateways.app.query(
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
        gateways.app.ask(query, {}, who),
        ...gatewayNames.map((name) => gateways.ask(name, query, who)),
      ]);
      if (JSON.stringify(direct?.data).length > 60) withData += 1;
      for (const [at, other] of others.entries()) {
        const [expected, actual] = [direct, other].map((reply) => ({
          data: reply?.data ?? null,
          errors: (reply?.errors ?? []).map(({ extensions }) => extensions["code"]).sort(),
        }));
        if (JSON.stringify(expected) !== JSON.stringify(actual))
          different.push({ gateway: gatewayNames[at], query, expected, actual });
      }
    }
    for (let index = 0; index < 500; index += 4)
      await Promise.all([0, 1, 2, 3].map((more) => compare(index + more, queries.next().value)));

    expect(different).toEqual([]);
    expect(withData).toBeGreaterThan(350);
  });
});
