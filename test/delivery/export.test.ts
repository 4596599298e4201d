/** Exports as jobs: turns, limits, ends, and what they cost. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createExportBook } from "../../src/delivery/export/book.ts";
import type { ExportJob, ExportOrder } from "../../src/delivery/export/job.ts";
import { createQueue } from "../../src/delivery/export/queue.ts";
import type { DownloadItem } from "../../src/delivery/delivery.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Call } from "../../src/model/source.ts";
import type { Viewer } from "../../src/model/viewer.ts";
import { bestOfThree } from "../support/best-of-three.ts";
import { acme, createBench, invoiceOf, onePdfEach, requestOf, sourceOf } from "../support/delivery.ts";
import { jobOf } from "../support/export-job.ts";
import { youngSpace } from "../support/young-space.ts";

const bench = createBench();
afterEach(() => bench.close());

const { viewer } = requestOf([]);
const bob: Viewer = { ...viewer, id: "bob" };

type Rows = (call: Call) => AsyncIterable<DownloadItem>;

function orderOf(rows: Rows, more: Partial<ExportOrder> = {}): ExportOrder {
  return {
    viewer,
    format: "CSV",
    rows: "INVOICES",
    read: (call) => ({ rows: rows(call), progress: () => 0.5, reports: () => [], isComplete: () => true }),
    ...more,
  };
}

async function* three(): AsyncGenerator<DownloadItem> {
  for (const number of ["=1+1", "-2", "3"]) {
    yield { invoice: invoiceOf(number, { totalAmount: "-5.00" }), customer: acme };
  }
}

/** One row, and then nothing until it is ended. */
async function* hung(): AsyncGenerator<DownloadItem> {
  yield { invoice: invoiceOf("1"), customer: acme };
  await new Promise(() => {});
}

async function open(exports: object = {}, settings: object = {}) {
  const { delivery, config } = await bench.open(sourceOf(onePdfEach).source, { exports, ...settings });
  const ended = async (id: string, by = viewer): Promise<ExportJob> => {
    await expect.poll(async () => (await delivery.exports.find(id, by))?.endedAt).toBeTypeOf("string");
    return (await delivery.exports.find(id, by)) as ExportJob;
  };
  const textOf = async (job: ExportJob) => {
    const link = job.file === null ? null : await delivery.linkTo(job.file, viewer);
    return (await fetch(link?.url ?? "")).text();
  };
  return { delivery, exports: delivery.exports, config, ended, textOf };
}

describe("an export", () => {
  it("as CSV makes formulas harmless, and leaves negative amounts numbers", async () => {
    const { exports, ended, textOf } = await open();

    const { id } = await exports.start(orderOf(three));
    const [head = "", ...rows] = (await textOf(await ended(id))).trimEnd().split("\r\n");

    const at = (name: string) => head.split(",").indexOf(name);
    const cells = rows.map((row) => row.split(","));
    expect(cells.map((row) => row[at("number")])).toEqual(["'=1+1", "-2", "3"]);
    expect(cells.map((row) => row[at("totalAmount")])).toEqual(["-5.00", "-5.00", "-5.00"]);
  });

  it.each([
    ["JSON", '{"schema":"invoicegraph.export/1","invoices":[\n],"isComplete":true,"sources":[]}\n'],
    ["JSONL", ""],
  ] as const)("of nothing as %s is well formed", async (format, text) => {
    const { exports, ended, textOf } = await open();

    const { id } = await exports.start(orderOf(async function* () {}, { format }));

    expect(await textOf(await ended(id))).toBe(text);
  });

  it("that throws is FAILED with a named failure, tells operators of surprises, and leaves nothing", async () => {
    const problems: Failure[] = [];
    const { delivery, config } = await bench.open(
      sourceOf(onePdfEach).source,
      {},
      {
        onProblem: (failure) => problems.push(failure),
      },
    );

    const jobs = [];
    for (const thrown of [new Failure("SOURCE_TIMEOUT"), new TypeError("secret")]) {
      const { id } = await delivery.exports.start(throwing(thrown));
      await expect.poll(async () => (await delivery.exports.find(id, viewer))?.status).toBe("FAILED");
      jobs.push(await delivery.exports.find(id, viewer));
    }
    const { id } = await delivery.exports.start({
      ...throwing(null),
      read: () => {
        throw new TypeError("at once");
      },
    });

    await expect.poll(async () => (await delivery.exports.find(id, viewer))?.failure?.code).toBe("INTERNAL");
    expect(jobs.map((job) => job?.failure?.code)).toEqual(["SOURCE_TIMEOUT", "INTERNAL"]);
    expect(JSON.stringify(jobs)).not.toContain("secret");
    expect(problems.map(({ code }) => code)).toEqual(["INTERNAL", "INTERNAL"]);
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
    expect(await readdir(`${config.folder}/files`)).toEqual([]);
  });

  it("whose source hangs ends at its deadline, and says what to do", async () => {
    const { exports, ended, config } = await open({ timeoutMs: 2_000 });

    const { id } = await exports.start(orderOf(hung));
    const job = await ended(id);

    expect(job).toMatchObject({ status: "FAILED", rowsWritten: 1, failure: { code: "DEADLINE_EXCEEDED" } });
    expect(job.failure?.message).toBe(
      "The export did not end within 2 s: narrow its filter, or ask for rows INVOICES.",
    );
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
  });

  it("is ended, with its upstream calls, when the service closes, and may be ordered again", async () => {
    const { delivery, exports, config } = await open();
    const calls: Call[] = [];
    const { id } = await exports.start(orderOf((call) => (calls.push(call), hung())));
    const waiting = await exports.start(orderOf(hung));

    await delivery.close();

    expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
    const interrupted = { status: "FAILED", failure: { code: "EXPORT_INTERRUPTED", retryable: true } };
    expect(await exports.find(id, viewer)).toMatchObject(interrupted);
    expect(await exports.find(waiting.id, viewer)).toMatchObject(interrupted);
    expect(await readdir(`${config.folder}/incoming`)).toEqual([]);
  });

  it("that is cancelled while it waits never begins, and makes room", async () => {
    const { exports } = await open({ atOnce: 1, perViewer: 2 });
    const begun: string[] = [];
    const named = (name: string, rows: Rows = hung) => orderOf((call) => (begun.push(name), rows(call)));
    const first = await exports.start(named("first"));
    const second = await exports.start(named("second"));

    const cancelled = await exports.cancel(second.id, viewer);
    await exports.cancel(first.id, viewer);
    const third = await exports.start(named("third", three));

    expect(cancelled).toMatchObject({ status: "CANCELLED", startedAt: null });
    await expect.poll(async () => (await exports.find(third.id, viewer))?.status).toBe("READY");
    expect(begun).toEqual(["first", "third"]);
    expect(await exports.cancel(third.id, viewer)).toMatchObject({ status: "READY" });
  });

  it("of a credential that has moved to another customer is nobody's", async () => {
    const { exports } = await open();
    const { id } = await exports.start(orderOf(hung));

    for (const other of [
      bob,
      { ...viewer, customerId: "other" },
      { ...viewer, role: "CUSTOMER_SERVICE" as const },
    ]) {
      expect(await exports.find(id, other)).toBeNull();
      expect(await exports.cancel(id, other)).toBeNull();
    }
    await expect.poll(async () => (await exports.find(id, viewer))?.status).toBe("RUNNING");
  });
});

