/** The main job: one question, four upstreams, counted by the requests that arrive. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ cold: true });
});
afterAll(() => app.close());
beforeEach(() => app.clearLogs());

const repeated = (values: readonly string[]) =>
  values.filter((value, index) => values.indexOf(value) !== index);

describe("one question to all sources", () => {
  it("asks V6 once a month, floLIVE once an account and page, Akamai once a contract and month, for ten customers and twelve months", async () => {
    const reply = await app.query(`{
      customers(first: 10) { nodes {
        accounts { source reference }
        invoices(first: 100) { isComplete nodes { id number totalAmount } }
      } }
    }`);

    expect(reply.errors).toBeUndefined();
    const customers = reply.data.customers.nodes;
    expect(customers).toHaveLength(10);
    expect(customers.every((customer: any) => customer.invoices.isComplete)).toBe(true);
    const accountsIn = (source: string) =>
      customers.flatMap((customer: any) =>
        customer.accounts.filter((account: any) => account.source === source),
      ).length;
    const { flolive, akamai, v6, ddapi } = app.simulators;
    expect(v6.log.length).toBe(12);
    expect(repeated(v6.log.map(({ query }) => query))).toEqual([]);
    expect(repeated(flolive.log.map(({ path, query }) => `${path}?${query}`))).toEqual([]);
    expect(new Set(flolive.log.map(({ path }) => path)).size).toBe(accountsIn("flolive"));
    // Twelve months of issue are thirteen months of usage, less the current one's invoices that cannot be dated yet.
    expect(repeated(akamai.log.map(({ path, query }) => `${path}?${query}`))).toEqual([]);
    expect(akamai.log.length).toBe(accountsIn("cdn") * 13);
    expect(akamai.log.some(({ path }) => path.includes("/download"))).toBe(false);
    expect(ddapi.log.length).toBe(0);
  });

  it("downloads Akamai's details only when a selected field needs them, once for two aliases", async () => {
    // Of a credit memo the warnings need the invoices that it may credit.
    const list = `invoices(first: 1, filter: { sources: ["cdn"], types: [INVOICE] })`;
    const { data } = await app.query(`{ ${list} { nodes { id } } }`);
    const { id } = data.invoices.nodes[0];
    app.clearLogs();

    const reply = await app.query(
      `query ($id: ID!) { a: invoice(id: $id) { lines { description } netAmount } b: invoice(id: $id) { lines { product } taxAmount warnings { code } } }`,
      { id },
    );

    expect(reply.errors).toBeUndefined();
    expect(reply.data.a.lines.length).toBeGreaterThan(0);
    expect(app.simulators.akamai.log.map(({ path }) => path.includes("/download"))).toEqual([false, true]);
    expect(app.counts()).toEqual({ flolive: 0, akamai: 2, v6: 0, ddapi: 0 });
  });

  it("finds one invoice of every source by its id with one upstream question", async () => {
    const { data } = await app.query(`{
      a: invoices(first: 1, filter: { sources: ["flolive"] }) { nodes { id } }
      b: invoices(first: 1, filter: { sources: ["cdn"] }) { nodes { id } }
      c: invoices(first: 1, filter: { sources: ["freight"] }) { nodes { id } }
    }`);
    const ids = [data.a, data.b, data.c].map((list: any) => list.nodes[0].id);
    app.clearLogs();

    const reply = await app.query(`query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, { ids });

    expect(reply.data.nodes).toEqual(ids.map((id: string) => ({ __typename: "Invoice", id })));
    expect(app.counts()).toEqual({ flolive: 1, akamai: 1, v6: 1, ddapi: 0 });
  });

  it("asks nothing of a source that the filter excludes", async () => {
    const reply = await app.query(
      `{ invoices(filter: { sources: ["freight"] }) { sources { source { id } status } } }`,
    );

    const skipped = reply.data.invoices.sources.filter((report: any) => report.status === "SKIPPED");
    expect(skipped.map((report: any) => report.source.id)).toEqual(["flolive", "cdn"]);
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 12, ddapi: 0 });
  });
});

describe("time", () => {
  it("asks independent upstreams side by side: invoices and settings of a customer in one wave, two where a page count must be known", async () => {
    const latencyMs = 100;
    const slow = await startTestApp({ cold: true, latencyMs });
    const question = `{ viewer { customer { invoices { totalCount } settings { paysInvoiceFee currencyId } } } }`;
    const { flolive, akamai, v6, ddapi } = slow.simulators;

    let isOneWave = false;
    let reply = await slow.query(question, {}, "parent");
    // Again, with more of it, where the machine was slower than that.
    for (const latency of [latencyMs, latencyMs, 1_000, 5_000]) {
      if (isOneWave) break;
      for (const simulator of [flolive, akamai, v6, ddapi]) simulator.setLatency(latency);
      slow.clearLogs();
      reply = await slow.query(question, {}, "parent");
      const arrivals = [flolive, akamai, v6, ddapi].flatMap(({ log }) => log.map(({ at }) => at));
      isOneWave = Math.max(...arrivals) - Math.min(...arrivals) < latency;
    }
    const asked = slow.counts();
    await slow.close();

    expect(reply.data.viewer.customer.settings.paysInvoiceFee).toBeTypeOf("boolean");
    expect(asked).toEqual({ flolive: 1, akamai: 26, v6: 12, ddapi: 1 });
    // The last question went out before the first could be answered.
    expect(isOneWave).toBe(true);
  });
});
