import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { fromBufferPromise } from "yauzl";
import { ZipFile } from "yazl";
import { afterEach, describe, expect, it } from "vitest";
import type { Renderer } from "../../src/delivery/renderer.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import type { Attachment } from "../../src/model/source.ts";
import {
  acme,
  callOf,
  createBench,
  inChunks,
  invoiceOf,
  onePdfEach,
  pdf,
  requestOf,
  sourceOf,
} from "../support/delivery.ts";
import { watchStalls } from "../support/stalls.ts";

const bench = createBench();
afterEach(() => bench.close());

const down: AsyncIterable<Attachment> = {
  [Symbol.asyncIterator]: () => ({
    next: () => Promise.reject(new Failure("SOURCE_UNAVAILABLE", { source: "flo" })),
  }),
};

const [first, second, third] = [invoiceOf("1134"), invoiceOf("1204"), invoiceOf("1300")];

/** As floLIVE answers: several invoices in one call, as a zip in which names tell them apart. */
async function* oneZip(batch: readonly Invoice[]): AsyncGenerator<Attachment> {
  yield {
    invoices: batch,
    body: inChunks(await zipOf(batch.map(({ number }) => [`${number}.pdf`, pdf(`${number}`)]))),
  };
}

describe("a download by link", () => {
  it("gives one invoice's own file, its size, hash and type, and a link that works", async () => {
    const { source } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source);
    const bytes = pdf("invoice 1134");

    const result = await delivery.download(requestOf([first]));
    const [file] = result.files;
    const got = await fetch(file?.url ?? "");

    expect(result).toMatchObject({ status: "READY", failures: [] });
    expect(file).toMatchObject({
      fileName: "1134_invoice.pdf",
      contentType: "application/pdf",
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      base64: null,
      origin: "SOURCE",
      invoices: [first],
    });
    expect(Date.parse(file?.expiresAt ?? "")).toBeGreaterThan(Date.now() + 250_000);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
  });

  it("asks for several invoices of an account in one call, and bundles them with a manifest", async () => {
    const { source, calls } = sourceOf(oneZip);
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, second]));
    const entries = await unzipped(await bytesOf(result.files[0]?.url));

    expect(calls).toEqual([["1134", "1204"]]);
    expect(result.files).toHaveLength(1);
    expect(result.files[0]).toMatchObject({
      fileName: "Acme_invoices.zip",
      contentType: "application/zip",
      origin: "SOURCE",
    });
    expect([...entries.keys()]).toEqual(["Acme/1134_invoice.pdf", "Acme/1204_invoice.pdf", "manifest.json"]);
    expect(entries.get("Acme/1204_invoice.pdf")).toEqual(pdf("1204"));
    expect(JSON.parse(String(entries.get("manifest.json")))).toMatchObject({
      format: "PDF",
      invoices: [
        {
          id: first.id,
          number: "1134",
          source: "flo",
          file: "Acme/1134_invoice.pdf",
          size: pdf("1134").length,
          origin: "SOURCE",
        },
        { id: second.id, sha256: createHash("sha256").update(pdf("1204")).digest("hex") },
      ],
    });
  });

  it("gives several files separately where that is asked for, and one as a zip", async () => {
    const { source } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source);

    const separate = await delivery.download(requestOf([first, second], { bundle: "SEPARATE" }));
    const zip = await delivery.download(requestOf([first], { bundle: "ZIP" }));

    expect(separate.files.map(({ fileName }) => fileName)).toEqual(["1134_invoice.pdf", "1204_invoice.pdf"]);
    expect(zip.files.map(({ fileName }) => fileName)).toEqual(["Acme_invoices.zip"]);
  });

  it("keeps customers and equal numbers apart in a zip, whatever the names", async () => {
    const { source } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source);
    const evil = { ...acme, id: "other", key: "other", name: "../ACME" };
    const twins = [invoiceOf("../7", { key: ["a"] }), invoiceOf("../7", { key: ["b"] })];
    const items = [
      ...twins.map((invoice) => ({ invoice, customer: acme })),
      { invoice: invoiceOf("7", { key: ["c"] }), customer: evil },
      { invoice: invoiceOf("8", { key: ["d"] }), customer: { ...acme, id: "third", name: "ACME" } },
    ];

    const result = await delivery.download({ ...requestOf([]), items });
    const entries = await unzipped(await bytesOf(result.files[0]?.url));

    expect([...entries.keys()].sort()).toEqual([
      "ACME-2/8_invoice.pdf",
      "Acme/_7_invoice-2.pdf",
      "Acme/_7_invoice.pdf",
      "_ACME/7_invoice.pdf",
      "manifest.json",
    ]);
  });

  it("gives every file that a source has for one invoice, each under a name of its own", async () => {
    const { source } = sourceOf(async function* (batch) {
      const archive = await zipOf([
        ["invoice.pdf", pdf("invoice")],
        ["usage.pdf", pdf("usage")],
        ["invoice (copy).pdf", pdf("invoice")],
      ]);
      yield { invoices: batch, body: inChunks(archive) };
    });
    const { delivery, config } = await bench.open(source);

    const result = await delivery.download(requestOf([first]));
    const texts = await Promise.all(result.files.map(async ({ url }) => String(await bytesOf(url))));

    expect(result.files.map(({ fileName }) => fileName)).toEqual(["1134_invoice.pdf", "1134_invoice-2.pdf"]);
    expect(texts).toEqual([String(pdf("invoice")), String(pdf("usage"))]);
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
  });

  it("asks for an invoice named twice once", async () => {
    const { source, calls } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, { ...first }]));

    expect(calls).toEqual([["1134"]]);
    expect(result.files[0]?.invoices).toHaveLength(1);
  });
});

