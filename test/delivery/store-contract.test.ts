import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { AwsClient } from "aws4fetch";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openFolderStore } from "../../src/delivery/folder-store.ts";
import { openS3Store } from "../../src/delivery/s3-store.ts";
import { diskFailure, openScratch } from "../../src/delivery/scratch.ts";
import { createFileId, type Store, type StoredFile } from "../../src/delivery/store.ts";
import { Failure } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { createBench, inChunks, invoiceOf, onePdfEach, requestOf, sourceOf } from "../support/delivery.ts";
import { freePort } from "../support/ports.ts";
import { hasS3Server, type S3Server, startS3Server } from "../support/s3-server.ts";

const bench = createBench();
afterEach(() => bench.close());

let s3: S3Server | null = null;
if (hasS3Server()) {
  beforeAll(async () => {
    s3 = await startS3Server();
  });
  afterAll(() => s3?.close());
} else {
  process.stderr.write(
    "SKIPPED: the S3 store is not tested: apt-get install swift-proxy swift-account swift-container swift-object memcached\n",
  );
}

/** The port that the server was given. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A store over whatever answers at that port. */
function openS3At(
  port: number,
  onProblem: (failure: Failure) => void = () => {},
  answerWithinMs = 10_000,
): Promise<Store> {
  return openS3Store({
    answerWithinMs,
    s3: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu",
      accessKeyId: "a",
      bucket: "b",
      secretAccessKey: new Secret("s"),
      pathStyle: true,
    },
    quotaBytes: 1e9,
    now: Date.now,
    onProblem,
  });
}

describe("a folder that cannot be made", () => {
  it("is named with the key of the configuration, for files to keep and files on their way in", async () => {
    const folder = join(import.meta.filename, "files");
    const says = `Files cannot be kept in ${folder} (ENOTDIR): let this user write there, or name another folder in delivery.folder.`;

    const store = openFolderStore({ folder, quotaBytes: 1e9, now: Date.now });
    const scratch = openScratch(folder);

    await expect(store).rejects.toThrow(says);
    await expect(scratch).rejects.toThrow(says);
  });
});

describe("a folder whose place is taken", () => {
  it.each(["a file", "a link to nothing"])("by %s is named at once", async (what) => {
    const folder = await mkdtemp(join(tmpdir(), "invoicegraph-folders-"));
    const place = join(folder, "incoming");
    await (what === "a file" ? writeFile(place, "") : symlink(join(folder, "gone"), place));

    const scratch = openScratch(folder);

    await expect(scratch).rejects.toThrow(`Files cannot be kept in ${folder} (EEXIST)`);
    await rm(folder, { recursive: true });
  });
});

describe("a folder within one that takes none", () => {
  // Node's own mkdir would never come back.
  it.runIf(process.platform === "linux")("is named at once", async () => {
    const folder = "/proc/invoicegraph/files";

    const store = openFolderStore({ folder, quotaBytes: 1e9, now: Date.now });

    await expect(store).rejects.toThrow(`Files cannot be kept in ${folder} (ENOENT)`);
  });
});

describe("folders that are missing", () => {
  it("are made, for nobody else to look into, also when two processes begin at the same moment", async () => {
    const whole = await mkdtemp(join(tmpdir(), "invoicegraph-folders-"));
    const folder = join(whole, "one", "two");

    await Promise.all([openScratch(folder), openScratch(folder)]);

    const { mode } = await stat(join(folder, "incoming"));
    await rm(whole, { recursive: true });
    expect(mode & 0o777).toBe(0o700);
  });
});

describe("a disk", () => {
  it.each(["ENOSPC", "EFBIG"])("that says %s is a store that is unavailable", (code) => {
    const said = Object.assign(new Error("write failed"), { code });

    expect(diskFailure(said)).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
  });
});

describe("an S3 service that lists the same objects again and again", () => {
  it("is refused at the start, and not listed without end", async () => {
    const page =
      "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>invoicegraph/a/data</Key><Size>1</Size></Contents></ListBucketResult>";
    let listings = 0;
    const service = createServer((_request, response) => {
      listings += 1;
      // Without the limit this test would not end either.
      response.end(listings < 20 ? page : "<ListBucketResult/>");
    });
    const port = await listening(service);

    const refused = await openS3At(port).catch((thrown: unknown) => thrown);
    await new Promise((resolve) => service.close(resolve));

    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: false });
    expect(listings).toBe(2);
  });
});

describe("an S3 service that answers with something else than was stored", () => {
  it.each([
    { what: "a body that breaks off", length: 1_000 },
    { what: "a page of HTML", length: 6 },
  ])("cannot give the file: $what", async ({ length }) => {
    const service = createServer((request, response) => {
      if (request.url?.includes("list-type") === true) return response.end("<ListBucketResult/>");
      response.setHeader("content-length", length);
      return response.write("<html>", () => response.destroy());
    });
    const port = await listening(service);
    const store = await openS3At(port);

    const refused = await store.find(createFileId(Date.now() + 60_000)).catch((thrown: unknown) => thrown);
    await store.close();
    await new Promise((resolve) => service.close(resolve));

    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
  });
});

