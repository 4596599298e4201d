import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";

test("The first page of 20 from 50 customers and four sources takes one wave of 125 upstream calls", async () => {
  const app = await startTestApp({
    moreCustomers: 50,
    sections: ({ sources, customers }) => ({
      cache: { enabled: false },
      sources: {
        ...sources,
        // A socket for each account that is asked by itself.
        flolive: { ...sources["flolive"], maxSockets: 64 },
        billing: { ...sources["billing"], maxSockets: 64 },
        // One call a month for all contracts.
        cdn: { ...sources["cdn"], list: "account" },
      },
      customers: customers.filter(({ id }) => id.startsWith("more-")),
    }),
  });
  const { simulators } = app;
  // The simulators make their data when it is first asked for, which is no part of the wave.
  await app.query("{ invoices(first: 1) { nodes { id } } }");
  const each = [simulators.flolive, simulators.akamai, simulators.v6, simulators.ddapi];
  async function ask(latencyMs: number) {
    for (const simulator of each) simulator.setLatency(latencyMs);
    app.clearLogs();
    const reply = await app.query(`{
      invoices(first: 20) { isComplete nodes { id } }
      customers(first: 50) { nodes { settings { __typename } } }
    }`);
    const requests = each.flatMap(({ log }) => log);
    const firstAnswerAt = Math.min(...requests.map(({ closedAt }) => closedAt ?? 0));
    const lastRequestAt = Math.max(...requests.map(({ at }) => at));
    return { ...reply, counts: app.counts(), isOneWave: lastRequestAt < firstAnswerAt };
  }

  // A second time with more of it where the machine was slower than that.
  let reply = await ask(1_000);
  if (!reply.isOneWave) reply = await ask(8_000);

  await app.close();
  const { data, errors, counts, isOneWave } = reply;
  expect(errors).toBeUndefined();
  expect(data.invoices.isComplete).toBe(true);
  expect(data.invoices.nodes).toHaveLength(20);
  expect(data.customers.nodes).toHaveLength(50);
  // floLIVE once an account, V6 once a month of issue, Akamai once a month of usage (one more), DDAPI once an account.
  expect(counts).toEqual({ flolive: 50, v6: 12, akamai: 13, ddapi: 50 });
  // One wave: the last request was there before the first was answered.
  expect(isOneWave).toBe(true);
});
