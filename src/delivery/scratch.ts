/** Files on their way in: local, private, and gone when the work on them ends. */
import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import { abortable } from "./abortable.ts";
import { makeFolder } from "./make-folder.ts";

/** A file that was written to its end. */
export interface ScratchFile {
  /** A folder that holds nothing else. */
  readonly folder: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** How much of a body is taken, and what is thrown when there is more. */
export interface WriteLimits {
  readonly maxBytes: number;
  readonly tooLarge: () => Failure;
  readonly signal: EndSignal;
}

/** The area for files on their way in. */
export interface Scratch {
  /** Writes a body to its end, to the disk itself, hashing on the way; leaves nothing behind when it fails. */
  write(body: AsyncIterable<Uint8Array>, limits: WriteLimits): Promise<ScratchFile>;
  /** Removes the file; harmless when it is gone. */
  drop(file: ScratchFile): Promise<void>;
}

/** The name of the bytes within a scratch folder and within a stored file's folder. */
export const dataName = "data";

const ownName = /^(\w+)\.(\d+)\.[0-9a-z]+\.\d+$/;
const abandonedAfterMs = 3_600_000;

/** Opens the area below `folder`, and clears away what processes that died have left there. */
export async function openScratch(folder: string): Promise<Scratch> {
  const area = await makeArea(folder, "incoming");
  await removeAbandoned(area);
  // A start's own mark: within a container every process may have the same id, and two may start in the same millisecond.
  const run = `${hostWord()}.${process.pid}.${Date.now().toString(36)}${randomBytes(4).toString("hex")}`;
  let count = 0;

  return {
    async write(body, limits) {
      const own = join(area, `${run}.${count++}`);
      const path = join(own, dataName);
      try {
        return { folder: own, path, ...(await writeFile(path, body, limits)) };
      } catch (thrown) {
        await rm(own, { recursive: true, force: true });
        throw diskFailure(thrown);
      }
    },
    async drop(file) {
      await rm(file.folder, { recursive: true, force: true });
    },
  };
}

/** Makes an area of that name below `folder`, and gives its path; throws a sentence where it cannot be made. */
export async function makeArea(folder: string, name: string): Promise<string> {
  const area = join(folder, name);
  try {
    await makeFolder(area);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown reason";
    throw new Error(
      `Files cannot be kept in ${folder} (${code}): let this user write there, or name another folder in delivery.folder.`,
      { cause },
    );
  }
  return area;
}

async function writeFile(
  path: string,
  body: AsyncIterable<Uint8Array>,
  { maxBytes, tooLarge, signal }: WriteLimits,
) {
  const hash = createHash("sha256");
  let size = 0;
  let handle: FileHandle | null = null;
  try {
    for await (const chunk of abortable(body, signal)) {
      // Not before: a body of which nothing was taken cannot be left, so that its source would be blamed for our disk.
      handle ??= await create(path);
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge();
      hash.update(chunk);
      await writeWhole(handle, chunk);
    }
    handle ??= await create(path);
    await handle.sync();
  } finally {
    await handle?.close();
  }
  return { size, sha256: hash.digest("hex") };
}

async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { mode: 0o700 });
  return open(path, "wx", 0o600);
}

// FileHandle.write may write less than it was given, for instance on a disk that is filling up.
async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done);
    done += bytesWritten;
  }
}

// EFBIG: more than this process may write into one file, or than the file system can hold in one. EMFILE, ENFILE: too many are open.
const diskCodes = new Set<unknown>([
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
  "EROFS",
  "EIO",
  "EACCES",
  "EMFILE",
  "ENFILE",
]);

/** A failure of the disk by its name; anything else as it is. */
export function diskFailure(thrown: unknown): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  if (!diskCodes.has(code)) return thrown;
  return new Failure("STORAGE_UNAVAILABLE", { detail: `disk: ${String(code)}`, cause: thrown });
}

async function removeAbandoned(area: string): Promise<void> {
  for (const name of await readdir(area)) {
    const path = join(area, name);
    const [own, host, pid] = ownName.exec(name) ?? [];
    if (own === undefined) continue;
    const oursAndDead = host === hostWord() && !isOtherLiving(Number(pid));
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (oursAndDead || Date.now() - changedAt > abandonedAfterMs)
      await rm(path, { recursive: true, force: true });
  }
}

function isOtherLiving(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it lives under another user.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

function hostWord(): string {
  return hostname().replaceAll(/\W/g, "_");
}
