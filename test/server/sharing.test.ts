/** Shared answers: one execution for all who ask the same at once, the same bytes again while they are fresh, and never another viewer's. */
import { isObjectType } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import type { Directory } from "../../src/model/directory.ts";
import type { Call } from "../../src/model/source.ts";
import type { Viewer } from "../../src/model/viewer.ts";
import { createSubgraphSchema, schema } from "../../src/schema/index.ts";
import { createDocuments } from "../../src/server/operations/documents.ts";
import { sharedFields } from "../../src/server/sharing/sharable.ts";
import { createSharedAnswers } from "../../src/server/sharing/sharing.ts";
import { Subject } from "../../src/server/sharing/subject.ts";
import type { Answer } from "../../src/server/lane/answer.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type TenantApp, send, startTenants, tenants } from "../security/tenants.ts";
import type { TestAppOptions } from "../support/app.ts";

let apps: TenantApp[] = [];
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  apps = [];
});

async function start(options: TestAppOptions = {}): Promise<TenantApp> {
  const app = await startTenants({ months: 2, ...options });
  apps.push(app);
  return app;
}

const list = `{ viewer { id role scopes customer { key } } invoices(first: 5) {
  totalCount isComplete sources { status fetchedAt } nodes { id number customer { key } totalAmount } } }`;

describe("equal questions at the same time", () => {
  it("cost the sources what one costs, and each is written down", async () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    const app = await start({ cold: true, log, latencyMs: 1_500 });
    await app.ask("acme", list);
    const one = app.counts();
    app.clearLogs();
    lines.length = 0;

    const answers = await Promise.all(Array.from({ length: 12 }, () => app.ask("acme", list)));

    expect(app.counts()).toEqual(one);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(lines.filter((line) => line.includes("audit: invoices.listed"))).toHaveLength(12);
    expect(lines.filter((line) => line.includes('"msg":"request"'))).toHaveLength(12);
  });

  it.each([
    ["mutations", "mutation { cancelInvoiceExport(id: 1) { id } }", false],
    ["how sources are doing", "{ sources { id health { state } } }", false],
    ["exports", '{ invoiceExport(id: "x") { status } }', false],
    ["lists as fresh as wished", "{ invoices(first: 1, freshness: { maxAge: 0 }) { totalCount } }", false],
    ["lists", "{ invoices(first: 1) { totalCount } }", true],
    ["what the sources are", "{ sources { id kind } }", true],
  ])("are shared where they may be: %s", (_what, text, expected) => {
    const operation = createDocuments(schema, false).read(text).operation(undefined);

    expect(operation?.isSharable).toBe(expected);
  });
});

describe("the same question again", () => {
  it("is another one where a number is too large for any, which as text would be the null of the first", async () => {
    const app = await start();
    const query = "query ($first: Int) { invoices(first: $first) { nodes { id } } }";
    const asked = (first: string) =>
      send(app.url, app.tenantKey("acme"), `{"query":"${query}","variables":{"first":${first}}}`);
    const usual = await asked("null");

    const answers = [await asked("1e400"), await asked("-1e400")];

    expect(usual.json.data.invoices.nodes).not.toEqual([]);
    expect(answers).toMatchObject([400, 400].map((status) => ({ status })));
    expect(answers.map(({ json }) => json.errors[0].extensions.code)).toEqual(["BAD_INPUT", "BAD_INPUT"]);
  });

  it("is answered with the same bytes without a look at the sources' cache, and is written down", async () => {
    const lines: string[] = [];
    const app = await start({ log: createLog("info", { write: (line) => void lines.push(line) }) });
    const first = await app.ask("acme", list);
    const before = app.cacheStats();
    lines.length = 0;

    const second = await app.ask("acme", list);

    expect(second.text).toBe(first.text);
    expect(app.cacheStats()).toEqual(before);
    expect(lines.filter((line) => line.includes("audit: invoices.listed"))).toHaveLength(1);
    expect(lines.find((line) => line.includes('"msg":"request"'))).toContain('"type":"query"');
  });

  it("is asked anew while a source fails, so that what is missing comes as soon as it can", async () => {
    const app = await start();
    app.simulators.v6.setFault({ kind: "reset" });
    const broken = await app.ask("acme", list);
    app.simulators.v6.setFault(null);

    const whole = await app.ask("service", list);

    expect(broken.json.data.invoices.isComplete).toBe(false);
    expect(whole.json.data.invoices.sources.length).toBe(broken.json.data.invoices.sources.length);
    const before = app.cacheStats();
    await app.ask("acme", list);
    expect(app.cacheStats()).not.toEqual(before);
  });

  it("pays its cost like any other", async () => {
    const app = await start({
      sections: () => ({ server: { limits: { months: 2 }, rateLimit: { perMinute: 1, burst: 200 } } }),
    });
    const first = await app.ask("acme", "{ customers(first: 10) { nodes { id } } }");

    const second = await app.ask("acme", "{ customers(first: 10) { nodes { id } } }");

    const { requested, remaining } = first.json.extensions.cost;
    expect(second.json.extensions.cost).toMatchObject({ requested });
    expect(second.json.extensions.cost.remaining).toBeLessThanOrEqual(remaining - requested + 1);
    expect(second.json.data).toEqual(first.json.data);
  });
});

