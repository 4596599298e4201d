/** What belongs to others and what does not exist are told by the same bytes, in the same time. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import { bestOfThree } from "../support/best-of-three.ts";
import { type TenantApp, startTenants } from "./tenants.ts";

let app: TenantApp;
beforeAll(async () => {
  app = await startTenants();
});
afterAll(() => app.close());

const list = (id: string) => `${id}: invoices(first: 1, filter: { sources: ["${id}"] }) { nodes { id } }`;

// Foreign ones are real: what customer service finds in each source. Unknown ones differ in one place.
async function pairs(): Promise<readonly (readonly [name: string, foreign: string, unknown: string])[]> {
  const { json } = await app.ask(
    "service",
    `query ($id: ID!) { customer(id: $id) { ${list("flolive")} ${list("cdn")} ${list("freight")} } }`,
    { id: writeId("Customer", ["northwind"]) },
  );
  const invoices = ["flolive", "cdn", "freight"].map((source) => {
    const foreign: string = json.data.customer[source].nodes[0].id;
    const [type, ...parts] = Buffer.from(foreign, "base64url").toString("utf8").split(":");
    const last = parts.at(-1) ?? "";
    const unknown = Buffer.from(
      [type, ...parts.slice(0, 1), "nobody", ...parts.slice(2, -1), last].join(":"),
    );
    return [`an invoice of ${source}`, foreign, unknown.toString("base64url")] as const;
  });
  return [["a customer", writeId("Customer", ["northwind"]), writeId("Customer", ["nobody"])], ...invoices];
}

const questions = [
  { name: "node", text: "query ($id: ID!) { node(id: $id) { __typename id } }" },
  { name: "nodes", text: "query ($id: ID!) { nodes(ids: [$id, $id]) { __typename id } }" },
  { name: "customer", of: "a customer", text: "query ($id: ID!) { customer(id: $id) { id name } }" },
  {
    name: "filter.customers",
    of: "a customer",
    text: "query ($id: ID!) { invoices(filter: { customers: [$id] }) { totalCount nodes { id } } }",
  },
  {
    name: "filter.customers of totals",
    of: "a customer",
    text: "query ($id: ID!) { invoiceTotals(filter: { customers: [$id] }) { totalCount } }",
  },
  { name: "invoice", of: "an invoice", text: "query ($id: ID!) { invoice(id: $id) { id number } }" },
  {
    name: "downloadInvoices",
    of: "an invoice",
    text: `mutation ($id: ID!) { downloadInvoices(input: { invoiceIds: [$id] }) {
      status files { fileName } failures { invoiceId code message source retryable } } }`,
  },
] as const;

describe("foreign and unknown ids", () => {
  it.each(questions)("are answered by the same bytes: $name", async (question) => {
    const { text } = question;
    const asked = (await pairs()).filter(([name]) => !("of" in question) || name.startsWith(question.of));
    app.clearLogs();

    for (const [name, foreignId, unknownId] of asked) {
      const foreign = await app.ask("acme", text, { id: foreignId });
      const unknown = await app.ask("acme", text, { id: unknownId });

      expect([name, foreign.status, foreign.text.replaceAll(foreignId, "<id>")]).toEqual([
        name,
        unknown.status,
        unknown.text.replaceAll(unknownId, "<id>"),
      ]);
      expect(foreign.text).not.toContain("northwind");
    }
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("are found by those who may see them, so the bytes are no accident", async () => {
    for (const [, id] of await pairs()) {
      const { json } = await app.ask("northwind", questions[0].text, { id });

      expect(json.data.node.id).toBe(id);
    }
  });

  it("take the same time: medians of 500 tries are within 5 ms", async () => {
    for (const [, foreignId, unknownId] of (await pairs()).slice(0, 2)) {
      const difference = async () => {
        const tookMs: Record<string, number[]> = { [foreignId]: [], [unknownId]: [] };
        for (let n = 0; n < 500; n++) {
          // In turns, and each as often first, so that a busy machine is as unjust to both.
          for (const id of n % 2 === 0 ? [foreignId, unknownId] : [unknownId, foreignId]) {
            const began = performance.now();
            await app.ask("acme", questions[0].text, { id });
            tookMs[id]?.push(performance.now() - began);
          }
        }
        return Math.abs(median(tookMs[foreignId]) - median(tookMs[unknownId]));
      };

      expect(await bestOfThree(difference, (ms) => ms < 5)).toBeLessThan(5);
    }
  });
});

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
