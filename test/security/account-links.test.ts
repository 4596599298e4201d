/** A wrong account link in the directory: records of another account than the linked one are left out, and that is said. */
import { afterEach, describe, expect, it } from "vitest";
import type { RequestRecord } from "../../src/simulators/exchange.ts";
import { Foreign, type TenantApp, startTenants } from "./tenants.ts";

let app: TenantApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const list = (
  source: string,
) => `{ viewer { customer { invoices(first: 50, filter: { sources: ["${source}"] }) {
  totalCount isComplete nodes { id number billTo { name } customer { key } }
  sources { source { id } status dropped count } totals { count totalAmount }
} } } }`;

/** What the upstream answers to a request of ours, asked once more. */
async function replay(url: string, { path, query, headers }: RequestRecord): Promise<string> {
  const own = Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(?:authorization|accept)$/.test(name)),
  );
  return (await fetch(`${url}${path}?${query}`, { headers: own as Record<string, string> })).text();
}

function reportOf(json: any, source: string) {
  return json.data.viewer.customer.invoices.sources.find((report: any) => report.source.id === source);
}

describe("records of another account", () => {
  it("that floLIVE answers with are dropped and reported", async () => {
    app = await startTenants({ cold: true, sections: () => ({ server: {} }) });
    const { flolive } = app.simulators;
    await app.ask("northwind", list("flolive"));
    const [asked] = flolive.log;
    const answer = JSON.parse(await replay(flolive.url, asked as RequestRecord));
    // The documents show no owner in a list's records; where a deployment tells it, it is believed.
    const { customerId } = app.simulators.world.customer("northwind")?.flolive ?? {};
    const content = answer.content.map((record: object) => ({ ...record, customerId }));
    flolive.setFault({ kind: "answer", body: { ...answer, content } });

    const { json } = await app.ask("acme", list("flolive"));

    expect(new Foreign("acme", app.simulators.world).in(json)).toEqual([]);
    expect(json.data.viewer.customer.invoices).toMatchObject({
      nodes: [],
      isComplete: false,
      totalCount: null,
    });
    expect(reportOf(json, "flolive")).toMatchObject({
      status: "PARTIAL",
      count: 0,
      dropped: ["An invoice belongs to another customer."],
    });
  });

  it("that Akamai lists among a contract's own are dropped and reported", async () => {
    app = await startTenants({ cold: true, each: { akamai: { quirks: ["foreignContract"] } } });

    const { json, text } = await app.ask("acme", list("cdn"));

    expect(text).not.toContain("K-0N7RAK71");
    expect(text).not.toContain("8234567890");
    expect(reportOf(json, "cdn")).toMatchObject({
      status: "PARTIAL",
      dropped: ["A record belongs to a contract that was not asked for."],
    });
    expect(reportOf(json, "cdn").count).toBeGreaterThan(0);
  });

  it("that V6 has under a code that only resembles the linked one are not shown", async () => {
    app = await startTenants({
      cold: true,
      sections: ({ customers }) => ({
        server: {},
        customers: customers.map((customer) =>
          customer.id === "acme"
            ? { ...customer, accounts: { ...customer.accounts, freight: ["1"] } }
            : customer,
        ),
      }),
    });

    const { json } = await app.ask("acme", list("freight"));

    // V6's 001 is another account than 1: nobody is linked to it now, so nobody sees it.
    expect(json.data.viewer.customer.invoices).toMatchObject({ nodes: [], totalCount: 0, totals: [] });
  });

  it("that DDAPI answers with, settings of another customer, are an error and no settings", async () => {
    app = await startTenants({ cold: true, each: { ddapi: { quirks: { answersFor: 5200 } } } });

    const { json } = await app.ask(
      "acme",
      "{ viewer { customer { settings { orderInvoiceEmail account { reference } recipient { name } } } } }",
    );

    expect(json.data.viewer.customer.settings).toBeNull();
    expect(json.errors[0].extensions).toMatchObject({ code: "ACCOUNT_MISMATCH", source: "billing" });
  });
});

describe("records of others that cannot be read", () => {
  it("are nobody's business: a V6 month that everybody shares tells each customer of its own only", async () => {
    app = await startTenants({ cold: true, sections: () => ({ server: {} }) });
    const { v6 } = app.simulators;
    await app.ask("acme", list("freight"));
    const newest = v6.log.at(-1) as RequestRecord;
    const records = JSON.parse(await replay(v6.url, newest)) as Record<string, unknown>[];
    // Two records of northwind that contradict each other: in whose report that stands is a question of who may see it.
    const one = records.find(({ customerCode }) => customerCode === "010");
    v6.setFault({
      kind: "answer",
      body: JSON.stringify([...records, { ...one, dueDate: "2031-01-01" }]),
    });

    const foreign = reportOf((await app.ask("acme", list("freight"))).json, "freight");
    const own = reportOf((await app.ask("northwind", list("freight"))).json, "freight");

    expect(foreign).toMatchObject({ status: "OK", dropped: [] });
    expect(own.dropped).toHaveLength(1);
  });
});