describe("what is missing", () => {
  it("is named, and does not keep the others away", async () => {
    const { source } = sourceOf(
      async function* (batch) {
        for (const invoice of batch) {
          const body = inChunks(
            invoice === second ? Buffer.from("<html>Sign in</html>") : pdf(`${invoice.number}`),
          );
          yield { invoices: [invoice], body };
        }
      },
      { maxBatch: 1 },
    );
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, second, third]));
    const entries = await unzipped(await bytesOf(result.files[0]?.url));

    expect(result.status).toBe("PARTIAL");
    expect(result.failures).toEqual([
      {
        invoiceId: second.id,
        code: "FILE_UNAVAILABLE",
        source: "flo",
        retryable: false,
        message: "flo sent markup in place of PDF.",
      },
    ]);
    expect(result.files[0]?.invoices).toEqual([first, third]);
    expect([...entries.keys()]).toEqual(["Acme/1134_invoice.pdf", "Acme/1300_invoice.pdf", "manifest.json"]);
    expect(JSON.parse(String(entries.get("manifest.json"))).invoices[1]).toMatchObject({
      id: second.id,
      file: null,
      missing: { code: "FILE_UNAVAILABLE" },
    });
  });

  it("is told id by id when the source refuses a batch for one of them", async () => {
    const { source, calls } = sourceOf(async function* (batch) {
      if (batch.includes(second))
        throw new Failure("INVOICE_NOT_FOUND", { source: "flo", upstreamCode: "CUSTOMER_1040" });
      yield* oneZip(batch);
    });
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, second, third]));

    expect(result.status).toBe("PARTIAL");
    expect(result.failures.map(({ invoiceId, code }) => [invoiceId, code])).toEqual([
      [second.id, "INVOICE_NOT_FOUND"],
    ]);
    expect(calls[0]).toEqual(["1134", "1204", "1300"]);
    expect(calls.slice(1).flat().sort()).toEqual(["1134", "1204", "1300"]);
  });

  it("is asked for singly when a batch's files do not say whose they are", async () => {
    const { source, calls } = sourceOf(async function* (batch) {
      for (const { number } of batch) yield { invoices: batch, body: inChunks(pdf(`file of ${number}`)) };
    });
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, second], { bundle: "SEPARATE" }));
    const texts = await Promise.all(result.files.map(async ({ url }) => String(await bytesOf(url))));

    expect(result.status).toBe("READY");
    expect(calls.slice(1).sort()).toEqual([["1134"], ["1204"]]);
    expect(texts).toEqual([String(pdf("file of 1134")), String(pdf("file of 1204"))]);
  });

  it("stays missing without more calls when the source itself is down", async () => {
    const { source, calls } = sourceOf(() => down);
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first, second]));

    expect(calls).toHaveLength(1);
    expect(result).toMatchObject({ status: "FAILED", files: [] });
    expect(result.failures.map(({ code, retryable }) => [code, retryable])).toEqual([
      ["SOURCE_UNAVAILABLE", true],
      ["SOURCE_UNAVAILABLE", true],
    ]);
  });

  it("includes formats that neither the source nor we can give", async () => {
    const { source, calls } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source);

    const result = await delivery.download(requestOf([first], { format: "CSV" }));

    expect(calls).toEqual([]);
    expect(result.failures).toMatchObject([{ code: "FORMAT_UNAVAILABLE", source: "flo" }]);
  });

  it("leaves nothing on disk: no scratch, no file behind a link", async () => {
    const { source } = sourceOf(async function* (batch) {
      for (const invoice of batch) {
        yield {
          invoices: [invoice],
          body: (async function* () {
            yield pdf("x", 100_000).subarray(0, 50_000);
            throw new Failure("SOURCE_DISCONNECTED", { source: "flo" });
          })(),
        };
      }
    });
    const { delivery, config } = await bench.open(source);

    const result = await delivery.download(requestOf([first]));

    expect(result).toMatchObject({ status: "FAILED", failures: [{ code: "SOURCE_DISCONNECTED" }] });
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
    expect(await readdir(`${config.folder}/files`)).toEqual([]);
  });

  it("includes files without end, of which a hundred are read and none is kept", async () => {
    let sent = 0;
    const { source } = sourceOf(async function* (batch) {
      while (sent < 300) yield { invoices: batch, body: inChunks(pdf(`file ${sent++}`)) };
    });
    const { delivery, config } = await bench.open(source);

    const result = await delivery.download(requestOf([first]));

    expect(result).toMatchObject({
      status: "FAILED",
      failures: [{ code: "SOURCE_TOO_LARGE", source: "flo" }],
    });
    expect(sent).toBe(101);
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
    expect(await readdir(`${config.folder}/files`)).toEqual([]);
  });

  it("includes files above the cap, of which no more than the cap is read", async () => {
    let sent = 0;
    const { source } = sourceOf(async function* (batch) {
      yield { invoices: batch, body: endless((bytes) => (sent += bytes)) };
    });
    const { delivery } = await bench.open(source, { maxFileBytes: 1_000_000 });

    const result = await delivery.download(requestOf([first]));

    expect(result.failures).toMatchObject([{ code: "SOURCE_TOO_LARGE", source: "flo" }]);
    expect(sent).toBeLessThan(1_300_000);
  });
});

