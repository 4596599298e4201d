import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { watchDirectory } from "../../src/directory/watch.ts";

const disk = vi.hoisted(() => ({ failures: 0 }));

vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const readFile = (path: string) =>
    disk.failures-- > 0
      ? Promise.reject(Object.assign(new Error("too many open files"), { code: "EMFILE" }))
      : real.readFile(path);
  return { ...real, readFile };
});

it("reads a changed file again that could not be read, though it stays the same, and says so once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-unreadable-"));
  const path = join(folder, "customers.txt");
  await writeFile(path, "a");
  const told: string[] = [];
  const directory = watchDirectory(path, {
    initial: { customers: [], version: null },
    read: (bytes) => ({
      customers: [{ key: bytes.toString(), name: "A customer", parentKey: null, accounts: [] }],
    }),
    settleMs: 20,
    pollMs: 50,
    onNotice: ({ message }) => told.push(message),
  });
  await vi.waitFor(() => expect(told).toHaveLength(1), 30_000);

  disk.failures = 3;
  await writeFile(path, "b");
  await vi.waitFor(async () => expect(await directory.page(null, 9)).toMatchObject([{ key: "b" }]), 30_000);
  await directory.close();
  await rm(folder, { recursive: true });

  expect(told.slice(1)).toEqual([
    "customers.txt cannot be read (EMFILE); the last good list of 1 customers stays.",
    "customers.txt has changed: 1 customers are known now.",
  ]);
});