describe("the limits", () => {
  it("hold for 50 who order at once", async () => {
    const { exports } = await open({ perViewer: 3, inAll: 5 });

    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => exports.start(orderOf(hung, { viewer: n % 2 ? viewer : bob }))),
    );

    const refused = results.flatMap((each) => (each.status === "rejected" ? [each.reason as Failure] : []));
    expect(results.length - refused.length).toBe(5);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["LIMIT_EXCEEDED"]));
    expect(refused.some(({ message }) => message.startsWith("You have 3 exports"))).toBe(true);
    expect(refused.some(({ message }) => message.startsWith("There are 5 exports"))).toBe(true);
  });

  it("do not count what came to nothing, which is forgotten in the end", async () => {
    let now = 0;
    const book = createExportBook(() => now);
    const limits = { perViewer: 1, inAll: 1 };

    for (let n = 0; n < 3_000; n++) {
      expect(await book.admit(jobOf(`${n}`, { viewer, status: "RUNNING" }), limits)).toBeNull();
      await book.save(
        jobOf(`${n}`, { viewer, status: "CANCELLED", expiresAt: new Date(1_000).toISOString() }),
      );
    }
    const [first, last] = [await book.find("0"), await book.find("2999")];
    now = 1_000;

    expect(first).toBeNull();
    expect(last).toMatchObject({ status: "CANCELLED" });
    expect(await book.find("2999")).toBeNull();
  });
});

describe("turns", () => {
  it("are taken so that nobody waits behind another's second", async () => {
    const queue = createQueue(2);
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const task = (name: string) => () => {
      begun.push(name);
      return new Promise<void>((end) => ends.push(end));
    };

    for (const name of ["a1", "a2", "a3", "b1", "a4"]) queue.add(name.slice(0, 1), task(name));
    ends[0]?.();
    await expect.poll(() => begun.length).toBe(3);
    for (let n = 1; n < 5; n++) {
      ends[n]?.();
      await new Promise((later) => setImmediate(later));
    }
    await queue.idle();

    expect(begun).toEqual(["a1", "a2", "b1", "a3", "a4"]);
  });
});

describe("memory", () => {
  it("of 200,000 invoices in 100 answers grows by at most 64 MB, in a heap that could not hold them", async () => {
    const measure = async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        "--max-old-space-size=80",
        youngSpace,
        "--expose-gc",
        "--import",
        "tsx",
        "test/support/export-process.ts",
        await bench.folder(),
        "100",
        "2000",
      ]);
      return JSON.parse(stdout);
    };

    // Garbage is collected later where the machine has no time for it.
    const report = await bestOfThree(measure, ({ grewBy }) => grewBy < 64 * 1_048_576);

    expect(report).toMatchObject({ status: "READY", failure: null, rows: 200_000 });
    expect(report.size).toBeGreaterThan(100 * 1_048_576);
    expect(report.grewBy).toBeLessThan(64 * 1_048_576);
  });
});

function throwing(thrown: unknown): ExportOrder {
  return orderOf(async function* () {
    yield { invoice: invoiceOf("1"), customer: acme };
    throw thrown;
  });
}
