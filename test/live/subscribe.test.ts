/** Subscriptions over real HTTP, read by graphql-sse: what is told, to whom, and what it costs the sources. */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { type Client, createClient } from "graphql-sse";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/telemetry/log.ts";
import { endProcess, startProcess } from "../reliability/processes.ts";
import { type TestApp, type TestAppOptions, type ViewerName, startTestApp } from "../support/app.ts";
import { askInPieces } from "./pieces.ts";

const leaving: (() => unknown)[] = [];
afterEach(async () => {
  for (const leave of leaving.splice(0).toReversed()) await leave();
});

async function start(
  sections: Record<string, unknown> = {},
  options: Omit<TestAppOptions, "sections"> = {},
): Promise<TestApp> {
  const app = await startTestApp({
    ...options,
    sections: () => ({ live: { intervalSeconds: 1, perViewer: 60 }, ...sections }),
  });
  leaving.push(() => app.close());
  return app;
}

const invoicesChanged = `subscription ($id: ID!, $sources: [ID!]) {
  invoicesChanged(customerId: $id, sources: $sources) {
    customer { key }
    changes { kind id invoice { number totalAmount customer { key } } }
    sources { source { id } status errors { code } }
  }
}`;

interface Listening {
  readonly events: any[];
  /** "complete", or why not. */
  readonly ended: Promise<unknown>;
  leave(): void;
}

function listenTo(client: Client, query: string, variables: Record<string, unknown>): Listening {
  const events: any[] = [];
  let leave = () => {};
  const ended = new Promise<unknown>((resolve) => {
    leave = client.subscribe(
      { query, variables },
      { next: (event) => events.push(event), error: resolve, complete: () => resolve("complete") },
    );
  });
  leaving.push(leave);
  return { events, ended, leave };
}

function clientOf(url: string, headers: Record<string, string>): Client {
  return createClient({ url: `${url}/graphql`, headers, retryAttempts: 0 });
}

function listen(app: TestApp, id: string, viewer: ViewerName = "parent", sources?: string[]): Listening {
  return listenTo(clientOf(app.url, { "x-api-key": app.keyOf(viewer) }), invoicesChanged, {
    id,
    ...(sources !== undefined && { sources }),
  });
}

async function idOf(app: TestApp, key: string): Promise<string> {
  const { data } = await app.query("{ customers(first: 100) { nodes { id key } } }");
  return data.customers.nodes.find((customer: any) => customer.key === key).id;
}

async function events(listening: Listening, count: number): Promise<void> {
  await expect.poll(() => listening.events.length).toBeGreaterThanOrEqual(count);
}

/** floLIVE's records of a customer, which the simulator tells anew each time. */
function recordsOf(app: TestApp, key: string): any[] {
  const { flolive, customer } = app.simulators.world;
  return flolive.invoices(customer(key)?.flolive?.customerId ?? "") as any[];
}

