/** Two real gateways over the example's supergraph: joins, access, and what they make the subgraph ask upstream. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Gateways, gatewayNames, startGateways } from "./gateways.ts";
import { customerClaims } from "./router.ts";

let gateways: Gateways;
beforeAll(async () => {
  gateways = await startGateways({ cold: true });
});
afterAll(() => gateways.close());
beforeEach(() => {
  gateways.app.clearLogs();
  Object.assign(gateways.asked, { crm: 0, support: 0 });
});

describe.each(gatewayNames)("%s", (name) => {
  it("joins the CRM's name and region, the desk's tickets and the invoices of one customer", async () => {
    const reply = await gateways.ask(
      name,
      `{ tickets { subject account { customer { key name region } } invoice { number customer { name } } } }`,
    );

    expect(reply.errors).toBeUndefined();
    const acme = { key: "acme", name: "Acme Telecom Holding (CRM)", region: "EMEA" };
    // Whose the latest invoice is depends on the day.
    const somebody = {
      key: expect.any(String),
      name: expect.stringContaining("(CRM)"),
      region: expect.stringMatching(/^(?:EMEA|APAC)$/),
    };
    expect(reply.data.tickets).toEqual([
      { subject: "Wrong address", account: { customer: acme }, invoice: null },
      {
        subject: "Charged twice",
        account: { customer: somebody },
        invoice: { number: expect.any(String), customer: { name: expect.stringContaining("(CRM)") } },
      },
      { subject: "No such account", account: { customer: null }, invoice: null },
    ]);
  });

  it("tells what failed where it failed, with its code and source, and gives all the rest", async () => {
    const { ddapi, v6 } = gateways.app.simulators;
    for (const each of [ddapi, v6]) each.setFault({ kind: "status", status: 401 });

    const reply = await gateways.ask(
      name,
      `{ customersInRegion(region: "EMEA") { key settings { paysInvoiceFee } invoices(first: 1) { isComplete nodes { source { id } } sources { status errors { code } } } } }`,
    );
    for (const each of [ddapi, v6]) each.setFault(null);

    const [first] = reply.data.customersInRegion;
    expect(first).toMatchObject({ key: "acme", settings: null, invoices: { isComplete: false } });
    expect(first.invoices.nodes).toHaveLength(1);
    expect(first.invoices.sources).toContainEqual({
      status: "FAILED",
      errors: [{ code: "SOURCE_UNAUTHORIZED" }],
    });
    const told = (reply.errors ?? []).find(({ path }) => path?.join(".") === "customersInRegion.0.settings");
    expect(told?.extensions).toMatchObject({
      code: "SOURCE_UNAUTHORIZED",
      source: "billing",
      retryable: false,
    });
  });

  it("shows a customer's user nothing of other customers, whichever way the supergraph comes to them", async () => {
    const reply = await gateways.ask(
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
    await gateways.app.ask(direct);
    const callsOfDirect = gateways.app.counts();
    gateways.app.clearLogs();

    const reply = await gateways.ask(
      name,
      `{ e: customersInRegion(region: "EMEA") { ...Count } a: customersInRegion(region: "APAC") { ...Count } }
       fragment Count on Customer { invoices(first: 1, filter: { issuedOn: { from: "2026-10-01" } }) { totalCount } }`,
    );

    expect(reply.errors).toBeUndefined();
    // One request for each region at most, and each of them one wave.
    for (const [kind, calls] of Object.entries(gateways.app.counts()))
      expect(calls).toBeLessThanOrEqual(2 * (callsOfDirect[kind as keyof typeof callsOfDirect] ?? 0));
    expect(gateways.asked.crm).toBe(1);
  });
});

describe("the supergraph", () => {
  it("has no node and no nodes: no router could tell which subgraph an id belongs to", async () => {
    const reply = await gateways.ask("Hive Gateway", `{ node(id: "x") { id } }`);

    expect(reply.errors?.[0]?.message).toContain('Cannot query field "node"');
  });
});
