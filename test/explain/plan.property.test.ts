/** What is predicted over random worlds and random queries holds against what then arrives at the simulators. */
import { type GraphQLObjectType, getNamedType, isObjectType, isRequiredArgument } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { generateQueries } from "../federation/generated-queries.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import type { PlanReport } from "../../src/explain/plan.ts";
import { arrivedAt, planOf } from "../support/explain.ts";

const today = "2026-11-15";
const now = () => Date.parse(`${today}T12:00:00.000Z`);
const queriesEach = 40;

// A world of its own, in which floLIVE's lists have several pages.
function start(seed: number, cold: boolean): Promise<TestApp> {
  return startTestApp({
    seed,
    today,
    now,
    cold,
    each: { akamai: { now, requestsPerMinute: 100_000 } },
    sections: ({ sources }) => ({
      sources: { ...sources, flolive: { ...sources["flolive"], paging: { pageSize: 2 + seed } } },
    }),
  });
}

describe("each field of an invoice, of its account and of its customer", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await start(1, true);
  });
  afterAll(() => app.close());

  // Fields with arguments that must be given, and those for credentials of operators.
  const without = new Set(["CreditedInvoice.invoice"]);

  function selections(typeName: string, depth: number): string[] {
    const type = schema.getType(typeName) as GraphQLObjectType;
    return Object.values(type.getFields())
      .filter(({ name, args }) => !without.has(`${typeName}.${name}`) && !args.some(isRequiredArgument))
      .flatMap(({ name, type: result }) => {
        const below = getNamedType(result);
        if (!isObjectType(below)) return [name];
        return depth === 0 ? [] : selections(below.name, depth - 1).map((text) => `${name} { ${text} }`);
      });
  }

  it("costs what the plan allows, of invoices that nobody knows", async () => {
    const acme = Buffer.from("Customer:acme").toString("base64url");
    const wrong: object[] = [];
    const fields = [...selections("Invoice", 2), "creditedInvoices { invoice { id } }"];

    for (const field of fields) {
      const query = `{ invoices(first: 4, filter: { issuedOn: { from: "2026-11-01" }, customers: ["${acme}"], sources: ["cdn", "freight"] }) { nodes { ${field} } } }`;
      const plan = await planOf(app, { query });
      app.clearLogs();
      await app.query(query);
      const arrived = Object.values(arrivedAt(app)).reduce((sum, count) => sum + count, 0);
      if (arrived < plan.atLeast || arrived > (plan.atMost ?? Infinity)) wrong.push({ field, arrived, plan });
    }

    expect(wrong).toEqual([]);
    expect(fields.length).toBeGreaterThan(100);
  });
});

describe.each([1, 2, 3])("in world %i", (seed) => {
  let forgetful: TestApp;
  let remembering: TestApp;
  beforeAll(async () => {
    [forgetful, remembering] = await Promise.all([start(seed, true), start(seed, false)]);
  });
  afterAll(() => Promise.all([forgetful.close(), remembering.close()]));

  it("plans ask nothing, hold the real number between their bounds, and are exact once the answers are kept", async () => {
    const { data } = await forgetful.query(
      `{ customers(first: 5) { nodes { id } } invoices(first: 12, filter: { issuedOn: { from: "2026-10-01" } }) { nodes { id } } }`,
    );
    const queries = generateQueries({
      schema,
      customerIds: data.customers.nodes.map(({ id }: { id: string }) => id),
      invoiceIds: data.invoices.nodes.map(({ id }: { id: string }) => id),
      sourceIds: ["flolive", "cdn", "freight", "billing"],
      without: new Set(["*.raw", "*.node", "*.nodes", "*.invoiceExport", "*.sourceAccount"]),
      seed,
    });
    const wrong: object[] = [];
    let exact = 0;

    for (let i = 0; i < queriesEach; i += 1) {
      const query = queries.next().value;
      forgetful.clearLogs();
      const unknowing = await planOf(forgetful, { query });
      const arrivedWhilePlanned = arrivedAt(forgetful);
      await forgetful.query(query);
      const arrived = Object.values(arrivedAt(forgetful)).reduce((sum, count) => sum + count, 0);
      const before = await planOf(remembering, { query });
      await remembering.query(query);
      const knowing = await planOf(remembering, { query });

      const isWrong = ({ atLeast, atMost, upstreamCalls }: PlanReport) =>
        arrived < atLeast ||
        arrived > (atMost ?? Infinity) ||
        (atLeast === atMost && upstreamCalls !== arrived);
      const plans = { unknowing, before, knowing };
      if (Object.values(plans).some(isWrong)) wrong.push({ query, arrived, plans });
      if (Object.keys(arrivedWhilePlanned).length > 0) wrong.push({ query, arrivedWhilePlanned });
      if (knowing.atLeast === knowing.atMost) exact += 1;
    }

    expect(wrong).toEqual([]);
    expect(exact).toBeGreaterThan(queriesEach * 0.9);
  });
});
