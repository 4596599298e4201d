/** A directory kept in a file: read again when the file changes, and never made worse by a broken edit. */
import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Directory } from "../model/directory.ts";
import { createDirectory, type CustomerEntry } from "./create.ts";
import type { Notice } from "./notice.ts";

/** What watching depends on. */
export interface WatchOptions {
  /** The customers to begin with, and the SHA-256 of the file they came from (null: unknown). */
  readonly initial: { readonly customers: readonly CustomerEntry[]; readonly version: string | null };
  /** The customers in a file, or what is wrong with it. */
  readonly read: (
    bytes: Buffer,
  ) =>
    | { readonly customers: readonly CustomerEntry[] }
    | { readonly mistakes: readonly { readonly message: string; readonly line?: number }[] };
  readonly onNotice: (notice: Notice) => void;
  /** How often the file is looked at where the system reports no changes. Default 2,000. */
  readonly pollMs?: number;
  /** How long a file must stay the same before it is read, so that no half-written one is. Default 100. */
  readonly settleMs?: number;
}

// A reading that blocks the process for longer deserves a word.
const slowMs = 1_000;

/** Starts with `initial` and swaps in the file's customers, all at once, whenever the file changes and is right. */
export function watchDirectory(path: string, options: WatchOptions): Directory {
  const { onNotice, read, pollMs = 2_000, settleMs = 100 } = options;
  const name = basename(path);
  let current = createDirectory(options.initial.customers);
  let count = options.initial.customers.length;
  let version = options.initial.version;
  let seen: string | null = null;
  let isChecking = false;
  let isAskedAgain = false;
  let lastFault: string | null = null;
  const closing = new AbortController();
  const { signal } = closing;

  async function look(): Promise<void> {
    const stamp = await settled();
    if (signal.aborted || stamp === seen) return;
    if (stamp === gone) {
      seen = stamp;
      version = null;
      return keep("is gone");
    }
    const bytes = await readFile(path);
    // Only now: a reading that failed must be tried again, though the file stays the same.
    seen = stamp;
    const next = createHash("sha256").update(bytes).digest("hex");
    if (signal.aborted || next === version) return;
    version = next;
    const startedAt = performance.now();
    const result = read(bytes);
    if ("mistakes" in result) {
      const [first] = result.mistakes;
      const more = result.mistakes.length > 1 ? ` (and ${result.mistakes.length - 1} more)` : "";
      const line = first?.line === undefined ? "" : `line ${first.line}: `;
      return keep(`was not taken: ${line}${(first?.message ?? "it is not right").replace(/\.$/, "")}${more}`);
    }
    current = createDirectory(result.customers);
    count = result.customers.length;
    onNotice({ level: "info", message: `${name} has changed: ${count} customers are known now.` });
    const tookMs = performance.now() - startedAt;
    if (tookMs > slowMs) {
      const hint = name.endsWith(".json") ? "" : "; as JSON, in a file named .json, it would be read faster";
      const message = `${name} took ${(tookMs / 1000).toFixed(1)} s to read, and no request was answered meanwhile${hint}.`;
      onNotice({ level: "warn", message });
    }
  }

  function keep(what: string): void {
    onNotice({ level: "warn", message: `${name} ${what}; the last good list of ${count} customers stays.` });
  }

  /** The file's stamp once two looks in a row agree, or the one already seen. */
  async function settled(): Promise<string> {
    let last = await stampOf(path);
    while (last !== seen && !signal.aborted) {
      await sleep(settleMs, undefined, { ref: false });
      const next = await stampOf(path);
      if (next === last) return next;
      last = next;
    }
    return last;
  }

  async function check(): Promise<void> {
    if (isChecking) {
      isAskedAgain = true;
      return;
    }
    isChecking = true;
    try {
      do {
        isAskedAgain = false;
        await look();
        lastFault = null;
      } while (isAskedAgain && !signal.aborted);
    } catch (thrown) {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
      if (code !== lastFault) keep(`cannot be read (${code})`);
      lastFault = code;
    } finally {
      isChecking = false;
    }
  }

  const timer = setInterval(() => void check(), pollMs).unref();
  const watcher = watchFolder(dirname(path), () => void check());
  void check();

  return {
    customers: (keys) => current.customers(keys),
    owners: (accounts) => current.owners(accounts),
    children: (parentKeys) => current.children(parentKeys),
    page: (after, limit) => current.page(after, limit),
    version: () => current.version?.() ?? null,
    close() {
      closing.abort();
      clearInterval(timer);
      watcher?.close();
      return current.close();
    },
  };
}

const gone = "gone";

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return gone;
    throw thrown;
  }
}

// The folder, not the file: editors and Kubernetes put a new file in the old one's place. The timer is the safety net.
function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(folder, { persistent: false }, onChange).on("error", () => undefined);
  } catch {
    return null;
  }
}