describe("invoicesChanged", () => {
  it("tells how the sources stand, then what was added, what changed, and what went", async () => {
    const app = await start();
    const listening = listen(app, await idOf(app, "acme"));
    await events(listening, 1);
    const records = recordsOf(app, "acme");

    const record = { ...records.at(-1), id: randomUUID(), number: "990001" };
    records.push(record);
    await events(listening, 2);
    records[records.indexOf(record)] = { ...record, dueOn: "2031-01-31" };
    await events(listening, 3);
    records.splice(records.length - 1, 1);
    await events(listening, 4);

    const [first, ...others] = listening.events.map(({ data }) => data.invoicesChanged);
    expect(first).toMatchObject({ customer: { key: "acme" }, changes: [] });
    expect(first.sources.map(({ status }: any) => status)).toEqual(["OK", "OK", "OK"]);
    expect(others.map(({ changes }) => changes)).toMatchObject([
      [{ kind: "ADDED", invoice: { number: "990001", customer: { key: "acme" } } }],
      [{ kind: "CHANGED", invoice: { number: "990001" } }],
      [{ kind: "REMOVED", invoice: null }],
    ]);
    expect(new Set(others.map(({ changes }) => changes[0].id)).size).toBe(1);
  });

  it("forty who listen cost the sources what one costs, and nothing when they have left", async () => {
    const app = await start();
    const id = await idOf(app, "acme");
    const alone = listen(app, id);
    await events(alone, 1);
    const once = app.counts();
    alone.leave();
    await expect.poll(() => app.live().watches).toBe(0);
    // What was fetched for the one before is too old now for a new look.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    app.clearLogs();

    const began = performance.now();
    const many = Array.from({ length: 40 }, (_, i) => listen(app, id, i % 2 === 0 ? "parent" : "service"));
    await Promise.all(many.map((each) => events(each, 1)));
    const counts = app.counts();
    const lastedMs = performance.now() - began;
    const standing = app.live();
    for (const each of many) each.leave();
    await expect.poll(() => app.live()).toEqual({ subscriptions: 0, watches: 0 });
    // What was sent already may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 500));
    app.clearLogs();
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(standing).toEqual({ subscriptions: 40, watches: 1 });
    // A look a second, and one at the beginning.
    const looks = 2 + lastedMs / 1_000;
    expect(counts.flolive).toBeGreaterThan(0);
    for (const kind of ["flolive", "akamai", "v6", "ddapi"] as const)
      expect(counts[kind]).toBeLessThanOrEqual(once[kind] * Math.min(looks, 20));
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("says that a source fails, and that it answers again", async () => {
    const app = await start();
    const listening = listen(app, await idOf(app, "acme"), "parent", ["freight"]);
    await events(listening, 1);

    app.simulators.v6.setFault({ kind: "status", status: 401 });
    await events(listening, 2);
    app.simulators.v6.setFault(null);
    await events(listening, 3);

    const freight = listening.events.map(({ data }) =>
      data.invoicesChanged.sources.find(({ source }: any) => source.id === "freight"),
    );
    expect(freight).toMatchObject([
      { status: "OK", errors: [] },
      { status: "FAILED", errors: [{ code: "SOURCE_UNAUTHORIZED" }] },
      { status: "OK", errors: [] },
    ]);
  });

  it("a customer that may not be seen is like one that does not exist, and costs nothing", async () => {
    const app = await start();
    const foreign = await idOf(app, "northwind");
    app.clearLogs();

    const listening = listen(app, foreign);
    const unknown = listen(app, Buffer.from("Customer:nobody").toString("base64url"));
    await Promise.all([listening.ended, unknown.ended]);

    expect(listening.events).toMatchObject([{ errors: [{ extensions: { code: "NOT_FOUND" } }] }]);
    expect(unknown.events.length).toBe(1);
    expect(Object.values(app.counts())).toEqual([0, 0, 0, 0]);
  });

  it("ends when the credential expires", async () => {
    const key = "a-key-that-expires-while-it-is-used";
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    let elapsedMs = 0;
    const app = await start(
      {
        auth: {
          apiKeys: [
            {
              name: "brief",
              sha256: createHash("sha256").update(key).digest("hex"),
              role: "CUSTOMER",
              customer: "acme",
              expires,
            },
          ],
        },
      },
      { now: () => Date.now() + elapsedMs },
    );
    const listening = listenTo(clientOf(app.url, { "x-api-key": key }), invoicesChanged, {
      id: await idOf(app, "acme"),
      sources: ["flolive"],
    });
    await events(listening, 1);

    elapsedMs = 3_600_001;
    await listening.ended;

    expect(listening.events.at(-1)).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    expect(listening.events.at(-1)).not.toHaveProperty("data");
  });

  it("every event has a deadline of its own, however short that of the request was", async () => {
    const app = await start();
    const id = await idOf(app, "acme");
    const client = clientOf(app.url, { "x-api-key": app.keyOf("parent"), "x-request-timeout-ms": "3000" });
    const listening = listenTo(
      client,
      `subscription ($id: ID!) { invoicesChanged(customerId: $id) {
        customer { settings { paysInvoiceFee } } changes { id }
      } }`,
      { id },
    );
    await events(listening, 1);
    await new Promise((resolve) => setTimeout(resolve, 3_200));

    recordsOf(app, "acme").push({ ...recordsOf(app, "acme").at(-1), id: randomUUID(), number: "990002" });
    await events(listening, 2);

    expect(listening.events[1].errors).toBeUndefined();
    expect(typeof listening.events[1].data.invoicesChanged.customer.settings.paysInvoiceFee).toBe("boolean");
  });

  it("is written down like a list: whom which invoices were told to", async () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line: string) => void lines.push(line) });
    const app = await start({}, { log });
    const listening = listen(app, await idOf(app, "acme"), "parent", ["flolive"]);
    await events(listening, 1);

    recordsOf(app, "acme").push({ ...recordsOf(app, "acme").at(-1), id: randomUUID(), number: "990003" });
    await events(listening, 2);

    const { id } = listening.events[1].data.invoicesChanged.changes[0];
    const entry = lines.map((line) => JSON.parse(line)).find((each) => each.event === "invoices.listed");
    expect(JSON.stringify(entry)).toContain(id);
    expect(JSON.stringify(entry)).toContain("sandbox-parent");
  });
});

