/** What a request asked of its sources, or would ask: who may know, and what is told. */
import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/telemetry/log.ts";
import { type TestApp, type TestAppOptions, startTestApp } from "../support/app.ts";
import { actualOf, arrivedAt, askExplained, planOf } from "../support/explain.ts";

let app: TestApp;
afterEach(() => app.close());

const october = `filter: { issuedOn: { from: "2026-10-01", to: "2026-10-31" }, sources: ["freight"] }`;
const freight = { query: `{ invoices(first: 3, ${october}) { nodes { number } } }` };
const now = () => Date.parse("2026-11-15T12:00:00.000Z");

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const akamai = { now, requestsPerMinute: 100_000 };
  app = await startTestApp({ today: "2026-11-15", now, each: { akamai }, ...options });
  return app;
}

describe("what was asked", () => {
  it("is listed with its calls, and counts what arrived", async () => {
    await start();

    const report = await actualOf(app, freight);

    expect(arrivedAt(app)).toEqual({ freight: 1 });
    expect(report).toMatchObject({ mode: "ACTUAL", cost: 4, upstreamCalls: 1, leftOut: 0 });
    expect(report.sources).toMatchObject([
      { source: "freight", asked: 1, fromCache: 0, upstreamCalls: 1, attempts: 1, failed: 0 },
    ]);
    expect(report.asked).toMatchObject([
      {
        source: "freight",
        what: "invoices of all accounts in 2026-10",
        cache: "MISS",
        failure: null,
        calls: [{ method: "GET", path: "/invoices", status: 200, attempts: 1, failure: null }],
      },
    ]);
    expect(report.bytes).toBeGreaterThan(1_000);
    expect(report.asked[0]?.calls[0]?.bytes).toBe(report.bytes);
    expect(report.asked[0]?.ms).toBeGreaterThanOrEqual(report.asked[0]?.calls[0]?.ms ?? Infinity);
  });

  it("stands beside the same answer", async () => {
    await start();

    const { reply, status } = await askExplained(app, "actual", freight);
    const plain = await app.query(freight.query);

    expect(status).toBe(200);
    expect(reply.data).toEqual(plain.data);
    expect(plain.extensions).not.toHaveProperty("explain");
  });

  it("names what came from the cache, and what somebody else was asking already", async () => {
    await start({ latencyMs: 200 });

    const [first, second] = await Promise.all([actualOf(app, freight), actualOf(app, freight)]);
    const third = await actualOf(app, freight);

    const verdicts = [first, second].map(({ asked }) => asked[0]?.cache);
    expect(verdicts.toSorted()).toEqual(["JOINED", "MISS"]);
    expect(first.upstreamCalls + second.upstreamCalls).toBe(1);
    expect(third).toMatchObject({ upstreamCalls: 0, bytes: 0, asked: [{ cache: "HIT", calls: [] }] });
    expect(third.sources).toMatchObject([{ fromCache: 1 }]);
  });

  it("counts attempts, and names the failure of each call", async () => {
    await start();
    const status = { kind: "status", status: 503 } as const;
    app.simulators.v6.setFault([{ ...status, times: 2 }]);

    const recovered = await actualOf(app, freight);
    app.simulators.v6.setFault([{ kind: "status", status: 401 }]);
    const refused = await actualOf(app, { query: freight.query.replaceAll("2026-10", "2026-08") });

    expect(recovered.asked).toMatchObject([{ failure: null, calls: [{ attempts: 3, status: 200 }] }]);
    expect(recovered.sources).toMatchObject([{ upstreamCalls: 1, attempts: 3 }]);
    expect(refused.asked).toMatchObject([
      {
        failure: "SOURCE_UNAUTHORIZED",
        calls: [{ attempts: 1, status: 401, failure: "SOURCE_UNAUTHORIZED" }],
      },
    ]);
    expect(refused.sources).toMatchObject([{ failed: 1 }]);
  });

  it("says when an older answer stands in for a failed one", async () => {
    await start({
      sections: () => ({ cache: { ages: { olderInvoicesSeconds: 0, recentInvoicesSeconds: 0 } } }),
    });
    await app.query(freight.query);
    app.simulators.v6.setFault([{ kind: "garbage" }]);

    const report = await actualOf(app, freight);

    expect(report.asked).toMatchObject([{ cache: "STALE", calls: [{ failure: "SOURCE_BAD_RESPONSE" }] }]);
  });

  it("lists pages, details, settings and files as calls of their own", async () => {
    await start({
      sections: ({ sources }) => ({
        sources: { ...sources, flolive: { ...sources["flolive"], paging: { pageSize: 5 } } },
      }),
    });
    const id = Buffer.from("Customer:acme").toString("base64url");

    const report = await actualOf(app, {
      query: `query ($id: ID!) { customer(id: $id) {
        settings { currency { code } }
        invoices(first: 1, filter: { sources: ["flolive", "cdn"], issuedOn: { from: "2026-11-02" } }) { nodes { lines { description } } }
      } }`,
      variables: { id },
    });

    const calls = Object.fromEntries(report.asked.map(({ what, calls: own }) => [what, own.length]));
    expect(calls).toMatchObject({
      "invoice settings of account 4100": 1,
      "details of invoice 3012600002": 1,
    });
    expect(Object.keys(calls)).toContainEqual(expect.stringMatching(/^currency \d+$/));
    expect(report.sources.find(({ source }) => source === "flolive")).toMatchObject({
      asked: 1,
      upstreamCalls: 3,
    });
    expect(report.upstreamCalls).toBe(Object.values(arrivedAt(app)).reduce((sum, count) => sum + count, 0));
  });
});

