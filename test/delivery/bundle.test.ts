import { createReadStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { writeBundle } from "../../src/delivery/bundle.ts";
import type { StoredFile } from "../../src/delivery/store.ts";
import { createBench } from "../support/delivery.ts";

const bench = createBench();
afterEach(() => bench.close());

const file = { id: "x", size: 5_000_000, contentType: "application/pdf" } as StoredFile;
const entries = ["a.pdf", "b.pdf"].map((path) => ({ path, file }));

describe("a zip that is being read", () => {
  it("closes the file it reads from when it is left in the middle", async () => {
    const path = join(await bench.folder(), "data");
    await writeFile(path, Buffer.alloc(file.size));
    const open: ReturnType<typeof createReadStream>[] = [];
    const read = async () => {
      const stream = createReadStream(path);
      open.push(stream);
      return stream;
    };

    for await (const _ of writeBundle(entries, {}, { read, now: 0 })) if (open.length > 0) break;

    await expect.poll(() => open.map(({ closed }) => closed)).toEqual([true]);
  });

  it.each([
    ["is gone", async () => null],
    ["cannot be opened", async () => Promise.reject(new Error("EIO"))],
    ["cannot be read to its end", async () => createReadStream("/")],
  ])("fails when a file in it %s, instead of ending early", async (_what, read) => {
    const bytes = writeBundle(entries, {}, { read, now: 0 });

    await expect(bytes.toArray()).rejects.toThrow(/\w/);
  });

  it("fails when a file in it is shorter than it was said to be", async () => {
    const path = join(await bench.folder(), "data");
    await writeFile(path, "short");

    const bytes = writeBundle(entries, {}, { read: async () => createReadStream(path), now: 0 });

    await expect(bytes.toArray()).rejects.toThrow("unexpected number of bytes");
    expect(await readdir(join(path, ".."))).toEqual(["data"]);
  });
});
