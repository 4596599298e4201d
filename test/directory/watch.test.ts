import { chmod, mkdir, mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CustomerEntry } from "../../src/directory/create.ts";
import type { Notice } from "../../src/directory/notice.ts";
import { watchDirectory, type WatchOptions } from "../../src/directory/watch.ts";
import type { Directory } from "../../src/model/directory.ts";

let folder: string;
let path: string;
let notices: Notice[];
let texts: string[];
let directory: Directory | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "invoicegraph-directory-"));
  path = join(folder, "customers.txt");
  notices = [];
  texts = [];
  directory = null;
  await writeFile(path, "a b");
});

afterEach(async () => {
  await directory?.close();
  await rm(folder, { recursive: true });
});

/** Keys parted by spaces; a question mark is a mistake. */
function read(bytes: Buffer) {
  const text = bytes.toString();
  texts.push(text);
  if (text.includes("?") || text === "")
    return { mistakes: [{ message: "[0].id is wrong.", line: 3 }, { message: "x" }] };
  return { customers: text.split(" ").map(entry) };
}

function readSlowly(bytes: Buffer) {
  const until = performance.now() + 1_050;
  while (performance.now() < until);
  return read(bytes);
}

function entry(key: string): CustomerEntry {
  return { key, name: key, parentKey: null, accounts: [] };
}

function start(more: Partial<WatchOptions> = {}): Directory {
  const initial = { customers: ["a", "b"].map(entry), version: null };
  directory = watchDirectory(path, {
    initial,
    read,
    settleMs: 20,
    pollMs: 60_000,
    onNotice: (one) => notices.push(one),
    ...more,
  });
  return directory;
}

async function keys(): Promise<string[]> {
  return ((await directory?.page(null, 100)) ?? []).map(({ key }) => key);
}

describe("watchDirectory", () => {
  it("sees a change, also one made by putting another file in the old one's place", async () => {
    start();
    await vi.waitFor(() => expect(texts).toEqual(["a b"]), 30_000);

    await writeFile(path, "a b c");
    await vi.waitFor(async () => expect(await keys()).toEqual(["a", "b", "c"]), 30_000);
    await writeFile(`${path}.new`, "d");
    await rename(`${path}.new`, path);
    await vi.waitFor(async () => expect(await keys()).toEqual(["d"]), 30_000);

    expect(notices.at(-1)).toEqual({
      level: "info",
      message: "customers.txt has changed: 1 customers are known now.",
    });
  });

  it("keeps the last good list through a broken edit and says so once, then heals", async () => {
    start({ pollMs: 50 });
    await vi.waitFor(() => expect(notices).toHaveLength(1), 30_000);

    await writeFile(path, "a ?");
    await vi.waitFor(() => expect(notices).toHaveLength(2), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await keys()).toEqual(["a", "b"]);
    expect(notices[1]).toEqual({
      level: "warn",
      message:
        "customers.txt was not taken: line 3: [0].id is wrong (and 1 more); the last good list of 2 customers stays.",
    });
    expect(notices).toHaveLength(2);
    await writeFile(path, "a b");
    await vi.waitFor(() => expect(notices).toHaveLength(3), 30_000);
    await writeFile(path, "e");
    await vi.waitFor(async () => expect(await keys()).toEqual(["e"]), 30_000);
  });

  it("keeps the last good list when the file is deleted, and takes it up again when it is back", async () => {
    start({ pollMs: 50 });
    await vi.waitFor(() => expect(notices).toHaveLength(1), 30_000);

    await unlink(path);
    await vi.waitFor(() => expect(notices).toHaveLength(2), 30_000);

    expect(await keys()).toEqual(["a", "b"]);
    expect(notices[1]?.message).toBe("customers.txt is gone; the last good list of 2 customers stays.");
    await writeFile(path, "f g");
    await vi.waitFor(async () => expect(await keys()).toEqual(["f", "g"]), 30_000);
  });

  it("does not read a text again that has not changed, whatever happens to the file", async () => {
    start({ pollMs: 50 });
    await vi.waitFor(() => expect(texts).toHaveLength(1), 30_000);

    await writeFile(path, "a b");
    await chmod(path, 0o600);
    await writeFile(join(folder, "another"), "x");
    await new Promise((resolve) => setTimeout(resolve, 400));

    expect(texts).toEqual(["a b"]);
  });

  it("waits until a file that is being written has settled", async () => {
    start({ settleMs: 2_000 });
    await vi.waitFor(() => expect(texts).toHaveLength(1), 30_000);

    // For longer than it waits in all.
    for (let length = 1; length <= 30; length++) {
      await writeFile(path, "a b c d".slice(0, length % 8));
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
    await writeFile(path, "a b c d");
    await vi.waitFor(async () => expect(await keys()).toHaveLength(4), 30_000);

    expect(texts).toEqual(["a b", "a b c d"]);
  });

  it("reads nothing when it is closed while a file settles", async () => {
    await start({ settleMs: 100 }).close();
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(texts).toEqual([]);
  });

  it("says nothing of a file that still is what was loaded, and is silent once closed", async () => {
    const version = "c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65";
    await start({ initial: { customers: [entry("a"), entry("b")], version }, pollMs: 30 }).page(null, 1);
    await new Promise((resolve) => setTimeout(resolve, 150));

    await directory?.close();
    await writeFile(path, "z");
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect([texts, notices]).toEqual([[], []]);
    expect(await keys()).toEqual(["a", "b"]);
  });

  it("looks by itself where the system reports no changes of the folder", async () => {
    const lost = join(folder, "not-yet", "customers.txt");
    path = lost;
    start({ pollMs: 50 });
    await vi.waitFor(() => expect(notices).toHaveLength(1), 30_000);

    await mkdir(join(folder, "not-yet"));
    await writeFile(lost, "h");

    await vi.waitFor(async () => expect(await keys()).toEqual(["h"]), 30_000);
  });

  it("says that reading took long, and how it would be faster", async () => {
    start({ read: readSlowly });
    await vi.waitFor(() => expect(notices).toHaveLength(2), 30_000);

    expect(notices[1]?.message).toMatch(
      /^customers\.txt took \d+\.\d s to read, and no request was answered meanwhile; as JSON, in a file named \.json/,
    );
  });
});
