/** Exports over real HTTP: the whole filtered list as one file, honest about what is missing. */
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type TestApp, type ViewerName, startTestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ cold: true });
});
afterAll(() => app.close());

// What fails is remembered by whoever asks: tests of failures have a service of their own.
const opened: TestApp[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});
async function open(delivery: object = {}, now: () => number = Date.now): Promise<TestApp> {
  const own = await startTestApp({ cold: true, now, sections: () => ({ delivery }) });
  opened.push(own);
  return own;
}

const fields = `id status format rows progress rowsWritten totalRows isComplete expiresAt
  sources { source { id } status count errors { code } missing { from to reason } }
  file { fileName contentType size sha256 url expiresAt } failure { code message retryable }`;

async function order(input: object, viewer: ViewerName = "service", on: TestApp = app): Promise<any> {
  const reply = await on.query(
    `mutation ($input: ExportInvoicesInput!) { exportInvoices(input: $input) { ${fields} } }`,
    { input },
    viewer,
  );
  if (reply.errors !== undefined) throw new Error(JSON.stringify(reply.errors));
  return reply.data.exportInvoices;
}

async function look(id: string, viewer: ViewerName = "service", on: TestApp = app): Promise<any> {
  const reply = await on.query(`query ($id: ID!) { invoiceExport(id: $id) { ${fields} } }`, { id }, viewer);
  expect(reply.errors).toBeUndefined();
  return reply.data.invoiceExport;
}

async function ended(id: string, viewer: ViewerName = "service", on: TestApp = app): Promise<any> {
  await expect
    .poll(async () => (await look(id, viewer, on)).status, { interval: 50 })
    .not.toMatch(/QUEUED|RUNNING/);
  return look(id, viewer, on);
}

/** All invoices of a list, page by page. */
async function listed(filter: object, viewer: ViewerName = "service", on: TestApp = app): Promise<any[]> {
  const nodes: any[] = [];
  for (let after: string | null = null; ;) {
    const { data } = await on.query(
      `query ($filter: InvoiceFilter, $after: String) { invoices(first: 100, filter: $filter, after: $after) {
        nodes { id totalAmount } pageInfo { hasNextPage endCursor } } }`,
      { filter, after },
      viewer,
    );
    nodes.push(...data.invoices.nodes);
    if (!data.invoices.pageInfo.hasNextPage) return nodes;
    after = data.invoices.pageInfo.endCursor;
  }
}

const textOf = async (url: string) => (await fetch(url)).text();

