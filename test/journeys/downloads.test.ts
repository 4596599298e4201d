/** Downloads over real HTTP: every source and format, as links and as base64, one file and many. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fromBuffer } from "yauzl";
import { refuseWith } from "../../src/simulators/flolive/envelope.ts";
import { type TestApp, type TestAppOptions, type ViewerName, startTestApp } from "../support/app.ts";
import { watchStalls } from "../support/stalls.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ cold: true });
});
afterAll(() => app.close());

// What fails is remembered by whoever asks: tests of failures have a service and a folder of their own.
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
async function open({ delivery = {}, server = {}, ...options }: Own = {}) {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-downloads-"));
  ends.push(() => rm(folder, { recursive: true }));
  const sections = () => ({ delivery: { folder, ...delivery }, server });
  const own = await startTestApp({ cold: true, ...options, sections });
  ends.push(() => own.close());
  return { own, stored: () => readdir(join(folder, "files")) };
}
type Own = Omit<TestAppOptions, "sections"> & { readonly delivery?: object; readonly server?: object };

interface Listed {
  readonly id: string;
  readonly number: string;
  readonly customer: { readonly id: string; readonly name: string };
}

/** The latest invoices of a source. */
async function some(
  source: string,
  first: number,
  on = app,
  viewer: ViewerName = "service",
): Promise<Listed[]> {
  const reply = await on.query(
    `query ($sources: [ID!], $first: Int) { invoices(first: $first, filter: { sources: $sources }) {
      nodes { id number customer { id name } } } }`,
    { sources: [source], first },
    viewer,
  );
  expect(reply.data.invoices.nodes).toHaveLength(first);
  return reply.data.invoices.nodes;
}

const idsOf = (invoices: readonly Listed[]) => invoices.map(({ id }) => id);

async function download(input: object, on = app, viewer: ViewerName = "service"): Promise<any> {
  const reply = await on.query(
    `mutation ($input: DownloadInvoicesInput!) { downloadInvoices(input: $input) {
      status
      files { fileName contentType size sha256 url expiresAt base64 origin invoices { id } }
      failures { invoiceId code message source retryable } } }`,
    { input },
    viewer,
  );
  if (reply.errors !== undefined) throw Object.assign(new Error(reply.errors[0]?.message), reply.errors[0]);
  return reply.data.downloadInvoices;
}

async function bytesOf(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** The entries of a zip, by name, in their order. */
async function entriesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  await new Promise<void>((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error) return reject(error);
      file.on("entry", (entry) =>
        file.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const chunks: Buffer[] = [];
          stream.on("data", (chunk: Buffer) => chunks.push(chunk));
          stream.on("end", () => {
            entries.set(entry.fileName, Buffer.concat(chunks));
            file.readEntry();
          });
        }),
      );
      file.on("end", () => resolve());
      file.readEntry();
    });
  });
  return entries;
}

const posts = (on: TestApp) => on.simulators.flolive.log.filter(({ method }) => method === "POST");
const akamaiFiles = (on: TestApp) =>
  on.simulators.akamai.log.filter(({ path }) => path.endsWith("/download")).length;