describe("rendering", () => {
  const renderer: Renderer = {
    canRender: (_invoice, format) => format === "JSON" || format === "UBL",
    async render(invoice, _customer, format) {
      if (format === "UBL")
        throw new Failure("FORMAT_UNAVAILABLE", { message: "BR-06: the seller has no name." });
      return {
        contentType: "application/json",
        body: inChunks(Buffer.from(JSON.stringify({ number: invoice.number }))),
      };
    },
  };

  it("stands in where the source has no such format, and says so", async () => {
    const { source, calls } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source, {}, { renderer });

    const result = await delivery.download(requestOf([first], { format: "JSON" }));

    expect(calls).toEqual([]);
    expect(result.files).toMatchObject([{ fileName: "1134_invoice.json", origin: "RENDERED" }]);
    expect(String(await bytesOf(result.files[0]?.url))).toBe(`{"number":"1134"}`);
  });

  it("names the rule that forbids it", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, {}, { renderer });

    const result = await delivery.download(requestOf([first], { format: "UBL" }));

    expect(result.failures).toMatchObject([
      { code: "FORMAT_UNAVAILABLE", message: "BR-06: the seller has no name." },
    ]);
  });

  it("is done anew when the invoice has changed", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, {}, { renderer });

    const before = await delivery.download(requestOf([first], { format: "JSON" }));
    const after = await delivery.download(requestOf([{ ...first, number: "9" }], { format: "JSON" }));

    expect(before.files[0]?.sha256).not.toBe(after.files[0]?.sha256);
  });

  it("hears when nobody waits for it any more", async () => {
    const leaving = new AbortController();
    let reason: unknown = null;
    const stopping: Renderer = {
      canRender: () => true,
      render(_invoice, _customer, _format, signal) {
        leaving.abort(new Failure("CANCELLED"));
        reason = signal.reason;
        return Promise.reject(new Error("stopped"));
      },
    };
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, {}, { renderer: stopping });

    const download = delivery.download(
      requestOf([first], { format: "JSON", call: callOf(10_000, leaving.signal) }),
    );

    await expect(download).rejects.toMatchObject({ code: "CANCELLED" });
    expect(reason).toMatchObject({ code: "CANCELLED" });
  });
});