describe("an S3 service that takes its time", () => {
  const page = (_request: IncomingMessage, response: ServerResponse) =>
    void response.end("<ListBucketResult/>");

  it.each<{ what: string; listener: RequestListener }>([
    { what: "that never answers", listener: () => {} },
    {
      what: "whose answer comes letter by letter",
      listener(_request, response) {
        const drip = setInterval(() => response.write("x"), 50);
        response.once("close", () => clearInterval(drip));
      },
    },
  ])("$what is waited for no longer than for one answer, and asked once", async ({ listener }) => {
    let answer: RequestListener = page;
    let requests = 0;
    const service = createServer((request, response) => {
      requests += 1;
      answer(request, response);
    });
    const store = await openS3At(await listening(service), () => {}, 500);
    answer = listener;

    const began = performance.now();
    const refused = await store.find(createFileId(Date.now() + 60_000)).catch((thrown: unknown) => thrown);
    const tookMs = performance.now() - began;
    await store.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));

    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
    // Far less than two answers may take, also on a busy machine.
    expect(tookMs).toBeLessThan(5_000);
    expect(requests).toBe(2);
  });

  it.each([
    { what: "refuses", status: 403, retryable: false },
    { what: "has no file", status: 404, retryable: null },
  ])("and $what is not read for longer than for one answer, for the bytes of a file", async (said) => {
    const service = createServer((request, response) => {
      if (request.url?.includes("list-type") === true) return response.end("<ListBucketResult/>");
      const drip = setInterval(() => response.write("x"), 50);
      response.once("close", () => clearInterval(drip));
      return response.writeHead(said.status).write("x");
    });
    const store = await openS3At(await listening(service), () => {}, 500);
    const id = createFileId(Date.now() + 60_000);
    const file = { id, size: 1, sha256: "", fileName: "", contentType: "", customers: [], expiresAt: 0 };

    const began = performance.now();
    const read = await store.read(file).catch(({ retryable }: Failure) => retryable);
    const tookMs = performance.now() - began;
    await store.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));

    expect(read).toBe(said.retryable);
    expect(tookMs).toBeLessThan(5_000);
  });

  it("is asked once for the bytes of a file, too", async () => {
    let requests = 0;
    const service = createServer((request, response) => {
      if (request.url?.includes("list-type") === true) return response.end("<ListBucketResult/>");
      requests += 1;
      return undefined;
    });
    const store = await openS3At(await listening(service), () => {}, 500);
    const id = createFileId(Date.now() + 60_000);
    const file = { id, size: 1, sha256: "", fileName: "", contentType: "", customers: [], expiresAt: 0 };

    const refused = await store.read(file).catch((thrown: unknown) => thrown);
    await store.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));

    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
    expect(requests).toBe(1);
  });
});

describe("an S3 service whose answers do not end", () => {
  it("is refused when more has come than facts or a listing could be", async () => {
    let isListed = false;
    let sent = 0;
    const service = createServer((_request, response) => {
      if (!isListed) {
        isListed = true;
        return response.end("<ListBucketResult/>");
      }
      const chunk = Buffer.alloc(1_048_576, "x");
      const pour = (): void => {
        // Without the limit this test would end, too: by what the other tests need.
        while (sent < 300e6 && response.write(chunk)) sent += chunk.length;
        if (sent >= 300e6) response.end();
      };
      response.on("drain", pour);
      return pour();
    });
    const store = await openS3At(await listening(service));

    const refused = await store.find(createFileId(Date.now() + 60_000)).catch((thrown: unknown) => thrown);
    await store.close();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));

    expect(refused).toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      detail: "s3: an answer of more than 33554432 bytes",
    });
    expect(sent).toBeLessThan(100e6);
  });
});

describe("an S3 service that is out of reach at the start", () => {
  it("is told of, refuses files while it is away, and takes them when it is back", async () => {
    const kept = new Map<string, string>();
    const back = createServer((request, response) => {
      const [path = ""] = (request.url ?? "").split("?");
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        if (request.method === "PUT") kept.set(path, text);
        response.end(request.method === "GET" ? (kept.get(path) ?? "<ListBucketResult/>") : "");
      });
    });
    const port = await freePort();
    const problems: Failure[] = [];
    const store = await openS3At(port, (failure) => problems.push(failure));
    const scratch = await openScratch(await bench.folder());
    const limits = {
      maxBytes: 99,
      tooLarge: () => new Failure("INTERNAL"),
      signal: new AbortController().signal,
    };
    const put = async () =>
      store.put(await scratch.write(inChunks(Buffer.from("hello")), limits), {
        fileName: "a.pdf",
        contentType: "application/pdf",
        customers: [],
        expiresAt: Date.now() + 60_000,
      });

    const refused = await put().catch((thrown: unknown) => thrown);
    await new Promise<void>((resolve) => back.listen(port, "127.0.0.1", resolve));
    const { id } = await put();
    const found = await store.find(id);
    await store.close();
    await new Promise((resolve) => back.close(resolve));

    expect(problems.map(({ code, retryable }) => [code, retryable])).toEqual([["STORAGE_UNAVAILABLE", true]]);
    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
    expect(found).toMatchObject({ id, fileName: "a.pdf", size: 5 });
  });
});

