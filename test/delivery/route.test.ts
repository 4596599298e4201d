import { createHash } from "node:crypto";
import { readdir, rm, truncate } from "node:fs/promises";
import { get } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import {
  createBench,
  inChunks,
  invoiceOf,
  onePdfEach,
  pdf,
  requestOf,
  sourceOf,
} from "../support/delivery.ts";

const bench = createBench();
afterEach(() => bench.close());

const bytes = pdf("invoice 1134");
const tag = `"${createHash("sha256").update(bytes).digest("hex")}"`;

const outside = `{"code":"BAD_INPUT","message":"The range lies outside the file."}`;

async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

function lastingHeaders(answer: Response) {
  return [...answer.headers].filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
}

async function linked(settings: object = {}, more: object = {}, content?: Buffer) {
  const { source } = sourceOf(
    content === undefined
      ? onePdfEach
      : async function* (batch) {
          yield { invoices: batch, body: inChunks(content) };
        },
  );
  const opened = await bench.open(source, settings, more);
  const result = await opened.delivery.download(requestOf([invoiceOf("1134")]));
  return { ...opened, url: result.files[0]?.url ?? "" };
}

describe("a link", () => {
  it("gives the file as an attachment that no browser shows, guesses at or keeps", async () => {
    const { url } = await linked();

    const got = await fetch(url);

    expect(got.status).toBe(200);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      "content-type": "application/pdf",
      "content-length": String(bytes.length),
      "content-disposition": `attachment; filename="1134_invoice.pdf"; filename*=UTF-8''1134_invoice.pdf`,
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
      "content-security-policy": "default-src 'none'; sandbox",
      "referrer-policy": "no-referrer",
      "accept-ranges": "bytes",
      etag: tag,
    });
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
  });

  it("answers HEAD with the same head and no body", async () => {
    const { url } = await linked();

    const [head, whole] = [await fetch(url, { method: "HEAD" }), await fetch(url)];

    expect(head.status).toBe(200);
    expect(lastingHeaders(head)).toEqual(lastingHeaders(whole));
    expect(await head.text()).toBe("");
  });

  it.each([
    ["bytes=0-4", 206, "%PDF-", `bytes 0-4/${bytes.length}`],
    ["bytes=-6", 206, "%%EOF\n", `bytes ${bytes.length - 6}-${bytes.length - 1}/${bytes.length}`],
    [
      `bytes=${bytes.length - 6}-`,
      206,
      "%%EOF\n",
      `bytes ${bytes.length - 6}-${bytes.length - 1}/${bytes.length}`,
    ],
    [
      `bytes=${bytes.length - 6}-99999`,
      206,
      "%%EOF\n",
      `bytes ${bytes.length - 6}-${bytes.length - 1}/${bytes.length}`,
    ],
    ["bytes=-99999", 206, bytes.toString(), `bytes 0-${bytes.length - 1}/${bytes.length}`],
    [`bytes=${bytes.length}-`, 416, outside, `bytes */${bytes.length}`],
    ["bytes=-0", 416, outside, `bytes */${bytes.length}`],
    ["bytes=4-0", 200, bytes.toString(), null],
    ["bytes=0-1,3-4", 200, bytes.toString(), null],
    ["bytes=a-b", 200, bytes.toString(), null],
    ["pages=1-2", 200, bytes.toString(), null],
  ])("answers Range: %s with %i", async (range, status, body, contentRange) => {
    const { url } = await linked();

    const got = await fetch(url, { headers: { range } });
    const text = await got.text();

    expect(got.status).toBe(status);
    expect(got.headers.get("content-range")).toBe(contentRange);
    expect(text).toBe(body);
  });

  it("gives the whole when If-Range names other bytes", async () => {
    const { url } = await linked();

    const same = await fetch(url, { headers: { range: "bytes=0-1", "if-range": tag } });
    const other = await fetch(url, { headers: { range: "bytes=0-1", "if-range": `"other"` } });

    expect([same.status, other.status]).toEqual([206, 200]);
  });

  it("says 304 to one who has the file already, but only after the link has proved itself", async () => {
    const { url, asked } = await linked();
    const headers = { "if-none-match": `"x", W/${tag}` };

    const known = await fetch(url, { headers });
    const forged = await fetch(`${url.slice(0, -4)}AAAA`, { headers: { "if-none-match": "*" } });
    asked.mayUse = false;
    const forbidden = await fetch(url, { headers });

    expect([known.status, forged.status, forbidden.status]).toEqual([304, 404, 404]);
  });

  it("asks on every use whether its viewer may still see these customers", async () => {
    const { url, asked } = await linked();

    const before = await fetch(url);
    asked.mayUse = false;
    const after = await fetch(url);

    expect([before.status, after.status]).toEqual([200, 404]);
    expect(asked.scopes).toHaveLength(2);
    expect(asked.scopes[0]).toEqual({
      scope: { viewerId: "ann", role: "CUSTOMER", customerId: requestOf([]).viewer.customerId },
      customers: [requestOf([]).viewer.customerId],
    });
  });

  it("that is wrong, used elsewhere, expired or without its file looks always the same", async () => {
    const clock = { at: Date.now() };
    const { url, origin, config, delivery } = await linked({}, { now: () => clock.at });
    const call = { signal: new AbortController().signal, deadlineAt: clock.at + 9_999 };
    const again = await delivery.download(requestOf([invoiceOf("2")], { call }));
    const paths = [
      "/files/",
      "/files/x",
      "/files/1.k.x.y",
      "/files/%2e%2e%2fetc%2fpasswd",
      `/files/${"x".repeat(10_000)}`,
      "/other",
    ];
    const others = await Promise.all(paths.map((path) => fetch(origin + path)));
    await rm(`${config.folder}/files`, { recursive: true });
    const gone = await fetch(again.files[0]?.url ?? "");
    clock.at += 300_000;
    const expired = await fetch(url);

    const answers = [...others, gone, expired];
    const bodies = new Set(await Promise.all(answers.map((each) => each.text())));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect([...bodies]).toEqual([
      `{"code":"NOT_FOUND","message":"This link does not work, or does not work any more. Ask for a new one."}`,
    ]);
    expect(others[0]?.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(others[0]?.headers.get("content-disposition")).toBeNull();
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("refuses %s", async (method) => {
    const { url } = await linked();

    const got = await fetch(url, { method });

    expect(got.status).toBe(405);
    expect(got.headers.get("allow")).toBe("GET, HEAD");
  });

  it("never gives a file that a failing disk has shortened", async () => {
    const problems: unknown[] = [];
    const { url, config } = await linked({}, { onProblem: (failure: unknown) => problems.push(failure) });
    const [id] = await readdir(`${config.folder}/files`);
    await truncate(`${config.folder}/files/${id}/data`, 5);

    const got = await fetch(url);

    expect(got.status).toBe(503);
    expect(await got.json()).toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(problems).toMatchObject([{ code: "STORAGE_UNAVAILABLE" }]);
  });

  it("closes the file when the client leaves in the middle", async () => {
    const problems: unknown[] = [];
    const { url } = await linked(
      {},
      { onProblem: (failure: unknown) => problems.push(failure) },
      pdf("big", 30_000_000),
    );
    const before = await openFiles();

    await Promise.all(
      Array.from(
        { length: 10 },
        () =>
          new Promise<void>((left) => {
            const request = get(url, (answer) =>
              answer.once("data", () => {
                request.destroy();
                left();
              }),
            );
          }),
      ),
    );

    await expect.poll(openFiles).toBeLessThanOrEqual(before + 2);
    expect(problems).toEqual([]);
  });
});

describe("a one-time link", () => {
  const oneTime = { links: { oneTime: true } };

  it("gives the file to exactly one of 50 who ask at once", async () => {
    const { url } = await linked(oneTime);

    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(url)));
    const bodies = await Promise.all(answers.map(async (each) => Buffer.from(await each.arrayBuffer())));

    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 49 }, () => 404),
    ]);
    expect(bodies.filter((body) => body.equals(bytes))).toHaveLength(1);
  });

  it("is not used up by HEAD, and cannot be read in ranges or asked about afterwards", async () => {
    const { url } = await linked(oneTime);

    const head = await fetch(url, { method: "HEAD" });
    const ranged = await fetch(url, { headers: { range: "bytes=0-4" } });
    const known = await fetch(url, { headers: { "if-none-match": tag } });

    expect([head.status, ranged.status, known.status]).toEqual([200, 200, 404]);
    expect(await ranged.text()).toBe(bytes.toString());
  });

  it("is not used up by one who may not see it", async () => {
    const { url, asked } = await linked(oneTime);

    asked.mayUse = false;
    const forbidden = await fetch(url);
    asked.mayUse = true;
    const allowed = await fetch(url);

    expect([forbidden.status, allowed.status]).toEqual([404, 200]);
  });
});
