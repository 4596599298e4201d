/** Every book of exports keeps the same rules; one in Redis keeps them across replicas, and outlives those that die. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createExportBook, type ExportBook } from "../../src/delivery/export/book.ts";
import type { ExportJob } from "../../src/delivery/export/job.ts";
import type { DownloadItem } from "../../src/delivery/delivery.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Call } from "../../src/model/source.ts";
import { redisConfig } from "../../src/redis/config.ts";
import { connectRedis, type SharedRedis } from "../../src/redis/connect.ts";
import { createRedisExportBook } from "../../src/redis/export-book.ts";
import { acme, createBench, invoiceOf, onePdfEach, requestOf, sourceOf } from "../support/delivery.ts";
import { jobOf } from "../support/export-job.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";

const { viewer } = requestOf([]);
const many = { perViewer: 1_000, inAll: 1_000 };

function readyFor(ms: number): Partial<ExportJob> {
  const expiresAt = Date.now() + ms;
  return {
    status: "READY",
    expiresAt: new Date(expiresAt).toISOString(),
    file: {
      id: "file",
      size: 1,
      sha256: "00",
      fileName: "a.csv",
      contentType: "text/csv",
      customers: ["c"],
      expiresAt,
    },
  };
}

const cancelled = (ms = 60_000): Partial<ExportJob> => ({
  status: "CANCELLED",
  expiresAt: new Date(Date.now() + ms).toISOString(),
});

let redis: TestRedis | null = null;
const shared: SharedRedis[] = [];
beforeAll(async () => {
  if (!hasRedis) return;
  redis = await startRedis();
  for (let n = 0; n < 2; n++) shared.push(await connected(redis.url));
});
// Others may keep this machine busy: the usual 100 ms of a command are not always enough.
async function connected(url: string): Promise<SharedRedis> {
  const link = await connectRedis({
    config: redisConfig.parse({ url, timeoutMs: 3_000 }),
    onChange: () => {},
  });
  await vi.waitUntil(() => link.upForMs() > 0, 30_000);
  return link;
}
afterAll(async () => {
  await Promise.all(shared.map((each) => each.close()));
  await redis?.close();
});
beforeEach(() => redis?.client.flushall());

/** Two replicas' views of one book. */
type Open = () => readonly [ExportBook, ExportBook];

const inRedis =
  (options: object = {}): Open =>
  () => {
    const [one, two] = shared.map((each) => createRedisExportBook(each, Date.now, options));
    return [one!, two!];
  };

const books: readonly { readonly name: string; readonly open: Open }[] = [
  {
    name: "in memory",
    open() {
      const book = createExportBook(Date.now);
      return [book, book];
    },
  },
  ...(hasRedis ? [{ name: "in Redis", open: inRedis() }] : []),
];