async function newBucket(server: S3Server): Promise<string> {
  const bucket = `b${Math.random().toString(36).slice(2)}`;
  const made = await new AwsClient({ ...server, service: "s3" }).fetch(`${server.endpoint}/${bucket}`, {
    method: "PUT",
  });
  expect(made.status).toBe(200);
  return bucket;
}

type Open = (options: { now: () => number; quotaBytes?: number }) => Promise<Store>;

const openFolder: Open = async ({ now, quotaBytes = 1e9 }) =>
  openFolderStore({ folder: await bench.folder(), quotaBytes, now });

const openS3: Open = async ({ now, quotaBytes = 1e9 }) => {
  if (s3 === null) throw new Error("no server");
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const bucket = await newBucket(s3);
  const secret = new Secret(secretAccessKey);
  return openS3Store({
    s3: { endpoint, region, accessKeyId, bucket, secretAccessKey: secret, pathStyle: true },
    quotaBytes,
    now,
    onProblem: () => {},
  });
};

describe("the folder store", () => {
  contract(openFolder);
});
describe.runIf(hasS3Server())("the S3 store", () => {
  contract(openS3);
});

function contract(open: Open): void {
  const ann = { fileName: "Ré 1.pdf", contentType: "application/pdf", customers: ["c1", "c2"] };

  async function setUp(options: { quotaBytes?: number } = {}) {
    const clock = { at: Date.now() };
    const folder = await bench.folder();
    const scratch = await openScratch(folder);
    const store = await open({ now: () => clock.at, ...options });
    const put = async (text: string, lifeMs = 60_000): Promise<StoredFile> => {
      const limits = {
        maxBytes: 1e9,
        tooLarge: () => new Failure("INTERNAL"),
        signal: new AbortController().signal,
      };
      // The folder store takes files over by a rename, from the same disk.
      const file = await scratch.write(inChunks(Buffer.from(text)), limits);
      return store.put(file, { ...ann, expiresAt: clock.at + lifeMs });
    };
    return { clock, store, put, folder };
  }

  it("gives back what it was given, with size and hash, whole or in part", async () => {
    const { store, put, clock } = await setUp();

    const stored = await put("hello world");
    const found = await store.find(stored.id);
    const [whole, part] = [await store.read(stored), await store.read(stored, { first: 6, last: 8 })];

    expect(stored).toMatchObject({ ...ann, size: 11, expiresAt: clock.at + 60_000 });
    expect(stored.sha256).toBe(createHash("sha256").update("hello world").digest("hex"));
    expect(found).toEqual(stored);
    expect(whole && (await textOf(whole))).toBe("hello world");
    expect(part && (await textOf(part))).toBe("wor");
  });

  it("keeps nothing of the scratch file", async () => {
    const { put, folder } = await setUp();

    await put("hello");

    expect(await readdir(`${folder}/incoming`)).toEqual([]);
  });

  it("knows no file of another id, and takes no path for one", async () => {
    const { store, put } = await setUp();
    const stored = await put("hello");
    const ids = [
      createFileId(Date.now() + 1e6),
      "",
      "..",
      "../x",
      `${stored.id}/..`,
      `${stored.id}x`,
      "%2e%2e",
      stored.id.toUpperCase(),
    ];

    const found = await Promise.all(ids.map((id) => store.find(id)));
    const read = await Promise.all(ids.map((id) => store.read({ ...stored, id })));

    expect(found).toEqual(ids.map(() => null));
    expect(read).toEqual(ids.map(() => null));
  });

  it("forgets a file when its time is over, and removes it with the next sweep", async () => {
    const { store, put, clock } = await setUp();
    const [short, long] = [await put("short", 2_000), await put("long", 900_000)];

    clock.at += 3_000;
    const before = await store.find(short.id);
    const swept = [await store.sweep(), await store.sweep()];

    expect(before).toBeNull();
    expect(swept).toEqual([1, 0]);
    clock.at -= 3_000;
    expect(await store.find(short.id)).toBeNull();
    expect(await store.read(short)).toBeNull();
    expect(await store.find(long.id)).toEqual(long);
  });

  it("refuses what would pass its quota, and takes it when a sweep has made room", async () => {
    const { store, put, clock } = await setUp({ quotaBytes: 10 });
    await put("12345678", 2_000);

    const refused = await put("12345").catch((thrown: unknown) => thrown);
    clock.at += 3_000;
    await store.sweep();
    const taken = await put("12345");

    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
    expect(taken.size).toBe(5);
  });

  it("holds an empty file and one of 3 MB", async () => {
    const { store, put } = await setUp();
    const big = "x".repeat(3_000_000);

    const files = [await put(""), await put(big)];
    const read = await Promise.all(
      files.map(async (file) => textOf((await store.read(file)) ?? Readable.from([]))),
    );

    expect(read).toEqual(["", big]);
  });
}

