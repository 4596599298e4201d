/** The audit trail, and what a viewer is told about itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/telemetry/log.ts";
import { type TenantApp, startTenants } from "./tenants.ts";

interface AuditEvent {
  readonly event: string;
  readonly viewer: { readonly id: string; readonly role: string; readonly customer: string | null };
  readonly count: number;
  readonly invoices: readonly string[];
  readonly format?: string;
}

const lines: string[] = [];
let app: TenantApp;
beforeAll(async () => {
  app = await startTenants({ log: createLog("info", { write: (line) => void lines.push(line) }) });
});
afterAll(() => app.close());
beforeEach(() => void lines.splice(0));

const events = (): AuditEvent[] =>
  lines.map((line) => JSON.parse(line)).filter(({ event = "" }) => String(event).startsWith("invoices."));
const acme = { id: "key:acme", role: "CUSTOMER", customer: "acme" };

describe("the audit trail", () => {
  it("says who was shown which invoices in a list", async () => {
    const { json } = await app.ask("acme", "{ invoices(first: 3) { nodes { id } } }");

    expect(events()).toMatchObject([
      {
        event: "invoices.listed",
        viewer: acme,
        count: 3,
        invoices: json.data.invoices.nodes.map(({ id }: any) => id),
      },
    ]);
  });

  it("says who read an invoice by its id, by whatever field, and nothing of what was not seen", async () => {
    const list = await app.ask("service", "{ invoices(first: 1) { nodes { id customer { key } } } }");
    const [{ id, customer }] = list.json.data.invoices.nodes;
    const owner = ["acme", "northwind", "omnix"].find((tenant) => tenant === customer.key) ?? "service";
    lines.splice(0);

    for (const text of [
      "query ($id: ID!) { invoice(id: $id) { id } }",
      "query ($id: ID!) { node(id: $id) { id } }",
    ]) {
      await app.ask(owner as "service", text, { id });
      await app.ask(customer.key === "omnix" ? "northwind" : "omnix", text, { id });
    }

    expect(events()).toMatchObject([
      { event: "invoices.read", viewer: { id: `key:${owner}` }, invoices: [id] },
      { event: "invoices.read", viewer: { id: `key:${owner}` }, invoices: [id] },
    ]);
  });

  it("says who saw an invoice by way of a memo that credits it", async () => {
    const list = await app.ask(
      "service",
      `{ invoices(first: 50, filter: { types: [CREDIT_MEMO], sources: ["cdn"] }) {
      nodes { creditedInvoices { invoice { id } } } } }`,
    );
    const seen = list.json.data.invoices.nodes.flatMap(({ creditedInvoices }: any) =>
      creditedInvoices.flatMap(({ invoice }: any) => (invoice === null ? [] : [invoice.id])),
    );

    const read = events().filter(({ event }) => event === "invoices.read");
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(read.flatMap(({ invoices }) => invoices))).toEqual(new Set(seen));
  });

  it("says who downloaded what, and holds no key and no link", async () => {
    const list = await app.ask(
      "acme",
      `{ invoices(first: 2, filter: { sources: ["freight"] }) { nodes { id } } }`,
    );
    const ids = list.json.data.invoices.nodes.map(({ id }: any) => id);

    const { json } = await app.ask(
      "acme",
      "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids, format: JSON, bundle: SEPARATE }) { status files { url sha256 } } }",
      { ids },
    );

    const { files } = json.data.downloadInvoices;
    expect(events().at(-1)).toMatchObject({
      event: "invoices.downloaded",
      viewer: acme,
      count: 2,
      format: "JSON",
      files: files.map(({ sha256 }: any) => sha256),
    });
    expect(new Set(events().at(-1)?.invoices)).toEqual(new Set(ids));
    expect(lines.join("")).not.toContain(app.tenantKey("acme"));
    expect(lines.join("")).not.toContain(new URL(files[0].url).pathname);
  });
});

describe("the audit trail of files", () => {
  it("says for whom a link was made that handed a file over, once for each use, and nothing of what was refused", async () => {
    const list = await app.ask(
      "acme",
      `{ invoices(first: 1, filter: { sources: ["freight"] }) { nodes { id customer { id } } } }`,
    );
    const { json } = await app.ask(
      "acme",
      "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids, format: JSON }) { files { url sha256 size fileName } } }",
      { ids: list.json.data.invoices.nodes.map(({ id }: any) => id) },
    );
    const [{ url, sha256, size, fileName }] = json.data.downloadInvoices.files;

    await (await fetch(url)).arrayBuffer();
    await fetch(url, { method: "HEAD" });
    await fetch(`${url}x`);
    await (await fetch(url, { headers: { range: "bytes=0-9" } })).arrayBuffer();

    const fetched = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "file.fetched");
    const customers = list.json.data.invoices.nodes.map(({ customer }: any) => customer.id);
    const expected = { viewer: acme, file: { name: fileName, sha256, size }, customers };
    expect(fetched).toMatchObject([expected, expected]);
    expect(lines.join("")).not.toContain(new URL(url).pathname);
  });

  it("calls what an export wrote exported, and not listed", async () => {
    const { json } = await app.ask(
      "acme",
      `mutation { exportInvoices(input: { filter: { sources: ["freight"] } }) { id } }`,
    );
    const { id } = json.data.exportInvoices;
    for (let status = "QUEUED"; status === "QUEUED" || status === "RUNNING";) {
      const asked = await app.ask("acme", "query ($id: ID!) { invoiceExport(id: $id) { status } }", { id });
      ({ status } = asked.json.data.invoiceExport);
    }

    expect(new Set(events().map(({ event }) => event))).toEqual(new Set(["invoices.exported"]));
    expect(events()[0]?.viewer).toEqual(acme);
  });
});

describe("viewer", () => {
  it.each([
    ["acme", "CUSTOMER", ["acme", "acme-iot", "acme-nordic", "acme-retail"]],
    ["acme-nordic", "CUSTOMER", ["acme-nordic", "acme-nordic-depot"]],
    ["acme-nordic-depot", "CUSTOMER", ["acme-nordic-depot"]],
    ["northwind", "CUSTOMER", ["northwind", "northwind-apac", "northwind-gulf"]],
    ["omnix", "CUSTOMER", ["omnix"]],
  ] as const)(
    "says to %s who it is and which customers it may see: no grandchildren",
    async (tenant, role, keys) => {
      const { json } = await app.ask(
        tenant,
        "{ viewer { id role scopes customer { key parent { key } } customers(first: 50) { nodes { key subCustomers { key } } } } }",
      );

      const { viewer } = json.data;
      expect(viewer).toMatchObject({
        id: `key:${tenant}`,
        role,
        scopes: [],
        customer: { key: tenant, parent: null },
      });
      expect(viewer.customers.nodes.map(({ key }: any) => key)).toEqual(keys);
      const below = viewer.customers.nodes.flatMap(({ subCustomers }: any) =>
        subCustomers.map(({ key }: any) => key),
      );
      expect(below.filter((key: string) => !(keys as readonly string[]).includes(key))).toEqual([]);
    },
  );

  it("says to customer service that it sees all", async () => {
    const { json } = await app.ask(
      "service",
      "{ viewer { role customer { key } customers(first: 100) { nodes { key } } } }",
    );

    expect(json.data.viewer).toMatchObject({ role: "CUSTOMER_SERVICE", customer: null });
    expect(json.data.viewer.customers.nodes).toHaveLength(app.simulators.world.customers.length);
  });
});
