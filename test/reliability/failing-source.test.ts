/** One source fails, in each of eight ways: whatever the others have is served whole, soon, and the failing one is named. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulators/faults.ts";
import { type GraphQLReply, type TestApp, startTestApp } from "../support/app.ts";
import { freePort } from "../support/ports.ts";
import { watchStalls } from "../support/stalls.ts";
import { startUncached } from "./setup.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

let healthy: TestApp;
let whole: GraphQLReply;
beforeAll(async () => {
  healthy = await startUncached(25_000);
  whole = await healthy.query(question, {}, "parent");
});
afterAll(() => healthy.close());

const from = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);
const question = `{
  invoices(first: 100, filter: { issuedOn: { from: "${from}" } }) {
    nodes { id source { id } totalAmount }
    sources { source { id } status count errors { code } }
  }
  customers(first: 3) { nodes { settings { paysInvoiceFee } } }
}`;

const timeoutMs = 3_000;

const sources = [
  { id: "flolive", kind: "flolive" },
  { id: "cdn", kind: "akamai" },
  { id: "freight", kind: "v6" },
  { id: "billing", kind: "ddapi" },
] as const;

const nak = { errorCode: "GLOBAL_1001", errorMessage: "Service unavailable", content: "", pageable: null };

const ways: readonly { readonly way: string; readonly fault: Fault | null }[] = [
  { way: "refuses connections", fault: null },
  { way: "resets connections", fault: { kind: "reset" } },
  { way: "hangs", fault: { kind: "hang" } },
  { way: "drips", fault: { kind: "drip", bytesPerSecond: 20 } },
  { way: "answers 503", fault: { kind: "status", status: 503 } },
  { way: "answers 429", fault: { kind: "status", status: 429, headers: { "retry-after": "60" } } },
  { way: "refuses inside HTTP 200", fault: { kind: "answer", body: nak } },
  { way: "answers garbage", fault: { kind: "garbage" } },
];

describe.each(sources)("when $id", ({ id, kind }) => {
  it.each(ways)("$way, all the others have is served", async ({ way, fault }) => {
    // A service of its own for each: it remembers how its sources have been doing.
    const app = fault === null ? await withNobodyAt(id) : await startUncached(timeoutMs, id);
    open.push(app);
    app.simulators[kind].setFault(fault);
    const stalls = watchStalls();
    const startedAt = performance.now();

    const reply = await app.query(question, {}, "parent");
    const tookMs = stalls.since(startedAt);
    stalls.stop();

    expect(tookMs).toBeLessThan(12_000);
    const others = ({ data }: GraphQLReply) =>
      data.invoices.sources.filter(({ source }: any) => source.id !== id && source.id !== "billing");
    expect(others(reply)).toEqual(others(whole));
    expect(others(reply).every(({ status }: any) => status === "OK")).toBe(true);
    const settingsOf = ({ data }: GraphQLReply) => data.customers.nodes.map((node: any) => node.settings);
    if (id === "billing") {
      expect(settingsOf(reply)).toEqual(settingsOf(whole).map(() => null));
      expect(reply.errors?.every(({ extensions }) => extensions["source"] === "billing")).toBe(true);
      expect(reply.data.invoices).toEqual(whole.data.invoices);
    } else {
      expect(reply.errors).toBeUndefined();
      expect(settingsOf(reply)).toEqual(settingsOf(whole));
      const failed = reply.data.invoices.sources.find(({ source }: any) => source.id === id);
      // Its empty answers have nothing that could drip.
      expect(failed.status).toMatch(way === "drips" ? /^(?:FAILED|PARTIAL)$/ : /^FAILED$/);
      expect(failed.errors[0].code).toMatch(/^SOURCE_/);
    }
  });
});

/** A service of which one source is configured with a port where nobody listens. */
async function withNobodyAt(id: string): Promise<TestApp> {
  const port = await freePort();
  return startTestApp({
    sections: ({ sources: own }) => ({
      cache: { enabled: false },
      sources: Object.fromEntries(
        Object.entries(own).map(([each, source]) => {
          const url = new URL(String(source["url"]));
          if (each === id) url.port = String(port);
          return [each, { ...source, url: url.href, timeoutMs: each === id ? timeoutMs : 25_000 }];
        }),
      ),
    }),
  });
}
