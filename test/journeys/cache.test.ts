/** Answers kept between requests: what they save, how old they may be, and that everyone still sees their own only. */
import { afterEach, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { listen } from "../../src/server/listen.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type TestApp, type TestAppOptions, startTestApp } from "../support/app.ts";
import { hasRedis, startRedis } from "../support/redis.ts";

// Nothing is to be refused because this machine is busy.
const server = { shedding: { maxInFlight: 5_000, minWaiting: 5_000 } };

let app: TestApp | undefined;
afterEach(() => app?.close());

async function start(cache: object = {}, options: TestAppOptions = {}): Promise<TestApp> {
  return (app = await startTestApp({
    ...options,
    sections: () => ({ cache, server }),
  }));
}

const everything = `{ invoices(first: 100) { totalCount isComplete nodes { id totalAmount } sources { source { id } status } } }`;
const second = () => new Promise((resolve) => setTimeout(resolve, 1_050));
// What was kept is too old after a second, and good enough beside a failing source.
const short = {
  ages: { recentInvoicesSeconds: 1, olderInvoicesSeconds: 1, settingsSeconds: 1, revalidateSeconds: 0 },
};

describe("a thousand who ask the same at once", () => {
  it("cost one set of upstream calls when it is cold, and none when it is warm", async () => {
    const question = `{ invoices(first: 1, filter: { sources: ["freight"] }) { totalCount isComplete nodes { id } } }`;
    const alone = await startTestApp({ cold: true });
    const one = await alone.query(question);
    const cost = alone.counts();
    await alone.close();
    const { query, counts, clearLogs } = await start();
    const thousand = () => Promise.all(Array.from({ length: 1_000 }, () => query(question)));

    const cold = await thousand();
    const coldCost = counts();
    clearLogs();
    const warm = await thousand();

    expect(cost.v6).toBe(12);
    expect(coldCost).toEqual(cost);
    expect(counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
    expect(new Set([...cold, ...warm].map(({ data }) => JSON.stringify(data)))).toEqual(
      new Set([JSON.stringify(one.data)]),
    );
  });
});

describe("viewers", () => {
  it("share what their sources said, and see what they see without a cache", async () => {
    const viewers = ["parent", "single", "service"] as const;
    const alone = await startTestApp({ cold: true, sections: () => ({ server }) });
    const expected = await Promise.all(viewers.map((viewer) => alone.query(everything, {}, viewer)));
    await alone.close();
    const { query, counts, clearLogs, cacheStats } = await start();
    await query(everything, {}, "service");
    clearLogs();

    const seen = await Promise.all(viewers.map((viewer) => query(everything, {}, viewer)));

    expect(counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
    expect(cacheStats().hits).toBeGreaterThan(0);
    expect(seen.map(({ data }) => data)).toEqual(expected.map(({ data }) => data));
    expect(new Set(seen.map(({ data }) => data.invoices.totalCount)).size).toBe(3);
  });
});

describe("a list that is asked for again and again", () => {
  const line = "description netAmount";
  const pages = [
    `{ invoices(first: 7) { totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { id number totalAmount } } } }`,
    `{ invoices(first: 9, orderBy: { field: TOTAL_AMOUNT, direction: DESC }) { totals { currency count totalAmount } nodes { id source { id kind } account { source reference } customer { key } totalAmount } } }`,
    `{ invoices(last: 5) { nodes { id warnings { code } files { format } creditReason { code } lines { ${line} } billTo { name } billingPeriod { from } } } }`,
    `{ viewer { customer { invoices(first: 3) { edges { cursor node { id } } } subCustomers { key invoices(first: 3) { nodes { id netAmount } } } } } }`,
    `{ a: invoices(first: 2) { nodes { id } } b: invoices(first: 2) { nodes { id type } } invoiceTotals(groupBy: [SOURCE, MONTH]) { groups { month currency count totalAmount } } }`,
  ];

  it.each(pages)("is the same each time, and as it is without a cache: %s", async (text) => {
    const viewers = ["parent", "single", "service"] as const;
    const secrets = {
      links: { keys: [{ id: "test", secret: "a secret of the tests, long enough for links" }] },
    };
    const sections = (cache: object) => () => ({
      server: { ...server, answers: { maxBytes: 0 } },
      cache,
      delivery: secrets,
    });
    const alone = await startTestApp({ sections: sections({ enabled: false }) });
    const expected = await Promise.all(viewers.map((viewer) => alone.query(text, {}, viewer)));
    await alone.close();
    const { query } = (app = await startTestApp({ sections: sections({}) }));

    const seen = [];
    for (let n = 0; n < 4; n++)
      for (const viewer of viewers) seen.push(JSON.stringify((await query(text, {}, viewer)).data));

    const each = expected.map(({ data }) => JSON.stringify(data));
    expect(seen).toEqual([...each, ...each, ...each, ...each]);
    expect(new Set(each).size).toBe(3);
  });
});

const withAge = `query ($freshness: FreshnessInput) { invoices(first: 100, filter: { sources: ["freight"] }, freshness: $freshness) {
  totalCount isComplete nodes { id number fetchedAt isStale } sources { source { id } status fetchedAt errors { code } }
} }`;
const freight = ({ data }: any) => data.invoices.sources.find(({ source }: any) => source.id === "freight");

describe("a source that fails after it has answered", () => {
  it("is STALE with its age and its failure, the list is complete, and every node says it too", async () => {
    const { query, simulators } = await start(short);
    const before = await query(withAge);
    await second();
    simulators.v6.setFault({ kind: "status", status: 503 });

    const during = await query(withAge);

    expect(freight(before)).toMatchObject({ status: "OK", errors: [] });
    expect(freight(during)).toEqual({
      ...freight(before),
      status: "STALE",
      errors: [{ code: expect.stringMatching(/^SOURCE_(UNAVAILABLE|SUSPENDED)$/) }],
    });
    expect(during.data.invoices).toMatchObject({
      isComplete: true,
      totalCount: before.data.invoices.totalCount,
    });
    expect(during.data.invoices.nodes).toEqual(
      before.data.invoices.nodes.map((node: any) => ({ ...node, isStale: true })),
    );
    expect(Date.now() - Date.parse(during.data.invoices.nodes[0].fetchedAt)).toBeGreaterThan(1_000);
  });

  it("has failed for who accepts no older answers, and its settings are marked", async () => {
    const { query, simulators } = await start(short);
    const settings = `{ viewer { customer { settings { isStale fetchedAt paysInvoiceFee } } } }`;
    await query(withAge);
    const before = await query(settings, {}, "parent");
    await second();
    simulators.v6.setFault({ kind: "status", status: 503 });
    simulators.ddapi.setFault({ kind: "status", status: 503 });

    const strict = await query(withAge, { freshness: { staleIfError: 0 } });
    const during = await query(settings, {}, "parent");

    expect(freight(strict)).toMatchObject({ status: "FAILED", fetchedAt: null });
    expect(strict.data.invoices).toMatchObject({ isComplete: false, totalCount: null, nodes: [] });
    const { settings: old } = before.data.viewer.customer;
    expect(old).toMatchObject({ isStale: false, fetchedAt: expect.any(String) });
    expect(during.data.viewer.customer.settings).toEqual({ ...old, isStale: true });
  });

  it("is OK again as soon as it answers", async () => {
    const { query, simulators } = await start(short);
    await query(withAge);
    await second();
    simulators.v6.setFault({ kind: "status", status: 503 });
    const during = await query(withAge);

    simulators.v6.setFault(null);
    // It is left alone for some seconds after it has failed so often.
    const status = async () => freight(await query(withAge, { freshness: { maxAge: 1 } })).status;

    expect(freight(during).status).toBe("STALE");
    await expect.poll(status, { interval: 500 }).toBe("OK");
  });
});

const list = (freshness: string) =>
  `invoiceTotals(filter: { sources: ["freight"] } ${freshness}) { isComplete }`;

describe("a query that wants fresher data", () => {
  it("has older answers asked again, and only those", async () => {
    const { query, counts, clearLogs } = await start();
    await query(withAge);
    await second();
    clearLogs();

    await query(withAge, { freshness: { maxAge: 60 } });
    const lenient = counts().v6;
    await query(withAge, { freshness: { maxAge: 1 } });
    const strict = counts().v6;
    await query(withAge);

    expect([lenient, strict, counts().v6]).toEqual([0, 12, 12]);
  });

  it("may want it for one of its lists, and is told when it asks for the impossible", async () => {
    const { query, counts, clearLogs } = await start();
    await query(withAge);
    clearLogs();

    const both = await query(
      `{ a: ${list("")} b: ${list("freshness: { maxAge: 0 }")} c: ${list("freshness: { maxAge: 0 }")} }`,
    );
    const wrong = await query(`{ ${list("freshness: { maxAge: -1 }")} }`);

    expect(both.errors).toBeUndefined();
    expect(counts().v6).toBe(12);
    expect(wrong.errors?.[0]?.extensions["code"]).toBe("BAD_INPUT");
  });
});

describe.runIf(hasRedis)("a second replica", () => {
  it("asks no source what the first one asked, and goes on alone when Redis dies", async () => {
    const redis = await startRedis();
    app = await startTestApp({
      sections: () => ({ redis: { url: redis.url, timeoutMs: 3_000 }, server }),
    });
    const { query, counts, clearLogs, sandbox, keyOf } = app;
    const other = await createApp(sandbox.config, {
      log: createLog("silent"),
      publicUrl: () => "http://127.0.0.1",
    });
    const listener = await listen(other.handle, "127.0.0.1", 0);
    const ask = async () => {
      const response = await fetch(`${listener.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": keyOf("service") },
        body: JSON.stringify({ query: everything }),
      });
      return (await response.json()) as { data: unknown };
    };
    const first = await query(everything);
    await expect.poll(() => redis.client.dbsize()).toBe(app.cacheStats().entries);
    clearLogs();

    const warm = await ask();
    const cost = counts();
    await redis.kill();
    const alone = await ask();
    await listener.stop(0);
    await other.close();
    await redis.close();

    expect(warm.data).toEqual(first.data);
    expect(cost).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
    expect(alone.data).toEqual(first.data);
  });
});