describe("base64", () => {
  it("carries the bytes themselves", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source);

    const result = await delivery.download(requestOf([first], { mode: "BASE64" }));

    expect(result.files[0]).toMatchObject({ url: null, expiresAt: null });
    expect(Buffer.from(result.files[0]?.base64 ?? "", "base64")).toEqual(pdf("invoice 1134"));
  });

  it("above the ceiling is refused in a sentence that offers a link, which then costs no second call", async () => {
    const { source, calls } = sourceOf(onePdfEach);
    const { delivery } = await bench.open(source, { maxInlineBytes: 60 });

    const zip = await delivery.download(requestOf([first, second], { mode: "BASE64" }));
    const link = await delivery.download(requestOf([first, second]));

    expect(zip.status).toBe("FAILED");
    expect(zip.failures.map(({ code }) => code)).toEqual(["LIMIT_EXCEEDED", "LIMIT_EXCEEDED"]);
    expect(zip.failures[0]?.message).toMatch(/60 as base64: ask with delivery LINK\.$/);
    expect(link.status).toBe("READY");
    expect(calls).toHaveLength(1);
  });

  it("counts all files of an answer together", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, { maxInlineBytes: 60 });

    const one = await delivery.download(requestOf([first], { mode: "BASE64" }));
    const two = await delivery.download(requestOf([first, second], { mode: "BASE64", bundle: "SEPARATE" }));

    expect([one.status, two.status]).toEqual(["READY", "FAILED"]);
  });
});

describe("limits", () => {
  it("of a zip are counted before it is written, and offer separate files", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, { maxBundleBytes: 60 });

    const zip = await delivery.download(requestOf([first, second]));
    const separate = await delivery.download(requestOf([first, second], { bundle: "SEPARATE" }));

    expect(zip.failures[0]).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringContaining("separate files"),
    });
    expect(separate.status).toBe("READY");
  });

  it("of the store are a retryable failure of ours", async () => {
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, { quotaBytes: 60 });

    const result = await delivery.download(requestOf([first, second]));

    expect(result.failures).toContainEqual(
      expect.objectContaining({ code: "STORAGE_UNAVAILABLE", retryable: true }),
    );
  });
});

describe("the same file", () => {
  it("asked for twice is fetched and stored once, and twice by two at once", async () => {
    const { source, calls } = sourceOf(onePdfEach);
    const { delivery, config } = await bench.open(source);

    await Promise.all(
      Array.from({ length: 10 }, () => delivery.download(requestOf([first, second], { bundle: "SEPARATE" }))),
    );
    await delivery.download(requestOf([second, first], { bundle: "SEPARATE" }));

    expect(calls).toEqual([["1134", "1204"]]);
    expect(await readdir(`${config.folder}/files`)).toHaveLength(2);
  });

  it("is fetched anew for another customer, in another format, in a newer version, and after its time", async () => {
    const clock = { at: Date.now() };
    const { source, calls } = sourceOf(async function* (batch) {
      for (const invoice of batch) yield { invoices: [invoice], body: inChunks(pdf("x")) };
    });
    const { delivery } = await bench.open(source, {}, { now: () => clock.at });
    const newer = {
      ...first,
      files: [{ format: "PDF", name: null, content: null, version: "2", createdAt: null }],
    } as Invoice;
    const call = () => ({ signal: new AbortController().signal, deadlineAt: clock.at + 10_000 });

    await delivery.download(requestOf([first], { call: call() }));
    await delivery.download({
      ...requestOf([first], { call: call() }),
      items: [{ invoice: first, customer: { ...acme, id: "other" } }],
    });
    await delivery.download(requestOf([first], { format: "XML", call: call() }));
    await delivery.download(requestOf([newer], { call: call() }));
    clock.at += 301_000;
    await delivery.download(requestOf([first], { call: call() }));

    expect(calls).toHaveLength(5);
  });

  it("is asked for again after a failure", async () => {
    let isDown = true;
    const { source } = sourceOf(async function* (batch) {
      if (isDown) throw new Failure("SOURCE_UNAVAILABLE", { source: "flo" });
      yield* onePdfEach(batch);
    });
    const { delivery } = await bench.open(source);

    const down = await delivery.download(requestOf([first]));
    isDown = false;
    const up = await delivery.download(requestOf([first]));

    expect([down.status, up.status]).toEqual(["FAILED", "READY"]);
  });

  it("is fetched also beside one that cannot be looked for in the store, and nobody waits for it in vain afterwards", async () => {
    const problems: Failure[] = [];
    const onProblem = (failure: Failure) => void problems.push(failure);
    const { delivery, config } = await bench.open(sourceOf(onePdfEach).source, {}, { onProblem });
    await delivery.download(requestOf([second]));
    const [stored = ""] = await readdir(`${config.folder}/files`);
    await writeFile(`${config.folder}/files/${stored}/facts.json`, '{"id":"to');

    const both = await delivery.download(requestOf([first, second]));
    const again = await delivery.download(requestOf([first], { call: callOf(2_000) }));

    expect(both).toMatchObject({
      status: "PARTIAL",
      failures: [{ invoiceId: second.id, code: "INTERNAL" }],
    });
    expect(problems).toMatchObject([{ code: "INTERNAL", cause: expect.any(SyntaxError) }]);
    expect(again.status).toBe("READY");
  });

  it("is fetched by the second client when the first one, who was fetching it, leaves", async () => {
    let n = 0;
    const { source, calls } = sourceOf(async function* (batch, call) {
      if (n++ === 0)
        await new Promise((_, reject) =>
          call.signal.addEventListener("abort", () => reject(new Failure("CANCELLED"))),
        );
      yield* onePdfEach(batch);
    });
    const { delivery } = await bench.open(source);
    const leaving = new AbortController();

    const left = delivery
      .download(requestOf([first], { call: callOf(10_000, leaving.signal) }))
      .catch((thrown: unknown) => thrown);
    const stays = delivery.download(requestOf([first]));
    await expect.poll(() => calls.length).toBe(1);
    leaving.abort();

    expect(await left).toMatchObject({ code: "CANCELLED" });
    expect(await stays).toMatchObject({ status: "READY" });
    expect(calls).toHaveLength(2);
  });
});