describe("tenants", () => {
  it("who ask the same are each given their own, in any order and at once", async () => {
    const app = await start();
    const all = [...tenants, "service"] as const;
    const own = new Map<string, unknown>();
    for (const tenant of all) own.set(tenant, (await app.ask(tenant, list)).json.data);

    const asked = Array.from({ length: 20 }, () => all)
      .flat()
      .toSorted(() => Math.random() - 0.5);
    const answers = await Promise.all(
      asked.map(async (tenant) => [tenant, await app.ask(tenant, list)] as const),
    );

    expect(new Set([...own.values()].map((data) => JSON.stringify(data))).size).toBe(all.length);
    for (const [tenant, { json }] of answers) {
      expect(json.data).toEqual(own.get(tenant));
      expect(json.data.viewer.id).toBe(`key:${tenant}`);
    }
  });
});

const viewer: Viewer = { id: "key:a", role: "CUSTOMER", customerId: "a", scopes: [] };
const minute = 60_000;

interface Setup {
  version?: string | null;
  now?: number;
  freshForMs?: number;
  maxBytes?: number;
  isKeeping?: boolean;
  /** Of the errors of each answer. */
  codes?: readonly string[];
}

function setUp(setup: Setup = {}) {
  const state = { version: "1", now: 1_000_000, freshForMs: minute, ...setup };
  const replayed: string[] = [];
  const answers = createSharedAnswers({
    maxBytes: setup.maxBytes ?? 1_000_000,
    isKeeping: setup.isKeeping ?? true,
    now: () => state.now,
    replay: ({ id }, { event, invoiceIds }) => replayed.push(`${id} ${event} ${invoiceIds.join()}`),
    directory: { version: () => state.version } as unknown as Directory,
  });
  let made = 0;
  const calls: Call[] = [];
  const make = async (call: Call): Promise<Answer> => {
    calls.push(call);
    made += 1;
    const text = `{"data":${made}`;
    call.onShown?.("listed", ["i"]);
    if (state.freshForMs !== Infinity) call.onFreshUntil?.(state.now + state.freshForMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { text, codes: setup.codes ?? [], refusal: null, sent: null };
  };
  const ask = async (own: Partial<Viewer> = {}, call: Partial<Call> = {}, question = "q") => {
    const whole = { signal: new AbortController().signal, deadlineAt: Date.now() + minute, ...call };
    const answer = await answers?.share(
      { subject: new Subject(question), viewer: { ...viewer, ...own }, call: whole },
      make,
    );
    return answer?.text;
  };
  return { state, ask, calls, replayed, made: () => made };
}

describe("a kept answer", () => {
  it.each([
    ["its viewer", { id: "key:b" }],
    ["its role", { role: "CUSTOMER_SERVICE" as const }],
    ["its customer", { customerId: "b" }],
    ["its scopes", { scopes: ["raw"] }],
  ])("is for nobody who differs in %s", async (_what, other) => {
    const { ask, made } = setUp();
    await ask();

    await ask(other);

    expect(made()).toBe(2);
    await ask();
    expect(made()).toBe(2);
  });

  it("is not given out once a customer may have changed: what a directory takes away is gone with the next request", async () => {
    const { ask, made, state } = setUp();
    await ask();
    state.version = "2";

    await ask();

    expect(made()).toBe(2);
  });

  it("is not joined while nobody can tell whether a customer has changed", async () => {
    const { ask, made } = setUp({ version: null });

    await Promise.all([ask(), ask()]);

    expect(made()).toBe(2);
  });

  it("is not joined while it is made, once a customer may have changed", async () => {
    const { ask, made, state } = setUp();
    const before = ask();
    state.version = "2";

    await Promise.all([before, ask()]);

    expect(made()).toBe(2);
  });

  it.each([
    ["nobody can tell whether a customer has changed", { version: null }],
    ["the sources' answers are not kept", { isKeeping: false }],
    ["something in it is not fresh", { freshForMs: 0 }],
    ["it is larger than all the memory", { maxBytes: 100 }],
  ])("is none when %s", async (_why, setup) => {
    const { ask, made } = setUp(setup);
    await ask();

    await ask();

    expect(made()).toBe(2);
  });

  it("is given out until the first of the answers in it is not fresh any more, and no longer", async () => {
    const { ask, made, state } = setUp();
    await ask();
    state.now += minute - 1;
    await ask();
    expect(made()).toBe(1);

    state.now += 1;
    await ask();

    expect(made()).toBe(2);
  });

  it("is not given out when the clock is set back, for then its age is not known", async () => {
    // The same day, for on another one it would be another question.
    const { ask, made, state } = setUp({ now: Date.parse("2026-05-01T12:00:00.000Z") });
    await ask();
    state.now -= 60 * minute;

    await ask();
    await ask();

    expect(made()).toBe(2);
  });

  it("is none on the next day, on which lists begin elsewhere", async () => {
    const { ask, made, state } = setUp({
      now: Date.parse("2026-05-01T23:59:59.990Z"),
      freshForMs: 10 * minute,
    });
    await ask();
    state.now += 20;

    await ask();

    expect(made()).toBe(2);
  });

  it("without a source in it is kept for an hour at most", async () => {
    const { ask, made, state } = setUp({ freshForMs: Infinity });
    await ask();
    state.now += 59 * minute;
    await ask();
    state.now += 2 * minute;

    await ask();

    expect(made()).toBe(2);
  });

  it("goes when others need its place", async () => {
    const { ask, made } = setUp({ maxBytes: 3_000 });
    for (const question of ["a", "b", "c", "d", "e"]) await ask({}, {}, question);

    await ask({}, {}, "a");

    expect(made()).toBe(6);
  });
});

describe("those who wait for one execution", () => {
  it("leave each by themselves; it is given up when the last has left", async () => {
    const { ask, calls } = setUp();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [ask({}, { signal: first.signal }), ask({}, { signal: second.signal })];
    const outcomes = Promise.allSettled(asked);

    first.abort();
    await Promise.resolve();
    expect(calls[0]?.signal.aborted).toBe(false);
    second.abort();
    await outcomes;

    expect(calls).toHaveLength(1);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(await ask()).toBe('{"data":2');
  });

  it("are told of to the audit trail one by one", async () => {
    const { ask, replayed } = setUp();

    await Promise.all([ask(), ask(), ask()]);
    await ask();

    // The first one's events were written while it was made.
    expect(replayed).toEqual(Array(3).fill("key:a listed i"));
  });

  it("do not wait for one that has more time than they have", async () => {
    const { ask, made } = setUp();

    await Promise.all([ask(), ask({}, { deadlineAt: Date.now() + minute / 2 })]);

    expect(made()).toBe(2);
  });

  it("are answered anew when it failed for want of time that they still have", async () => {
    const { ask, made } = setUp({ freshForMs: -1_000_000 });
    const soon = Date.now() + 100;

    await Promise.all([ask({}, { deadlineAt: soon }), ask()]);

    expect(made()).toBe(2);
  });

  it("are answered anew when a deadline passed that is a little before theirs", async () => {
    const { ask, made } = setUp({ freshForMs: -1_000_000, codes: ["DEADLINE_EXCEEDED"] });
    const soon = Date.now() + 100;

    await Promise.all([ask({}, { deadlineAt: soon }), ask({}, { deadlineAt: soon + 50 })]);

    expect(made()).toBe(2);
  });
});

describe("what may be shared", () => {
  it("has been thought about for every type and root field", () => {
    const notShared = new Set([
      "DeliveredFile",
      "DownloadFailure",
      "DownloadInvoicesPayload",
      "ExportFailure",
      "ExportFile",
      "InvoiceExport",
      "Mutation",
      "Provenance",
      "ProvenancePlace",
      "SourceHealth",
      "Subscription",
      "_Service",
    ]);
    const types = Object.values(createSubgraphSchema(10).getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith("__"),
    );

    const forgotten = types
      .map(({ name }) => name)
      .filter((name) => !(name in sharedFields) && !notShared.has(name));

    expect(
      forgotten.filter((name) => !/^(?:Invoices?Changed|ExportProgress|InvoiceChange)/.test(name)),
    ).toEqual([]);
  });
});