describe("an export", () => {
  it("holds exactly what the list holds, in a file whose link, size and hash are right", async () => {
    const filter = { types: ["INVOICE", "CREDIT_MEMO"], totalAmount: { currency: "AUD", min: "-500" } };
    const expected = await listed(filter);

    const { id } = await order({ format: "JSONL", filter });
    const done = await ended(id);
    const bytes = Buffer.from(await (await fetch(done.file.url)).arrayBuffer());

    const rows = bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(expected.length).toBeGreaterThan(100);
    expect(pairsOf(rows)).toEqual(pairsOf(expected));
    expect(done).toMatchObject({
      status: "READY",
      isComplete: true,
      progress: 1,
      rowsWritten: rows.length,
      totalRows: rows.length,
      failure: null,
      file: { size: bytes.length, contentType: "application/jsonl; charset=utf-8" },
    });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(done.file.sha256);
    expect(done.file.fileName).toMatch(/^invoices_\d{4}-\d\d-\d\d\.jsonl$/);
  });

  it("asks every source the questions of a list, and no details unless lines are wanted", async () => {
    const [own, other] = [await open(), await open()];
    await other.query("{ invoices(first: 1) { totalCount } }");

    await ended((await order({}, "service", own)).id, "service", own);

    expect(own.counts()).toEqual(other.counts());
    expect(own.simulators.akamai.log.some(({ path }) => path.includes("/download"))).toBe(false);
  });

  it("as CSV has one row for each line where lines are wanted, and says of each invoice whether it is whole", async () => {
    const filter = { sources: ["cdn"], issuedOn: monthBefore() };

    const whole = await ended((await order({ filter, rows: "LINES" })).id);
    const brief = await ended((await order({ filter, rows: "INVOICES" })).id);
    const [lines, invoices] = [await tableOf(whole.file.url), await tableOf(brief.file.url)];

    const ids = new Set(lines.map(({ id }) => id));
    expect(invoices.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(lines.length).toBeGreaterThan(ids.size);
    expect(whole.rowsWritten).toBe(lines.length);
    expect(lines.every((row) => row["isDetailed"] === "true" && row["netAmount"] !== "")).toBe(true);
    expect(invoices.every((row) => row["isDetailed"] === "false" && row["netAmount"] === "")).toBe(true);
    expect(Object.keys(invoices[0] ?? {})).not.toContain("lineNumber");
  });

  it("names the source that fails, in the answer and in the JSON itself, and keeps the others", async () => {
    const own = await open();
    own.simulators.v6.setFault({ kind: "status", status: 503 });

    const done = await ended((await order({ format: "JSON" }, "service", own)).id, "service", own);
    const document = JSON.parse(await textOf(done.file.url));

    expect(done).toMatchObject({ status: "READY", isComplete: false });
    const freight = done.sources.find((each: any) => each.source.id === "freight");
    expect(freight).toMatchObject({
      status: "FAILED",
      count: 0,
      errors: expect.arrayContaining([{ code: "SOURCE_UNAVAILABLE" }]),
    });
    expect(document.schema).toBe("invoicegraph.export/1");
    expect(document.isComplete).toBe(false);
    expect(document.sources.find((each: any) => each.source === "freight")).toMatchObject({
      status: "FAILED",
      errors: expect.arrayContaining([
        expect.objectContaining({ code: "SOURCE_UNAVAILABLE", retryable: true }),
      ]),
    });
    expect(new Set(document.invoices.map((each: any) => each.source))).toEqual(new Set(["flolive", "cdn"]));
    expect(document.invoices.length).toBe(done.rowsWritten);
    expect(JSON.stringify(document)).not.toContain('detail":');
  });

  it("writes an invoice whose details cannot be had as it is listed, and is not complete", async () => {
    const own = await open();
    own.simulators.akamai.setFault({ kind: "status", status: 500, match: "/download" });
    const filter = { sources: ["cdn"], issuedOn: monthBefore() };

    const { id } = await order({ filter, rows: "LINES" }, "service", own);
    const done = await ended(id, "service", own);
    const rows = await tableOf(done.file.url);

    expect(done).toMatchObject({ status: "READY", isComplete: false });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row["isDetailed"] === "false" && row["totalAmount"] !== "")).toBe(true);
  });

  it("of nothing is a table with its head, whose link works", async () => {
    const filter = { number: { equals: "no such number" } };

    const done = await ended((await order({ filter }, "single")).id, "single");
    const answer = await fetch(done.file.url);

    expect(done).toMatchObject({ status: "READY", isComplete: true, rowsWritten: 0 });
    expect(answer.status).toBe(200);
    expect((await answer.text()).split("\r\n")).toHaveLength(2);
  });

  it("of nothing is also there for customer service", async () => {
    const done = await ended((await order({ filter: { customers: [] } })).id);

    expect(done.rowsWritten).toBe(0);
    expect((await fetch(done.file.url)).status).toBe(200);
  });

  it("with a mistake in its filter is refused at once", async () => {
    const refused = await app.query(
      `mutation { exportInvoices(input: { filter: { sources: ["nowhere"] } }) { id } }`,
    );

    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_INPUT" } });
    expect(refused.errors?.[0]?.message).toContain("nowhere");
  });

  it("holds only what its viewer may see", async () => {
    const done = await ended((await order({ format: "JSONL" }, "single")).id, "single");
    const rows = (await textOf(done.file.url))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

    const { data } = await app.query("{ viewer { customer { id } } }", {}, "single");
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.customer.id))).toEqual(new Set([data.viewer.customer.id]));
  });
});