describe.each(books)("a book $name", ({ open }) => {
  it("gives back what was written, at either replica", async () => {
    const [one, two] = open();
    const running = jobOf("a", {
      status: "RUNNING",
      progress: 0.25,
      rowsWritten: 7,
      sources: [
        {
          source: "freight",
          status: "PARTIAL",
          errors: [
            new Failure("SOURCE_TIMEOUT", {
              source: "freight",
              message: "freight did not answer within 3 s",
            }),
          ],
          fetchedAt: "2026-01-01T00:00:00.000Z",
          asked: { from: "2026-01-01", to: "2026-02-01" },
          covered: null,
          missing: [{ range: { from: "2026-01-01", to: "2026-01-31" }, cause: "FAILED", reason: "late" }],
          dropped: ["one record"],
          count: 7,
        },
      ],
    });

    await one.admit(jobOf("a"), many);
    const written = await one.save(running);
    const found = await two.find("a");

    expect(written).toEqual(running);
    expect(found).toEqual(running);
    expect(found?.sources[0]?.errors[0]).toBeInstanceOf(Failure);
    expect(await two.find("b")).toBeNull();
  });

  it("keeps the first end, whoever writes it", async () => {
    const [one, two] = open();
    await one.admit(jobOf("a"), many);

    const first = await two.save(jobOf("a", cancelled()));
    const second = await one.save(jobOf("a", readyFor(60_000)));
    const third = await one.save(jobOf("a", { status: "RUNNING" }));

    expect([first, second, third].map(({ status }) => status)).toEqual([
      "CANCELLED",
      "CANCELLED",
      "CANCELLED",
    ]);
  });

  it("lets in no more than the limits when 60 are ordered at once at two replicas", async () => {
    const replicas = open();

    const refused = await Promise.all(
      Array.from({ length: 60 }, (_, n) => {
        const who = { ...jobOf("").viewer, id: n % 4 < 2 ? "ann" : "bob" };
        return replicas[(n % 2) as 0 | 1].admit(jobOf(`${n}`, { viewer: who }), { perViewer: 3, inAll: 5 });
      }),
    );

    expect(refused.filter((each) => each === null)).toHaveLength(5);
    expect(new Set(refused.map((each) => each?.by))).toEqual(new Set([undefined, "perViewer", "inAll"]));
  });

  it("says when there will be room: when the first kept file goes, or nothing while none is kept", async () => {
    const [one, two] = open();
    const limits = { perViewer: 2, inAll: 2 };
    await one.admit(jobOf("a"), limits);
    await one.admit(jobOf("b"), limits);

    const whileRunning = await two.admit(jobOf("c"), limits);
    const ready = readyFor(2_500);
    await one.save(jobOf("a", ready));
    const whileKept = await two.admit(jobOf("c"), limits);
    await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(ready.expiresAt ?? ""));
    // The clock of Redis may be a little behind.
    await expect.poll(() => two.admit(jobOf("c"), limits)).toBeNull();

    expect(whileRunning).toEqual({ by: "perViewer", untilAt: null });
    expect(whileKept).toEqual({ by: "perViewer", untilAt: ready.expiresAt });
    expect(await one.find("a")).toBeNull();
  });

  it("counts for no limit what came to nothing, and remembers only so many of those", async () => {
    const [one, two] = open();

    for (let n = 0; n < 1_100; n++) {
      expect(await one.admit(jobOf(`${n}`), { perViewer: 1, inAll: 1 })).toBeNull();
      await two.save(jobOf(`${n}`, cancelled()));
    }
    await one.admit(jobOf("last"), many);

    expect(await two.find("0")).toBeNull();
    expect(await two.find("1099")).toMatchObject({ status: "CANCELLED" });
  });
});

describe.runIf(hasRedis)("a book in Redis", () => {
  it("ends what its process no longer saves, counts it no more, and lets nobody end it otherwise later", async () => {
    const [one, two] = inRedis({ leaseMs: 2_500 })();
    const limits = { perViewer: 1, inAll: 1 };
    await one.admit(jobOf("a"), limits);

    // Longer than one lease.
    for (let n = 0; n < 4; n++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await one.save(jobOf("a", { status: "RUNNING" }));
    }
    const alive = await two.find("a");
    await expect.poll(async () => (await two.find("a"))?.status).toBe("FAILED");
    const admitted = await two.admit(jobOf("b"), limits);
    const late = await one.save(jobOf("a", readyFor(60_000)));

    expect(alive).toMatchObject({ status: "RUNNING" });
    expect(admitted).toBeNull();
    expect(late).toMatchObject({
      status: "FAILED",
      failure: { code: "EXPORT_INTERRUPTED", retryable: true },
    });
  });

  it.each(["garbage", "{}", JSON.stringify(jobOf("another"))])(
    "takes for nothing what is no state of that export: %j",
    async (poison) => {
      const [one] = inRedis()();
      await one.admit(jobOf("a"), many);
      await redis!.client.hset("invoicegraph:{exports}:job:a", "state", poison);

      const found = await one.find("a");

      expect(found).toBeNull();
    },
  );

  it("out of reach says so, and never that there is no such export", async () => {
    const nowhere = await connectRedis({
      config: redisConfig.parse({ url: "redis://127.0.0.1:1" }),
      onChange: () => {},
    });
    const book = createRedisExportBook(nowhere, Date.now);

    const tries = await Promise.allSettled([
      book.find("a"),
      book.admit(jobOf("a"), many),
      book.save(jobOf("a")),
    ]);
    await nowhere.close();

    for (const each of tries)
      expect(each).toMatchObject({ reason: { code: "STORAGE_UNAVAILABLE", retryable: true } });
  });

  it("leaves its process time to save it again after Redis was away, and ends it when it does not", async () => {
    const own = await startRedis();
    const links = await Promise.all([connected(own.url), connected(own.url)]);
    const [one, two] = links.map((link) => createRedisExportBook(link, Date.now, { leaseMs: 4_000 }));
    await one!.admit(jobOf("a"), many);

    own.freeze();
    const away = await two!.find("a").catch(({ code }: Failure) => code);
    // Longer than the lease.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    own.thaw();
    let back: ExportJob | null = null;
    await expect.poll(async () => (back = await two!.find("a").catch(() => null))).not.toBeNull();
    const saved = await one!.save(jobOf("a", { status: "RUNNING" }));

    expect(away).toBe("STORAGE_UNAVAILABLE");
    expect(back).toMatchObject({ status: "QUEUED" });
    expect(saved).toMatchObject({ status: "RUNNING" });
    await expect.poll(async () => (await two!.find("a"))?.status, { timeout: 20_000 }).toBe("FAILED");
    await Promise.all(links.map((link) => link.close()));
    await own.close();
  });

  it("leaves nothing behind for ever", async () => {
    const [one] = inRedis()();
    await one.admit(jobOf("a"), many);
    await one.save(jobOf("a", readyFor(60_000)));
    await one.admit(jobOf("b"), many);
    await one.save(jobOf("b", cancelled()));
    await one.admit(jobOf("c"), many);

    const keys = await redis!.client.keys("*");
    const lives = await Promise.all(keys.map((key) => redis!.client.pttl(key)));

    expect(keys.length).toBeGreaterThan(5);
    expect(Math.min(...lives)).toBeGreaterThan(0);
  });
});

