/** Whatever has an `id` has it alone: clients' caches keep objects by it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    sections: ({ sources, customers }) => ({
      sources: { ...sources, second: sources["billing"] },
      customers: customers.map((customer) => {
        const { billing } = customer.accounts;
        return { ...customer, accounts: { ...customer.accounts, ...(billing && { second: billing }) } };
      }),
    }),
  });
});
afterAll(() => app?.close());

it("rows of two tables of one source and of two sources are not taken for one", async () => {
  const rows = "currencyId paymentTermsId currency { id } paymentTerms { id }";
  const query = `{ customers(first: 20) { nodes { first: settings(source: "billing") { ${rows} } second: settings(source: "second") { ${rows} } } } }`;

  const { data, errors } = await app.query(query);

  expect(errors).toBeUndefined();
  const owner = new Map<string, string>();
  for (const customer of data.customers.nodes)
    for (const [source, settings] of Object.entries<any>(customer)) {
      if (settings?.currency) see(settings.currency.id, `${source} currency ${settings.currencyId}`);
      if (settings?.paymentTerms) see(settings.paymentTerms.id, `${source} terms ${settings.paymentTermsId}`);
    }
  expect(owner.size).toBeGreaterThan(8);

  function see(id: string, row: string): void {
    expect(owner.get(id) ?? row).toBe(row);
    owner.set(id, row);
  }
});
