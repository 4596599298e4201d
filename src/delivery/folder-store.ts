/** The store in a folder: one folder for each file, made elsewhere and moved into place in a single step. */
import { constants } from "node:fs";
import { type FileHandle, open, opendir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createQuota } from "./quota.ts";
import { dataName, diskFailure, makeArea } from "./scratch.ts";
import { createFileId, expiryOf, type Store, type StoredFile } from "./store.ts";

const factsName = "facts.json";

/** Where, how much, and what time it is. */
export interface FolderStoreOptions {
  /** Also holds the scratch area: moving a file into place is a rename within one disk. */
  readonly folder: string;
  readonly quotaBytes: number;
  readonly now: () => number;
}

/** Opens the folder, makes it where it is missing, and sweeps it once. */
export async function openFolderStore({ folder, quotaBytes, now }: FolderStoreOptions): Promise<Store> {
  const area = await makeArea(folder, "files");
  const quota = createQuota(quotaBytes);

  const store: Store = {
    async put(file, facts) {
      let taken = 0;
      try {
        quota.take(file.size);
        taken = file.size;
        const id = createFileId(facts.expiresAt);
        const stored: StoredFile = { id, size: file.size, sha256: file.sha256, ...facts };
        await writeFile(join(file.folder, factsName), JSON.stringify(stored), { mode: 0o600, flush: true });
        await syncFolder(file.folder);
        await rename(file.folder, join(area, id));
        await syncFolder(area);
        return stored;
      } catch (thrown) {
        quota.give(taken);
        await rm(file.folder, { recursive: true, force: true });
        throw diskFailure(thrown);
      }
    },

    async find(id) {
      const expiresAt = expiryOf(id);
      if (expiresAt === null || expiresAt <= now()) return null;
      const text = await unlessMissing(readFile(join(area, id, factsName), "utf8"));
      return text === null ? null : (JSON.parse(text) as StoredFile);
    },

    async read(file, range) {
      if (expiryOf(file.id) === null) return null;
      const handle = await unlessMissing(
        open(join(area, file.id, dataName), constants.O_RDONLY | constants.O_NOFOLLOW),
      );
      return handle === null ? null : streamOf(handle, file.size, range);
    },

    async presign() {
      return null;
    },

    async sweep() {
      let used = 0;
      let removed = 0;
      for await (const { name } of await opendir(area)) {
        const path = join(area, name);
        const expiresAt = expiryOf(name);
        // Whatever is not named by us is not ours to remove.
        if (expiresAt === null) continue;
        if (expiresAt <= now()) {
          await rm(path, { recursive: true, force: true });
          removed++;
        } else used += (await unlessMissing(stat(join(path, dataName))))?.size ?? 0;
      }
      quota.set(used);
      return removed;
    },

    async close() {},
  };
  await store.sweep();
  return store;
}

async function streamOf(
  handle: FileHandle,
  size: number,
  range: { first: number; last: number } | undefined,
) {
  const found = await handle.stat();
  // Cannot happen while files are moved into place whole; a disk that was repaired or restored may disagree.
  if (found.size !== size) {
    await handle.close();
    return null;
  }
  const ends = range === undefined ? {} : { start: range.first, end: range.last };
  const stream: Readable = handle.createReadStream({ ...ends, highWaterMark: 256 * 1024 });
  return stream;
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return null;
    throw diskFailure(thrown);
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