describe.runIf(hasRedis)("exports of two replicas", () => {
  const bench = createBench();
  afterAll(() => bench.close());

  async function replicas(options: object = {}) {
    const folder = await bench.folder();
    const keys = [{ id: "k", secret: "0123456789abcdef0123456789abcdef" }];
    const open = (exportBook: ExportBook) =>
      bench.open(sourceOf(onePdfEach).source, { folder, links: { keys } }, { exportBook });
    const [first, second] = inRedis(options)();
    return [await open(first), await open(second)] as const;
  }

  function orderOf(rows: (call: Call) => AsyncIterable<DownloadItem>) {
    const read = (call: Call) => ({
      rows: rows(call),
      progress: () => 0.5,
      reports: () => [],
      isComplete: () => true,
    });
    return { viewer, format: "CSV", rows: "INVOICES", read } as const;
  }

  it("are found, and downloaded, through the other one", async () => {
    const [one, two] = await replicas();

    const { id } = await one.delivery.exports.start(
      orderOf(async function* () {
        yield { invoice: invoiceOf("17"), customer: acme };
      }),
    );
    await expect.poll(async () => (await two.delivery.exports.find(id, viewer))?.status).toBe("READY");
    const found = await two.delivery.exports.find(id, viewer);
    const link = await two.delivery.linkTo(found!.file!, viewer);
    const text = await (await fetch(link!.url)).text();

    expect(text).toContain("17");
    expect(await two.delivery.exports.find(id, { ...viewer, id: "bob" })).toBeNull();
  });

  it("are cancelled through the other one, with their upstream calls; also while they wait", async () => {
    const [one, two] = await replicas();
    const calls: Call[] = [];
    const hung = orderOf(async function* (call) {
      calls.push(call);
      yield { invoice: invoiceOf("1"), customer: acme };
      await new Promise(() => {});
    });
    const orders: ExportJob[] = [];
    for (let n = 0; n < 3; n++) orders.push(await one.delivery.exports.start(hung));

    const results = [];
    for (const { id } of orders) results.push(await two.delivery.exports.cancel(id, viewer));

    expect(results.map((each) => each?.status)).toEqual(["CANCELLED", "CANCELLED", "CANCELLED"]);
    // One that waited may begin for a moment when another one's place is free.
    await expect.poll(() => calls.length > 0 && calls.every(({ signal }) => signal.aborted)).toBe(true);
    await expect
      .poll(async () => (await one.delivery.exports.find(orders[2]!.id, viewer))?.status)
      .toBe("CANCELLED");
  });

  it("go on while Redis is away, and are written down when it is back, emptied", async () => {
    const own = await startRedis();
    const link = await connected(own.url);
    const { delivery } = await bench.open(
      sourceOf(onePdfEach).source,
      {},
      { exportBook: createRedisExportBook(link, Date.now) },
    );
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { id } = await delivery.exports.start(
      orderOf(async function* () {
        yield { invoice: invoiceOf("1"), customer: acme };
        await held;
      }),
    );

    await expect.poll(async () => (await delivery.exports.find(id, viewer))?.status).toBe("RUNNING");
    await own.kill();
    goOn();
    await expect.poll(async () => (await delivery.exports.find(id, viewer))?.status).toBe("READY");
    const refused = await delivery.exports
      .start(orderOf(async function* () {}))
      .catch((thrown: unknown) => thrown);
    await own.restart();
    const elsewhere = createRedisExportBook(link, Date.now);

    await expect.poll(async () => (await elsewhere.find(id).catch(() => null))?.status).toBe("READY");
    expect(refused).toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    await delivery.close();
    await link.close();
    await own.close();
  });
});