describe("who asks", () => {
  const key = "a key without the scope";
  const sha256 = createHash("sha256").update(key).digest("hex");
  const sections = () => ({
    auth: { apiKeys: [{ name: "plain", sha256, role: "customer_service", scopes: ["raw"] }] },
  });

  it.each(["actual", "plan"])("without the scope is refused, and nothing runs: %s", async (mode) => {
    await start({ sections });

    const { status, reply } = await askExplained(app, mode, freight, { "x-api-key": key });

    expect(status).toBe(403);
    expect(reply.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    expect(arrivedAt(app)).toEqual({});
  });

  it("asks in words that there are", async () => {
    await start();

    const { status, reply } = await askExplained(app, "both", freight);

    expect(status).toBe(400);
    expect(reply.errors).toMatchObject([{ extensions: { code: "BAD_INPUT" } }]);
  });

  it.each(["actual", "plan"] as const)("is told of no account but its own: %s", async (mode) => {
    await start();
    const query = `{ invoices(first: 20, filter: { issuedOn: { from: "2026-09-01" } }) { nodes { number lines { glCode } creditedInvoices { invoice { number } } } } viewer { customers { nodes { settings { currency { code } } } } } }`;
    // What others have asked is in the cache by then.
    await app.query(query);

    const { reply } = await askExplained(app, mode, { query }, { "x-api-key": app.keyOf("single") });

    const said = JSON.stringify(reply.extensions);
    const { customers } = app.sandbox.simulators.config();
    const single = app.sandbox.config.auth.apiKeys.find(({ name }) => name === "sandbox-single");
    const foreign = customers
      .filter(({ id }) => single?.role === "CUSTOMER" && id !== single.customer)
      .flatMap(({ accounts }) => Object.values(accounts).flat().map(String))
      .filter((reference) => reference.length > 4);
    expect(foreign.length).toBeGreaterThan(15);
    expect(foreign.filter((reference) => said.includes(encodeURIComponent(reference)))).toEqual([]);
    expect(said).toContain("freight");
  });

  it("from a page of another origin may send the header, and read the request's id", async () => {
    await start({ sections: () => ({ server: { corsOrigins: ["https://app.example"] } }) });

    const { headers } = await fetch(`${app.url}/graphql`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });

    expect(headers.get("access-control-allow-headers")).toContain("x-invoicegraph-explain");
    expect(headers.get("access-control-expose-headers")).toContain("x-request-id");
  });
});

