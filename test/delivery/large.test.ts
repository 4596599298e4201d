import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { bestOfThree } from "../support/best-of-three.ts";
import {
  createBench,
  inChunks,
  invoiceOf,
  onePdfEach,
  pdf,
  requestOf,
  sourceOf,
} from "../support/delivery.ts";
import { youngSpace } from "../support/young-space.ts";

const bench = createBench();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await bench.close();
});

const allowed = 64 * 1_048_576;

/** The process, and what it says, line by line. */
function startProcess(folder: string, ...words: string[]) {
  const child = fork("test/support/delivery-process.ts", [folder, ...words], {
    execArgv: ["--import", "tsx", youngSpace],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  return { child, said: async () => JSON.parse((await lines.next()).value) };
}

describe("memory", () => {
  it.each([
    { what: "a zip of 1 GB from 200 files", files: "200", megabytes: "5", atLeast: 200 * 5 },
    { what: "one file of 200 MB", files: "1", megabytes: "200", atLeast: 200 },
  ])("grows by at most 64 MB for $what, fetched by its link", async ({ files, megabytes, atLeast }) => {
    const measure = async () => {
      const { child, said } = startProcess(await bench.folder(), files, megabytes);
      await said();
      const made = await said();
      const hash = createHash("sha256");
      const answer = await fetch(made.file.url);
      for await (const chunk of answer.body ?? []) hash.update(chunk);
      child.send("done");
      const { grewBy } = await said();
      return { made, hash: hash.digest("hex"), grewBy };
    };

    // Garbage is collected later where the machine has no time for it.
    const { made, hash, grewBy } = await bestOfThree(measure, (measured) => measured.grewBy < allowed);

    expect(made).toMatchObject({ status: "READY", failures: [] });
    expect(made.file.size).toBeGreaterThan(atLeast * 1_048_576);
    expect(hash).toBe(made.file.sha256);
    expect(grewBy).toBeLessThan(allowed);
  });
});

describe("a process killed while it writes", () => {
  it("leaves no file behind a link, and the next one clears away what it left", async () => {
    const folder = await bench.folder();
    const { child, said } = startProcess(folder, "3", "50", "20");
    await said();
    while ((await readdir(join(folder, "incoming"))).length < 1)
      await new Promise((later) => setTimeout(later, 20));
    await new Promise((later) => setTimeout(later, 300));
    const stored = await readdir(join(folder, "files"));

    child.kill("SIGKILL");
    await new Promise((ended) => child.once("exit", ended));
    const left = await readdir(join(folder, "incoming"));
    const { delivery } = await bench.open(sourceOf(onePdfEach).source, { folder });

    expect(left.length).toBeGreaterThan(0);
    // What the warm-up has stored is whole; nothing of the three has come into view.
    expect(await readdir(join(folder, "files"))).toEqual(stored);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
    expect(await delivery.download(requestOf([invoiceOf("1")]))).toMatchObject({ status: "READY" });
  });
});

const canMount = process.getuid?.() === 0 && tryMount();
if (!canMount) process.stderr.write("SKIPPED: a full disk is not tested: mounting a tmpfs needs root\n");

describe.runIf(canMount)("a disk of 4 MB that fills up", () => {
  it("fails the file with a name, leaves nothing of it, and serves on when there is room again", async () => {
    const folder = join(await bench.folder(), "disk");
    await mkdir(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    try {
      const { source } = sourceOf(async function* (batch) {
        for (const invoice of batch)
          yield { invoices: [invoice], body: inChunks(pdf("x", Number(invoice.number) * 1_000_000)) };
      });
      const { delivery } = await bench.open(source, { folder });

      const fits = await delivery.download(requestOf([invoiceOf("1")]));
      const bursts = await delivery.download(requestOf([invoiceOf("5")]));
      const zipBursts = await delivery.download(requestOf([invoiceOf("1"), invoiceOf("2")]));
      const after = await delivery.download(requestOf([invoiceOf("0")]));
      const got = await fetch(fits.files[0]?.url ?? "");

      expect(bursts).toMatchObject({
        status: "FAILED",
        failures: [{ code: "STORAGE_UNAVAILABLE", retryable: true }],
      });
      expect(zipBursts).toMatchObject({ status: "FAILED", files: [] });
      expect(zipBursts.failures.map(({ code }) => code)).toEqual([
        "STORAGE_UNAVAILABLE",
        "STORAGE_UNAVAILABLE",
      ]);
      expect(await readdir(join(folder, "incoming"))).toEqual([]);
      expect(after.status).toBe("READY");
      expect((await got.arrayBuffer()).byteLength).toBe(fits.files[0]?.size);
    } finally {
      execFileSync("umount", ["-l", folder]);
    }
  });
});

function tryMount(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", "/mnt"], { stdio: "ignore" });
    execFileSync("umount", ["/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