describe.runIf(hasS3Server())("the S3 store's own", () => {
  it("presigned URL pins type and name, and is worth nothing when either is changed", async () => {
    const store = await openWith();
    const scratch = await openScratch(await bench.folder());
    const limits = {
      maxBytes: 99,
      tooLarge: () => new Failure("INTERNAL"),
      signal: new AbortController().signal,
    };
    const facts = {
      fileName: "Ré 1.pdf",
      contentType: "application/pdf",
      customers: [],
      expiresAt: Date.now() + 60_000,
    };
    const stored = await store.put(await scratch.write(inChunks(Buffer.from("hello")), limits), facts);

    const url = (await store.presign(stored, 60)) ?? "";
    const right = await fetch(url);
    const changed = await Promise.all([
      fetch(url.replace("application%2Fpdf", "text%2Fhtml")),
      fetch(url.replace("attachment", "inline")),
      fetch(url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")),
      fetch(url.replace("/data?", "/facts.json?")),
    ]);

    expect(right.status).toBe(200);
    expect(await right.text()).toBe("hello");
    expect(right.headers.get("content-type")).toBe("application/pdf");
    expect(right.headers.get("content-disposition")).toBe(
      `attachment; filename="R_ 1.pdf"; filename*=UTF-8''R%C3%A9%201.pdf`,
    );
    expect(changed.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it("files are reached by our own links, which lead to a presigned URL once the link has proved itself", async () => {
    const { delivery, asked } = await bench.open(
      sourceOf(onePdfEach).source,
      {},
      { store: await openWith() },
    );
    const result = await delivery.download(requestOf([invoiceOf("1134"), invoiceOf("1204")]));
    const url = result.files[0]?.url ?? "";

    const [followed, bare, head] = [
      await fetch(url),
      await fetch(url, { redirect: "manual" }),
      await fetch(url, { method: "HEAD" }),
    ];
    asked.mayUse = false;
    const forbidden = await fetch(url);

    const digest = createHash("sha256")
      .update(Buffer.from(await followed.arrayBuffer()))
      .digest("hex");
    expect(digest).toBe(result.files[0]?.sha256);
    expect(followed.headers.get("content-disposition")).toContain(`filename="Acme_invoices.zip"`);
    expect([bare.status, head.status, forbidden.status]).toEqual([303, 200, 404]);
    expect(bare.headers.get("location")).toContain("X-Amz-Signature=");
    expect(head.headers.get("content-length")).toBe(String(result.files[0]?.size));
  });

  it("credentials are tried at the start", async () => {
    await expect(openWith({ secret: "wrong" })).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
  });

  it("a bucket that does not exist is told at the start", async () => {
    await expect(openWith({ bucket: "nowhere" })).rejects.toMatchObject({
      code: "STORAGE_UNAVAILABLE",
      detail: "s3: no such bucket",
    });
  });

  it("upload that arrives damaged is refused", async () => {
    const store = await openWith();
    const scratch = await openScratch(await bench.folder());
    const limits = {
      maxBytes: 99,
      tooLarge: () => new Failure("INTERNAL"),
      signal: new AbortController().signal,
    };
    const file = await scratch.write(inChunks(Buffer.from("hello")), limits);
    const damaged = { ...file, sha256: createHash("sha256").update("other").digest("hex") };

    const put = store.put(damaged, {
      fileName: "a",
      contentType: "b/c",
      customers: [],
      expiresAt: Date.now() + 60_000,
    });

    await expect(put).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
  });
});

async function openWith(change: { secret?: string; bucket?: string } = {}) {
  if (s3 === null) throw new Error("no server");
  const bucket = change.bucket ?? (await newBucket(s3));
  const secretAccessKey = new Secret(change.secret ?? s3.secretAccessKey);
  const { endpoint, region, accessKeyId } = s3;
  return openS3Store({
    s3: { endpoint, region, accessKeyId, bucket, secretAccessKey, pathStyle: true },
    quotaBytes: 1e9,
    now: Date.now,
    onProblem: () => {},
  });
}