describe("time", () => {
  it("that runs out ends the hung ones and delivers the others", async () => {
    const { source } = sourceOf(onePdfEach);
    const hung = sourceOf(
      () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }),
      { id: "hung" },
    );
    const { delivery } = await bench.open([source, hung.source]);
    const late = invoiceOf("9", { source: "hung" });
    const stalls = watchStalls();
    const started = performance.now();

    const result = await delivery.download(requestOf([first, late], { call: callOf(2_500) }));
    const tookMs = stalls.since(started);
    stalls.stop();

    expect(tookMs).toBeLessThan(2_500);
    expect(result.status).toBe("PARTIAL");
    expect(result.failures).toMatchObject([{ code: "DEADLINE_EXCEEDED", source: "hung", retryable: true }]);
  });

  it("is not lost between sources: they are asked side by side", async () => {
    const asked: string[] = [];
    const names = ["a", "b", "c", "d"];
    // Each answers when all were asked.
    const patient = (id: string) =>
      sourceOf(
        async function* (batch) {
          asked.push(id);
          while (asked.length < names.length) await new Promise((later) => setTimeout(later, 5));
          yield* onePdfEach(batch);
        },
        { id },
      ).source;
    const { delivery } = await bench.open(names.map(patient));

    const result = await delivery.download(requestOf(names.map((source) => invoiceOf("1", { source }))));

    expect(result.status).toBe("READY");
    expect(asked.toSorted()).toEqual(names);
  });

  it("ends for the source when the client leaves, in the middle of a body", async () => {
    let sent = 0;
    let isClosed = false;
    const { source } = sourceOf(async function* (batch) {
      const body = (async function* () {
        try {
          for (;;) {
            sent += 1;
            yield Buffer.alloc(1_000, "x");
            await new Promise((later) => setTimeout(later, 5));
          }
        } finally {
          isClosed = true;
        }
      })();
      yield { invoices: batch, body };
    });
    const { delivery, config } = await bench.open(source);
    const leaving = new AbortController();

    const left = delivery
      .download(requestOf([first], { call: callOf(60_000, leaving.signal) }))
      .catch((thrown: unknown) => thrown);
    await expect.poll(() => sent).toBeGreaterThan(5);
    leaving.abort();

    expect(await left).toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => isClosed).toBe(true);
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
  });
});

async function* endless(count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (;;) {
    count(65_536);
    yield Buffer.alloc(65_536);
  }
}

async function bytesOf(url: string | null | undefined): Promise<Buffer> {
  const answer = await fetch(url ?? "");
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function unzipped(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(bytes, {});
  const entries = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    entries.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  return entries;
}

async function zipOf(files: [string, Buffer][]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of files) zip.addBuffer(bytes, name);
  zip.end();
  return buffer(zip.outputStream);
}