describe("every source and format", () => {
  it.each([
    ["flolive", "PDF", "SOURCE", "application/pdf", /^%PDF-/],
    ["flolive", "XML", "SOURCE", "application/xml", /^<\?xml/],
    ["flolive", "JSON", "RENDERED", "application/json", /^\{\n {2}"schema": "invoicegraph\.invoice\/1"/],
    ["flolive", "CSV", "RENDERED", "text/csv; charset=utf-8; header=present", /^id,source,/],
    ["cdn", "PDF", "SOURCE", "application/pdf", /^%PDF-/],
    ["cdn", "CSV", "SOURCE", "text/csv", /^[^<{]+\n/],
    ["cdn", "JSON", "SOURCE", "application/json", /^\s*[[{]/],
    ["freight", "PDF", "RENDERED", "application/pdf", /^%PDF-/],
    ["freight", "JSON", "RENDERED", "application/json", /^\{/],
    ["freight", "CSV", "RENDERED", "text/csv; charset=utf-8; header=present", /^id,source,/],
    ["freight", "UBL", "RENDERED", "application/xml", /^<\?xml[^]*urn:oasis:names:specification:ubl/],
  ] as const)(
    "%s gives %s (%s), whose bytes are what the answer says",
    async (source, format, origin, contentType, begin) => {
      const invoices = await some(source, 12);
      // Electronic invoices of made-up data are refused where their amounts disagree: one of these does not.
      const candidates = format === "UBL" ? invoices : invoices.slice(0, 1);

      const results = await Promise.all(candidates.map(({ id }) => download({ invoiceIds: [id], format })));
      const ready = results.find(({ status }) => status === "READY");
      const [file] = ready.files;
      const bytes = await bytesOf(file.url);

      expect(ready.failures).toEqual([]);
      expect(file).toMatchObject({ origin, contentType, size: bytes.length, base64: null });
      expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
      expect(bytes.toString("latin1")).toMatch(begin);
      expect(Date.parse(file.expiresAt)).toBeGreaterThan(Date.now() + 200_000);
    },
  );

  it.each([
    ["flolive", "UBL"],
    ["cdn", "XML"],
    ["cdn", "UBL"],
  ])("%s has no %s, and says so", async (source, format) => {
    const [invoice] = await some(source, 1);

    const result = await download({ invoiceIds: [invoice?.id], format });

    expect(result).toMatchObject({
      status: "FAILED",
      files: [],
      failures: [{ invoiceId: invoice?.id, code: "FORMAT_UNAVAILABLE", source, retryable: false }],
    });
  });
});

describe("many invoices", () => {
  it("of floLIVE are one POST for each customer", async () => {
    const { own } = await open();
    const invoices = await some("flolive", 60, own);
    const customers = new Set(invoices.map(({ customer }) => customer.id));
    own.clearLogs();

    const result = await download({ invoiceIds: idsOf(invoices), format: "XML" }, own);

    expect(result).toMatchObject({ status: "READY", failures: [] });
    expect(customers.size).toBeGreaterThan(2);
    // At most 20 ids in one call: see sources.flolive.maxBatch.
    const calls = [...customers].map((id) =>
      Math.ceil(invoices.filter(({ customer }) => customer.id === id).length / 20),
    );
    expect(posts(own)).toHaveLength(calls.reduce((sum, count) => sum + count, 0));
    expect(new Set(posts(own).map(({ path }) => path)).size).toBe(customers.size);
    expect(posts(own).flatMap(({ body }) => JSON.parse(body).id)).toHaveLength(60);
  });

  it("of all sources come as one zip, with a manifest that tells of each file", async () => {
    const [a, b, c] = await Promise.all([some("flolive", 3), some("cdn", 2), some("freight", 2)]);
    const invoices = [...a, ...b, ...c];

    const result = await download({ invoiceIds: idsOf(invoices) });
    const entries = await entriesOf(await bytesOf(result.files[0].url));

    expect(result).toMatchObject({ status: "READY", failures: [] });
    expect(result.files).toHaveLength(1);
    expect(result.files[0]).toMatchObject({ contentType: "application/zip", origin: null });
    expect(result.files[0].invoices.map(({ id }: Listed) => id).sort()).toEqual(idsOf(invoices).sort());
    const manifest = JSON.parse(String(entries.get("manifest.json")));
    expect(manifest.invoices.map(({ id }: Listed) => id)).toEqual(idsOf(invoices));
    expect(manifest.invoices.map(({ source, origin }: any) => `${source} ${origin}`)).toEqual([
      ...a.map(() => "flolive SOURCE"),
      ...b.map(() => "cdn SOURCE"),
      ...c.map(() => "freight RENDERED"),
    ]);
    for (const { file, size, sha256 } of manifest.invoices) {
      const bytes = entries.get(file) ?? Buffer.alloc(0);
      expect(file).toMatch(/^[^/]+\/[^/]+_[a-z-]+\.pdf$/);
      expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([size, sha256]);
    }
    expect(entries.size).toBe(invoices.length + 1);
  });

  it("of which one is missing are PARTIAL, the reason in the answer and in the manifest", async () => {
    const { own } = await open();
    const [a, b] = await Promise.all([some("flolive", 2, own), some("cdn", 1, own)]);
    own.simulators.akamai.setFault({ kind: "status", status: 404, match: "/download" });

    const result = await download({ invoiceIds: idsOf([...a, ...b]) }, own);
    const manifest = JSON.parse(
      String((await entriesOf(await bytesOf(result.files[0].url))).get("manifest.json")),
    );

    expect(result.status).toBe("PARTIAL");
    expect(result.failures).toMatchObject([{ invoiceId: b[0]?.id, source: "cdn", retryable: false }]);
    expect(result.files[0].invoices).toEqual(a.map(({ id }) => ({ id })));
    expect(manifest.invoices[2]).toMatchObject({
      id: b[0]?.id,
      file: null,
      missing: { code: result.failures[0].code },
    });
  });

  it("of which floLIVE refuses one with CUSTOMER_1040: that one is named, the others are delivered", async () => {
    const { own } = await open();
    const customer = (await some("flolive", 1, own))[0]?.customer.id;
    const invoices = (await some("flolive", 40, own)).filter((each) => each.customer.id === customer);
    const wrong = invoices[1] as Listed;
    const key = Buffer.from(wrong.id, "base64url").toString().split(":").at(-1) ?? "";
    own.simulators.flolive.setFault(
      refuseWith("CUSTOMER_1040", "Requested invoice ID\\s invalid"),
      ({ rawBody }) => rawBody.includes(key),
    );
    own.clearLogs();

    const result = await download({ invoiceIds: idsOf(invoices) }, own);

    expect(result.status).toBe("PARTIAL");
    expect(result.failures).toMatchObject([
      { invoiceId: wrong.id, code: "INVOICE_NOT_FOUND", source: "flolive", retryable: false },
    ]);
    expect(result.files[0].invoices).toHaveLength(invoices.length - 1);
    // The batch, and then each by itself.
    expect(posts(own)).toHaveLength(1 + invoices.length);
  });

  it("of sources of which one hangs are delivered before the deadline, without the hung one's", async () => {
    const { own } = await open({ server: { requestTimeoutMs: 4_000 } });
    const [a, b] = await Promise.all([some("freight", 2, own), some("cdn", 1, own)]);
    own.simulators.akamai.setFault({ kind: "hang" }, "/download");
    const stalls = watchStalls();
    const began = performance.now();

    const result = await download({ invoiceIds: idsOf([...a, ...b]) }, own);
    const tookMs = stalls.since(began);
    stalls.stop();

    expect(tookMs).toBeLessThan(4_200);
    expect(result.status).toBe("PARTIAL");
    expect(result.files[0].invoices).toHaveLength(2);
    expect(result.failures).toMatchObject([{ invoiceId: b[0]?.id, retryable: true }]);
    expect(result.failures[0].code).toMatch(/^(?:SOURCE_TIMEOUT|DEADLINE_EXCEEDED)$/);
  });
});

describe("what is not the file", () => {
  const html = "<!doctype html><html><body>Sign in</body></html>";
  const cut = Buffer.from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
  const error = JSON.stringify({ title: "Internal error", detail: "try again" });

  it.each([
    ["an HTML page", html, "text/html"],
    ["an HTML page that says it is a PDF", html, "application/pdf"],
    ["a PDF without its end", cut, "application/pdf"],
    ["an error in JSON", error, "application/pdf"],
    ["nothing", "", "application/pdf"],
  ])("%s from Akamai is neither stored nor linked", async (_name, body, contentType) => {
    const { own, stored } = await open();
    const [invoice] = await some("cdn", 1, own);
    own.simulators.akamai.setFault(
      { kind: "answer", body, headers: { "content-type": contentType } },
      "/download",
    );

    const result = await download({ invoiceIds: [invoice?.id], format: "PDF" }, own);

    expect(result).toMatchObject({ status: "FAILED", files: [], failures: [{ source: "cdn" }] });
    expect(result.failures[0].code).toMatch(/^(?:FILE_UNAVAILABLE|SOURCE_BAD_RESPONSE)$/);
    expect(akamaiFiles(own)).toBeGreaterThan(0);
    expect(await stored()).toEqual([]);
  });

  it.each([
    ["an HTML page", Buffer.from(html)],
    ["a PDF without its end", cut],
    ["an error in JSON", Buffer.from(error)],
    ["an empty archive", Buffer.from("504b0506000000000000000000000000000000000000", "hex")],
  ])("%s as base64 from floLIVE is neither stored nor linked", async (_name, bytes) => {
    const { own, stored } = await open();
    const [invoice] = await some("flolive", 1, own);
    const body = { errorCode: "", errorMessage: "", content: [{ attachmentData: bytes.toString("base64") }] };
    own.simulators.flolive.setFault({ kind: "answer", body }, "download-invoices");

    const result = await download({ invoiceIds: [invoice?.id], format: "PDF" }, own);

    expect(result).toMatchObject({
      status: "FAILED",
      files: [],
      failures: [{ code: "FILE_UNAVAILABLE", source: "flolive" }],
    });
    expect(await stored()).toEqual([]);
  });

  it("a transfer that breaks in the middle is neither stored nor linked", async () => {
    const { own, stored } = await open();
    const invoices = [...(await some("flolive", 1, own)), ...(await some("cdn", 1, own))];
    own.simulators.flolive.setFault({ kind: "truncate" }, "download-invoices");
    own.simulators.akamai.setFault({ kind: "truncate" }, "/download");

    const result = await download({ invoiceIds: idsOf(invoices), bundle: "SEPARATE" }, own);

    expect(result).toMatchObject({ status: "FAILED", files: [] });
    expect(result.failures.map(({ code }: any) => code)).toEqual([
      "SOURCE_DISCONNECTED",
      "SOURCE_DISCONNECTED",
    ]);
    expect(await stored()).toEqual([]);
  });
});

describe("the request", () => {
  it("for base64 gets the bytes, up to a ceiling that offers LINK", async () => {
    const { own } = await open({ delivery: { maxInlineBytes: 20_000 } });
    const small = await some("flolive", 1, own);
    const large = await some("freight", 3, own);

    const fits = await download({ invoiceIds: idsOf(small), delivery: "BASE64" }, own);
    const not = await download({ invoiceIds: idsOf(large), delivery: "BASE64" }, own);
    const asLink = await download({ invoiceIds: idsOf(large), delivery: "LINK" }, own);

    const bytes = Buffer.from(fits.files[0].base64, "base64");
    expect(fits.files[0]).toMatchObject({ url: null, expiresAt: null, size: bytes.length });
    expect(bytes.toString("latin1")).toMatch(/^%PDF-/);
    expect(not).toMatchObject({ status: "FAILED", files: [] });
    expect(not.failures).toHaveLength(3);
    expect(not.failures[0]).toMatchObject({ code: "LIMIT_EXCEEDED", retryable: false });
    expect(not.failures[0].message).toMatch(/20000 .*ask with delivery LINK/);
    expect(asLink.status).toBe("READY");
  });

  it("for too many invoices, for none, and for what is no id is refused in words", async () => {
    const { own } = await open({ server: { limits: { downloadIds: 3 } } });
    const invoices = await some("freight", 4, own);
    own.clearLogs();

    await expect(download({ invoiceIds: idsOf(invoices) }, own)).rejects.toMatchObject({
      message: "One download has at most 3 invoices; these are 4: ask for them in several, or export a list.",
      extensions: { code: "LIMIT_EXCEEDED" },
    });
    await expect(download({ invoiceIds: [] }, own)).rejects.toMatchObject({
      extensions: { code: "BAD_INPUT" },
    });
    const bad = await download({ invoiceIds: ["x", invoices[0]?.customer.id] }, own);

    expect(bad.failures).toMatchObject([
      { invoiceId: "x", code: "BAD_ID" },
      { code: "BAD_ID", message: expect.stringContaining("the id of an invoice is needed") },
    ]);
    expect(own.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("for another customer's invoice gets what an unknown one gets, and asks no source for the file", async () => {
    const { data } = await app.query("{ viewer { customer { id } } }", {}, "single");
    const own = data.viewer.customer.id;
    const foreign = (await some("flolive", 40)).find(({ customer }) => customer.id !== own) as Listed;
    const parts = Buffer.from(foreign.id, "base64url").toString().split(":");
    const unknown = Buffer.from([...parts.slice(0, -1), "no-such-invoice"].join(":")).toString("base64url");
    app.clearLogs();

    const results = await Promise.all(
      [foreign.id, unknown].map((id) => download({ invoiceIds: [id] }, app, "single")),
    );

    const [seen, not] = results.map((result) => ({
      ...result,
      failures: result.failures.map((failure: object) => ({ ...failure, invoiceId: "any" })),
    }));
    expect(seen).toEqual(not);
    expect(seen).toMatchObject({
      status: "FAILED",
      files: [],
      failures: [{ code: "NOT_FOUND", source: null }],
    });
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("for the same file twice fetches it once, also when both come at once", async () => {
    const { own } = await open();
    const invoices = [...(await some("flolive", 1, own)), ...(await some("cdn", 1, own))];
    const input = { invoiceIds: idsOf(invoices), bundle: "SEPARATE" };
    own.clearLogs();

    const both = await Promise.all([download(input, own), download(input, own)]);
    const third = await download(input, own);

    const hashes = [...both, third].map(({ files }) => files.map(({ sha256 }: any) => sha256).sort());
    expect(hashes[1]).toEqual(hashes[0]);
    expect(hashes[2]).toEqual(hashes[0]);
    expect([posts(own).length, akamaiFiles(own)]).toEqual([1, 1]);
    expect(new Set([...both, third].map(({ files }) => files[0].url)).size).toBe(3);
  });

  it("of a client that leaves ends the transfers from the sources", async () => {
    const { own, stored } = await open();
    const invoices = [...(await some("flolive", 1, own)), ...(await some("cdn", 1, own))];
    own.simulators.flolive.setFault({ kind: "drip", bytesPerSecond: 400 }, "download-invoices");
    own.simulators.akamai.setFault({ kind: "drip", bytesPerSecond: 400 }, "/download");
    own.clearLogs();
    const left = new AbortController();

    const request = fetch(`${own.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": own.keyOf("service") },
      body: JSON.stringify({
        query: "mutation ($input: DownloadInvoicesInput!) { downloadInvoices(input: $input) { status } }",
        variables: { input: { invoiceIds: idsOf(invoices) } },
      }),
      signal: left.signal,
    }).catch(() => null);
    await expect.poll(() => [posts(own).length, akamaiFiles(own)]).toEqual([1, 1]);
    left.abort();
    await request;

    const transfers = () => [
      ...posts(own),
      ...own.simulators.akamai.log.filter(({ path }) => path.endsWith("/download")),
    ];
    await expect
      .poll(() => transfers().map(({ closedEarlyByClient }) => closedEarlyByClient))
      .toEqual([true, true]);
    expect(await stored()).toEqual([]);
  });
});

describe("a link", () => {
  it("works without a credential, and answers HEAD, Range and If-None-Match", async () => {
    const [invoice] = await some("flolive", 1);
    const { files } = await download({ invoiceIds: [invoice?.id] });
    const [{ url, size, sha256 }] = files;

    const whole = await fetch(url);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const head = await fetch(url, { method: "HEAD" });
    const part = await fetch(url, { headers: { range: "bytes=5-9" } });
    const known = await fetch(url, { headers: { "if-none-match": `"${sha256}"` } });
    const posted = await fetch(url, { method: "POST" });

    expect(whole.headers.get("content-disposition")).toMatch(/^attachment; filename="[^"]+\.pdf"/);
    expect(whole.headers.get("x-content-type-options")).toBe("nosniff");
    expect(whole.headers.get("cache-control")).toContain("no-store");
    expect(whole.headers.get("etag")).toBe(`"${sha256}"`);
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(size)]);
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 5-9/${size}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(5, 10));
    expect([known.status, posted.status]).toEqual([304, 405]);
  });

  it("with any change in it is the same 404 as a link that never was", async () => {
    const [invoice] = await some("freight", 1);
    const { files } = await download({ invoiceIds: [invoice?.id] });
    const [{ url }] = files;
    const changed = `${url.slice(0, -2)}${url.at(-2) === "A" ? "B" : "A"}${url.at(-1)}`;

    const answers = await Promise.all(
      [changed, `${app.url}/files/nothing`].map(async (each) => {
        const answer = await fetch(each);
        return { status: answer.status, body: await answer.json() };
      }),
    );

    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });
});
