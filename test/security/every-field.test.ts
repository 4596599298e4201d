/** Five viewers ask for every field on every way that leads to it: nothing of a customer that they may not see comes back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import { schema } from "../../src/schema/index.ts";
import { type Candidates, everyOperation, fieldsOf } from "./every-operation.ts";
import { Foreign, type TenantApp, startTenants, tenants } from "./tenants.ts";

let app: TenantApp;
let candidates: Candidates;
beforeAll(async () => {
  app = await startTenants({ months: 4 });
  candidates = await findCandidates();
});
afterAll(() => app.close());

// Two invoices of every customer and source, found by customer service, and the ids and numbers that go with them.
async function findCandidates(): Promise<Candidates> {
  const sources = ["flolive", "cdn", "freight"];
  const lists = sources.map(
    (id) => `${id}: invoices(first: 1, filter: { sources: ["${id}"] }) { nodes { id number } }`,
  );
  const { json } = await app.ask("service", `{ customers(first: 100) { nodes { ${lists.join(" ")} } } }`);
  const invoices = json.data.customers.nodes.flatMap((customer: any) =>
    sources.flatMap((id) => customer[id].nodes),
  );
  const customerIds = app.simulators.world.customers.map(({ id }) => writeId("Customer", [id]));
  const invoiceIds = invoices.map(({ id }: any) => id);
  return {
    ids: [...customerIds, ...invoiceIds, writeId("Customer", ["nobody"]), "billing"],
    someIds: [
      writeId("Customer", ["acme-nordic-depot"]),
      writeId("Customer", ["northwind"]),
      invoiceIds[0],
      "freight",
    ],
    texts: [...new Set<string>(invoices.map(({ number }: any) => number))].filter((_, n) => n % 20 === 0),
    scalars: {
      Int: ["1"],
      Boolean: ["true"],
      LocalDate: ['"2026-01-31"'],
      DateTime: ['"2026-01-31T12:00:00Z"'],
      Decimal: ['"10.00"'],
      Currency: ['"EUR"'],
    },
  };
}

// What only subscriptions tell is asked for in test/live/tenants.test.ts.
const isOfEvents = /^(?:Subscription|InvoicesChanged|InvoiceChange)\./;

describe.each(tenants)("what %s gets", (tenant) => {
  it("by every field and every argument holds nothing of customers that it may not see", async () => {
    const foreign = new Foreign(tenant, app.simulators.world);
    const visited = new Set<string>();
    const found: string[] = [];
    const refused: string[] = [];

    for (const { title, text, variables } of everyOperation(schema, candidates, 4, visited)) {
      const { json, status } = await app.ask(tenant, text, variables);
      if (status !== 200) refused.push(`${title}: ${JSON.stringify(json)}`);
      found.push(...foreign.in(json.data, title), ...foreign.in(withoutEcho(json.errors), `${title} errors`));
    }

    expect(refused).toEqual([]);
    expect(found).toEqual([]);
    expect(fieldsOf(schema).filter((field) => !visited.has(field) && !isOfEvents.test(field))).toEqual([]);
  });
});

describe("the search for foreign values", () => {
  it.each(tenants)("would find those that %s may not see", async (tenant) => {
    const foreign = new Foreign(tenant, app.simulators.world);

    const { json } = await app.ask(
      "service",
      `{ customers(first: 100) { nodes { name key id accounts { reference } invoices(first: 5) { nodes { id number } } } } }`,
    );

    for (const each of ["name", "key", "id", "reference", "number"])
      expect(foreign.in(json.data).join("\n")).toMatch(new RegExp(`\\.${each}: `));
  });
});

// Some sentences quote what was asked for.
function withoutEcho(errors: unknown): unknown {
  return errors === undefined ? [] : JSON.parse(JSON.stringify(errors).replace(/\\"[^"]*\\"/g, "…"));
}
