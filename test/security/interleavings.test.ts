/** Three tenants at once in one process: whatever the order, each gets what it gets alone, to the byte. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import { createRandom } from "./random.ts";
import { type TenantApp, startTenants } from "./tenants.ts";

let app: TenantApp;
beforeAll(async () => {
  // Answers are kept for a second only, so that all the while some are remembered, some aged and some asked for anew.
  const ages = {
    recentInvoicesSeconds: 1,
    olderInvoicesSeconds: 1,
    settingsSeconds: 1,
    revalidateSeconds: 1,
  };
  app = await startTenants({ months: 2, sections: () => ({ cache: { ages } }) });
});
afterAll(() => app.close());

const three = ["acme", "northwind", "omnix"] as const;
const runs = 10_000;
const atOnce = 12;

const thisMonth = `issuedOn: { from: "${new Date().toISOString().slice(0, 8)}01" }`;
// The same texts for all: whatever is remembered by text, key or month is asked for by all three.
const questions = [
  "{ viewer { id role customer { key name accounts { source reference } } } }",
  "{ viewer { customers(first: 10) { nodes { key parent { key } subCustomers { key } } } } }",
  `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`,
  `{ invoices(first: 5, filter: { sources: ["freight"], ${thisMonth} }) { totalCount nodes { id number totalAmount billTo { name } } } }`,
  `{ invoices(first: 5, filter: { sources: ["flolive"] }) { totalCount nodes { id number totalAmount customer { key } } } }`,
  `{ invoiceTotals(filter: { sources: ["freight"], ${thisMonth} }) { totalCount groups { currency totalAmount } } }`,
  "{ viewer { customer { name settings { currencyId recipient { key } account { reference } } } } }",
];

const lists = questions.filter((text) => text.includes("invoice"));
const others = questions.filter((text) => !text.includes("invoice"));

describe("10,000 requests of three tenants, in random order and at once", () => {
  it("are each answered as if the tenant were alone", async () => {
    const random = createRandom(20_261_122);
    const ids = [...three, "acme-nordic", "nobody"].map((key) => writeId("Customer", [key]));
    const alone = new Map<string, string>();
    for (const tenant of three)
      for (const text of questions)
        alone.set(`${tenant} ${text}`, (await app.ask(tenant, text, { ids })).text);
    let next = 0;
    let upstreamQuestions = 0;
    app.clearLogs();
    const leaks: string[] = [];

    async function work(): Promise<void> {
      while (next < runs) {
        next += 1;
        const tenant = random.pick(three);
        // Lists cost ten times as much: one question in eight is enough to have some always under way.
        const text = random.pick(random.chance(1 / 8) ? lists : others);
        if (lists.includes(text) || text.includes("settings")) upstreamQuestions += 1;
        if (random.chance(0.02)) app.simulators.v6.setLatency(random.below(4));
        const answer = await app.ask(tenant, text, { ids });
        if (answer.text !== alone.get(`${tenant} ${text}`)) leaks.push(`${tenant} ${text}: ${answer.text}`);
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work));

    expect(leaks.slice(0, 3)).toEqual([]);
    // Some of it was remembered, and some asked for anew.
    const arrived = Object.values(app.counts()).reduce((sum, count) => sum + count, 0);
    expect(arrived).toBeGreaterThan(10);
    expect(upstreamQuestions).toBeGreaterThan(500);
    // How many is a matter of how fast the machine is: equal questions share their answers before the cache is asked.
    expect(app.cacheStats().hits).toBeGreaterThan(0);
    // The answers differ between tenants, or their being equal to themselves would show nothing.
    for (const text of questions)
      expect(new Set(three.map((tenant) => alone.get(`${tenant} ${text}`))).size).toBe(three.length);
  }, 900_000);
});