describe("while it runs", () => {
  it("shows how far it is, and is cancelled with its upstream calls", async () => {
    const own = await open();
    own.simulators.v6.setFault({ kind: "hang" });

    const { id, status } = await order({ filter: { sources: ["flolive", "freight"] } }, "service", own);
    await expect.poll(async () => (await look(id, "service", own)).rowsWritten).toBeGreaterThan(0);
    const running = await look(id, "service", own);
    const reply = await own.query(
      `mutation ($id: ID!) { cancelInvoiceExport(id: $id) { status file { url } } }`,
      { id },
    );

    expect(status).toBe("RUNNING");
    expect(running).toMatchObject({ status: "RUNNING", totalRows: null, isComplete: null, file: null });
    expect(running.progress).toBeGreaterThan(0);
    expect(running.progress).toBeLessThan(1);
    expect(reply.data.cancelInvoiceExport).toEqual({ status: "CANCELLED", file: null });
    await expect
      .poll(() => own.simulators.v6.log.every(({ closedEarlyByClient }) => closedEarlyByClient))
      .toBe(true);
    expect(own.simulators.v6.log.length).toBeGreaterThan(0);
    expect(await look(id, "service", own)).toMatchObject({
      status: "CANCELLED",
      file: null,
      failure: null,
    });
  });

  it("goes on when the client that ordered it has left", async () => {
    const own = await open();
    own.simulators.v6.setFault({ kind: "latency", ms: 100 });
    const left = new AbortController();

    const response = await fetch(`${own.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": own.keyOf("service") },
      body: JSON.stringify({ query: `mutation { exportInvoices(input: {}) { id } }` }),
      signal: left.signal,
    });
    const { id } = ((await response.json()) as any).data.exportInvoices;
    left.abort();

    expect(await ended(id, "service", own)).toMatchObject({ status: "READY", isComplete: true });
  });
});

describe("an export of another viewer", () => {
  it("looks like one that does not exist, to see and to cancel", async () => {
    const { id } = await order({}, "parent");

    for (const viewer of ["single", "service"] as const) {
      for (const asked of [id, "bm8gc3VjaCBleHBvcnQgaGVyZQ"]) {
        const reply = await app.query(
          `mutation ($id: ID!) { cancelInvoiceExport(id: $id) { id } }`,
          { id: asked },
          viewer,
        );
        expect(await look(asked, viewer)).toBeNull();
        expect(reply.errors).toBeUndefined();
        expect(reply.data).toEqual({ cancelInvoiceExport: null });
      }
    }
    expect(await ended(id, "parent")).toMatchObject({ status: "READY" });
  });
});

describe("limits", () => {
  it("of time, number and life are kept, each with what to do", async () => {
    let passedMs = 0;
    const limited = await open(
      { links: { ttlSeconds: 60 }, exports: { timeoutMs: 5_000, keepSeconds: 600, perViewer: 2, atOnce: 1 } },
      () => Date.now() + passedMs,
    );
    const first = await ended((await order({}, "service", limited)).id, "service", limited);
    limited.simulators.v6.setFault({ kind: "hang" });
    // Other months than those that are remembered from the first.
    const older = { sources: ["freight"], issuedOn: { from: "2024-01-01", to: "2024-01-31" } };
    const second = await order({ filter: older }, "service", limited);
    const third = await limited.query(`mutation { exportInvoices(input: {}) { id } }`);
    const others = await order({}, "parent", limited);
    const late = await ended(second.id, "service", limited);
    limited.simulators.v6.setFault(null);
    passedMs = 61_000;
    const old = await fetch(first.file.url);
    const again = await look(first.id, "service", limited);
    const fresh = await fetch(again.file.url);

    expect(first).toMatchObject({ status: "READY" });
    expect(third.errors?.[0]).toMatchObject({
      extensions: { code: "LIMIT_EXCEEDED", retryable: true, retryAt: first.expiresAt },
    });
    expect(third.errors?.[0]?.message).toMatch(/^You have 2 exports, .*cancel one .*or wait until /);
    expect(others.status).toBe("QUEUED");
    expect(late).toMatchObject({ status: "FAILED", file: null, failure: { code: "DEADLINE_EXCEEDED" } });
    expect(late.failure.message).toContain("narrow its filter");
    expect([old.status, fresh.status]).toEqual([404, 200]);
    passedMs = 601_000;
    expect(await look(first.id, "service", limited)).toBeNull();
    expect((await fetch(again.file.url)).status).toBe(404);
  });

  it("of size fail it with a sentence that says what to do", async () => {
    const small = await open({ exports: { maxBytes: 2_000 } });

    const done = await ended((await order({}, "service", small)).id, "service", small);

    expect(done).toMatchObject({ status: "FAILED", file: null, failure: { code: "LIMIT_EXCEEDED" } });
    expect(done.failure.message).toContain("narrow its filter");
  });
});

function pairsOf(invoices: readonly { id: string; totalAmount: string }[]): string[] {
  return invoices.map(({ id, totalAmount }) => `${id} ${totalAmount}`).sort();
}

/** The first and last day of the month before this one. */
function monthBefore() {
  const [year = 0, month = 0] = new Date().toISOString().split("-").map(Number);
  const first = new Date(Date.UTC(year, month - 2, 1));
  const last = new Date(Date.UTC(year, month - 1, 0));
  return { from: first.toISOString().slice(0, 10), to: last.toISOString().slice(0, 10) };
}

async function tableOf(url: string): Promise<Record<string, string>[]> {
  const [head = [], ...rows] = cellsOf(await textOf(url));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ""])));
}

/** RFC 4180, read by the letter. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    const row = rows.at(-1);
    const cell = quoted?.replaceAll('""', '"') ?? plain ?? "";
    if (row === undefined || isEnded.has(row)) rows.push([cell]);
    else row.push(cell);
    if (end === "\r\n") isEnded.add(rows.at(-1) as string[]);
  }
  return rows;
}

const isEnded = new WeakSet<string[]>();