describe("a plan", () => {
  it("gives no data, asks nothing, and costs one of the budget", async () => {
    await start({ sections: () => ({ server: { rateLimit: { perMinute: 60, burst: 1_000 } } }) });

    const { reply, status } = await askExplained(app, "plan", freight);

    expect(status).toBe(200);
    expect(reply.data).toBeNull();
    expect(reply.errors).toBeUndefined();
    expect(reply.extensions?.["cost"]).toMatchObject({ requested: 4, remaining: 999 });
    expect(reply.extensions?.["explain"]).toMatchObject({
      mode: "PLAN",
      cost: 4,
      upstreamCalls: 1,
      atLeast: 1,
      atMost: 1,
      unknown: [],
      asked: [
        {
          source: "freight",
          what: "invoices of all accounts in 2026-10",
          isKnown: false,
          calls: [{ method: "GET", path: "/invoices", upstreamCalls: 1, atLeast: 1, atMost: 1 }],
        },
      ],
    });
    expect(arrivedAt(app)).toEqual({});
  });

  it("names the calls that are then made, by method and path", async () => {
    await start();
    const query = `{ invoices(first: 2, filter: { issuedOn: { from: "2026-10-01", to: "2026-10-31" } }) { nodes { id } } }`;

    const plan = await planOf(app, { query }, "parent");
    const actual = await actualOf(app, { query }, "parent");

    const names = (asked: readonly { readonly calls: readonly { method: string; path: string }[] }[]) =>
      asked.flatMap(({ calls }) => calls.map(({ method, path }) => `${method} ${path}`)).toSorted();
    expect(names(plan.asked)).toEqual(names(actual.asked));
    expect(plan.asked.map(({ what }) => what)).toEqual(actual.asked.map(({ what }) => what));
  });

  it("of a mutation changes nothing, and nobody is said to have been shown anything", async () => {
    const lines: string[] = [];
    const to = new Writable({
      write(line: Buffer, _encoding, done) {
        lines.push(line.toString());
        done();
      },
    });
    await start({ log: createLog("info", to) });
    await app.query(freight.query);
    const before = lines.filter((line) => line.includes("audit")).length;
    const order = `mutation { exportInvoices(input: { filter: { sources: ["freight"] }, format: CSV }) { id status } }`;

    await planOf(app, freight);
    const plan = await planOf(app, { query: order });
    const { reply } = await askExplained(app, "plan", { query: order });

    expect(plan).toMatchObject({ upstreamCalls: 12, atLeast: 12, atMost: 12 });
    expect(reply.data).toBeNull();
    expect(arrivedAt(app)).toEqual({ freight: 1 });
    expect(before).toBe(1);
    expect(lines.filter((line) => line.includes("audit"))).toHaveLength(before);
    expect(lines.filter((line) => line.includes("unexpected"))).toEqual([]);
  });

  it("tells the mistakes that the operation would be answered with", async () => {
    await start();
    const id = Buffer.from("Customer:nobody").toString("base64url");

    const { reply } = await askExplained(app, "plan", {
      query: `{ invoices(filter: { customers: ["${id}"] }) { totalCount } }`,
    });

    expect(reply.data).toBeNull();
    expect(reply.errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  });

  it("of an operation in pieces is one piece; a subscription has none", async () => {
    await start();
    const pieces = `{ invoices(first: 3, ${october}) { ... @defer { totalCount } nodes { number } } }`;

    const plan = await planOf(app, { query: pieces });
    const { reply } = await askExplained(app, "plan", {
      query: `subscription { invoicesChanged(customerId: "${Buffer.from("Customer:acme").toString("base64url")}") { __typename } }`,
    });

    expect(plan).toMatchObject({ mode: "PLAN", upstreamCalls: 1 });
    expect(reply.errors).toMatchObject([{ extensions: { code: "BAD_INPUT" } }]);
    expect(arrivedAt(app)).toEqual({});
  });
});