describe("how it is asked for", () => {
  const asked = (app: TestApp, id: string, accept: string) =>
    askInPieces({
      url: app.url,
      key: app.keyOf("parent"),
      accept,
      query: invoicesChanged,
      variables: { id, sources: ["flolive"] },
    });

  it.each(["application/json", "application/graphql-response+json", "*/*"])(
    "Accept: %s is refused in words that say what to send",
    async (accept) => {
      const app = await start();

      const answer = await asked(app, await idOf(app, "acme"), accept);

      expect(answer.status).toBe(406);
      expect(await answer.next()).toMatchObject({
        errors: [
          { message: expect.stringContaining("text/event-stream"), extensions: { code: "NOT_ACCEPTABLE" } },
        ],
      });
      expect(app.live()).toEqual({ subscriptions: 0, watches: 0 });
    },
  );

  it("one of a viewer too many is refused before a source is asked", async () => {
    const app = await start({ live: { intervalSeconds: 60, perViewer: 1 } });
    const id = await idOf(app, "acme");
    await events(listen(app, id), 1);
    app.clearLogs();

    const second = listen(app, id);
    await second.ended;

    expect(second.events).toMatchObject([{ errors: [{ extensions: { code: "LIMIT_EXCEEDED" } }] }]);
    expect(Object.values(app.counts())).toEqual([0, 0, 0, 0]);
  });

  it("@defer and an unknown source are refused in words", async () => {
    const app = await start();
    const id = await idOf(app, "acme");
    const client = clientOf(app.url, { "x-api-key": app.keyOf("parent") });
    const deferred = invoicesChanged.replace("customer { key }", "... @defer { customer { key } }");

    const listenings = [
      listenTo(client, deferred, { id }),
      listenTo(client, invoicesChanged, { id, sources: ["nowhere"] }),
    ];
    await Promise.all(listenings.map(({ ended }) => ended));

    const errors = listenings.map(({ events: [first] }) => first?.errors[0]);
    expect(errors.map((error) => error?.extensions.code)).toEqual(["GRAPHQL_VALIDATION_FAILED", "BAD_INPUT"]);
  });

  it("costs the budget once, when it begins, and is refused in its stream when nothing is left", async () => {
    const app = await start({ server: { rateLimit: { perMinute: 1, burst: 700 } } });
    const { data, extensions } = await app.query("{ viewer { customer { id } } }", {}, "parent");
    const { id } = data.viewer.customer;
    const left = extensions?.["cost"].remaining as number;
    const first = listen(app, id, "parent", ["flolive"]);
    await events(first, 1);
    recordsOf(app, "acme").push({ ...recordsOf(app, "acme").at(-1), id: randomUUID(), number: "990004" });
    await events(first, 2);

    const second = listen(app, id, "parent", ["flolive"]);
    await second.ended;

    // A change each for 100 invoices with their customers: dearer than what is left for a second one.
    expect(left).toBeGreaterThan(600);
    expect(first.events.every(({ errors }) => errors === undefined)).toBe(true);
    expect(second.events).toMatchObject([{ errors: [{ extensions: { code: "RATE_LIMITED" } }] }]);
  });

  it("those who wait take no part in what the process can do at a time", async () => {
    const app = await start({ server: { shedding: { maxInFlight: 2 } } });
    const id = await idOf(app, "acme");
    for (let i = 0; i < 5; i++) await events(listen(app, id), 1);

    const answer = await app.query("{ viewer { id } }", {}, "parent");

    expect(answer.errors).toBeUndefined();
    expect(app.live().subscriptions).toBe(5);
  });
});

describe("exportProgress", () => {
  it("tells the states of an export until it has ended, and only to who ordered it", async () => {
    const app = await start();
    app.simulators.v6.setLatency(1_500);
    const { data } = await app.query("mutation { exportInvoices(input: {}) { id } }", {}, "parent");
    const { id } = data.exportInvoices;
    const query = `subscription ($id: ID!) { exportProgress(id: $id) { status progress file { url } } }`;

    const own = listenTo(clientOf(app.url, { "x-api-key": app.keyOf("parent") }), query, { id });
    const foreign = listenTo(clientOf(app.url, { "x-api-key": app.keyOf("single") }), query, { id });
    const [end] = await Promise.all([own.ended, foreign.ended]);

    const states = own.events.map((event) => event.data.exportProgress);
    expect(end).toBe("complete");
    expect(states.length).toBeGreaterThan(1);
    expect(states[0].status).toMatch(/QUEUED|RUNNING/);
    expect(states.at(-1)).toMatchObject({ status: "READY", progress: 1, file: { url: expect.any(String) } });
    expect(foreign.events).toMatchObject([{ errors: [{ extensions: { code: "NOT_FOUND" } }] }]);
  });
});

describe("SIGTERM", () => {
  it("ends streams with a reason and in order, and the process does not wait for them", async () => {
    const running = await startProcess("service-process", {});
    leaving.push(() => endProcess(running));
    const headers = { "content-type": "application/json", "x-api-key": running.key };
    const ask = async (query: string) =>
      (
        await fetch(`${running.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) })
      ).json();
    const { data } = (await ask("{ viewer { customer { id } } }")) as any;
    const listening = listenTo(clientOf(running.url, { "x-api-key": running.key }), invoicesChanged, {
      id: data.viewer.customer.id,
    });
    await events(listening, 1);
    const exit = once(running.child, "exit");
    const startedAt = Date.now();

    running.child.kill("SIGTERM");
    const end = await listening.ended;
    const [code] = await exit;

    expect(listening.events.at(-1)).toMatchObject({
      errors: [{ extensions: { code: "SUBSCRIPTION_ENDED", retryable: true } }],
    });
    expect(end).toBe("complete");
    expect(code).toBe(0);
    // The drain would wait a minute for what is in flight.
    expect(Date.now() - startedAt).toBeLessThan(45_000);
  });
});
