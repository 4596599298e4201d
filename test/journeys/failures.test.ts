/** Honesty under failure: one dead upstream never empties the others' answers, and the answer says what is missing. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

// By itself for every test: a source that failed is left alone for a while.
let app: TestApp;
beforeEach(async () => {
  app = await start();
});
afterEach(() => app.close());

/** Only the one that is to fail is given little time: the others may be slow where the machine is. */
function start(hurried?: string): Promise<TestApp> {
  return startTestApp({
    cold: true,
    sections: ({ sources }) => ({
      sources: Object.fromEntries(
        Object.entries(sources).map(([id, source]) => [
          id,
          { ...source, timeoutMs: id === hurried ? 4_000 : 25_000 },
        ]),
      ),
    }),
  });
}

const question = `{ invoices(first: 100) {
  totalCount isComplete
  nodes { source { id } }
  sources { source { id } status count errors { code retryable retryAt message } missing { from to reason } }
} }`;

const kinds = [
  { id: "flolive", kind: "flolive" },
  { id: "cdn", kind: "akamai" },
  { id: "freight", kind: "v6" },
] as const;

const faults = [
  {
    name: "refuses its service with 503",
    fault: { kind: "status", status: 503 },
    code: "SOURCE_UNAVAILABLE",
    retryable: true,
  },
  { name: "hangs", fault: { kind: "hang" }, code: "SOURCE_TIMEOUT", retryable: true },
  { name: "resets connections", fault: { kind: "reset" }, code: "SOURCE_DISCONNECTED", retryable: true },
  {
    name: "refuses our credentials",
    fault: { kind: "status", status: 401 },
    code: "SOURCE_UNAUTHORIZED",
    retryable: false,
  },
  {
    name: "answers with a login page",
    fault: { kind: "html" },
    code: "SOURCE_BAD_RESPONSE",
    retryable: true,
  },
  {
    name: "answers with half of its bytes",
    fault: { kind: "truncate" },
    code: "SOURCE_DISCONNECTED",
    retryable: true,
  },
  { name: "answers with garbage", fault: { kind: "garbage" }, code: "SOURCE_BAD_RESPONSE", retryable: true },
] as const;

describe.each(kinds)("when $id fails", ({ id, kind }) => {
  it.each(faults)(
    "because it $name, the others are served and it is named",
    async ({ fault, code, retryable }) => {
      await app.close();
      app = await start(id);
      const whole = await app.query(question);
      app.simulators[kind].setFault(fault);

      const reply = await app.query(question);

      expect(reply.errors).toBeUndefined();
      const { invoices } = reply.data;
      expect(invoices.isComplete).toBe(false);
      expect(invoices.totalCount).toBeNull();
      const others = (reports: any[]) =>
        reports
          .filter(({ source }) => source.id !== id)
          .map(({ source, status, count }) => ({ source, status, count }));
      expect(others(invoices.sources)).toEqual(others(whole.data.invoices.sources));
      expect(others(invoices.sources).map(({ status }) => status)).toEqual(["OK", "OK"]);
      const failed = invoices.sources.find(({ source }: any) => source.id === id);
      expect(failed).toMatchObject({ status: "FAILED", count: 0 });
      // Calls that come to their turn later may find the source given up already, which is another code beside this one.
      expect(failed.errors).toContainEqual(expect.objectContaining({ code, retryable }));
      expect(failed.missing.length).toBeGreaterThan(0);
      expect(failed.errors[0].message).toContain(id);
      expect(invoices.nodes.length).toBe(100);
      expect(invoices.nodes.some((node: any) => node.source.id === id)).toBe(false);
    },
  );
});

describe("a failure", () => {
  it("of a NAK inside HTTP 200 is told with the source's own code", async () => {
    app.simulators.flolive.setFault({
      kind: "answer",
      body: {
        errorCode: "GLOBAL_1001",
        errorMessage: "Service unavailable. Please try again",
        content: "",
        pageable: null,
      },
    });

    const reply = await app.query(`{ invoices { sources { source { id } errors { code upstreamCode } } } }`);

    const report = reply.data.invoices.sources.find((each: any) => each.source.id === "flolive");
    expect(report.errors).toEqual([{ code: "SOURCE_UNAVAILABLE", upstreamCode: "GLOBAL_1001" }]);
  });

  it("says when to ask again if the source says so", async () => {
    app.simulators.v6.setFault({ kind: "status", status: 429, headers: { "retry-after": "120" } });

    const reply = await app.query(`{ invoices { sources { source { id } errors { code retryAt } } } }`);

    const report = reply.data.invoices.sources.find((each: any) => each.source.id === "freight");
    expect(report.errors[0].code).toBe("SOURCE_RATE_LIMITED");
    expect(Date.parse(report.errors[0].retryAt) - Date.now()).toBeGreaterThan(100_000);
  });

  it("of one month leaves the others, and names the month", async () => {
    let victim: string | null = null;
    app.simulators.v6.setFault({ kind: "status", status: 500, match: ({ url }) => (victim ??= url) === url });

    const reply = await app.query(
      `{ invoices { sources { source { id } status count missing { from to } } } }`,
    );

    const report = reply.data.invoices.sources.find((each: any) => each.source.id === "freight");
    expect(report.status).toBe("PARTIAL");
    expect(report.count).toBeGreaterThan(0);
    expect(report.missing).toHaveLength(1);
    expect(report.missing[0].from.slice(0, 7)).toBe(report.missing[0].to.slice(0, 7));
  });

  it("of the settings fails that field only, with a code, the source and whether to retry", async () => {
    app.simulators.ddapi.setFault({ kind: "status", status: 503 });

    const reply = await app.query(
      `{ viewer { customer { name settings { paysInvoiceFee } invoices(first: 1) { isComplete } } } }`,
      {},
      "parent",
    );

    expect(reply.data.viewer.customer).toMatchObject({ settings: null, invoices: { isComplete: true } });
    expect(reply.errors).toHaveLength(1);
    expect(reply.errors?.[0]).toMatchObject({
      path: ["viewer", "customer", "settings"],
      extensions: { code: "SOURCE_UNAVAILABLE", source: "billing", retryable: true },
    });
  });

  it("of a source makes one of its invoices an error, not a null that looks like absence", async () => {
    const { data } = await app.query(
      `{ invoices(first: 1, filter: { sources: ["freight"] }) { nodes { id } } }`,
    );
    app.simulators.v6.setFault({ kind: "reset" });

    const reply = await app.query(`query ($id: ID!) { invoice(id: $id) { number } }`, {
      id: data.invoices.nodes[0].id,
    });

    expect(reply.data.invoice).toBeNull();
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: "SOURCE_DISCONNECTED", source: "freight" });
  });
});

describe("a client that leaves", () => {
  it("takes its upstream calls with it", async () => {
    app.simulators.v6.setFault({ kind: "hang" });
    app.clearLogs();
    const left = new AbortController();

    const request = fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": app.keyOf("service") },
      body: JSON.stringify({ query: "{ invoices { totalCount } }" }),
      signal: left.signal,
    }).catch(() => null);
    await expect.poll(() => app.simulators.v6.log.length).toBeGreaterThan(0);
    left.abort();
    await request;

    await expect
      .poll(() => app.simulators.v6.log.every(({ closedEarlyByClient }) => closedEarlyByClient))
      .toBe(true);
  });
});
