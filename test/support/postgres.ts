/** A PostgreSQL of a test's own: made and started on a free port, frozen, thawed and killed at will. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chownSync, closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll } from "vitest";
import { freePort } from "./ports.ts";

export interface TestPostgres {
  readonly url: string;
  /** The plans of all statements since the last time that it was asked (auto_explain), the longest statements cut. */
  plans(): string[];
  /** Runs statements as the superuser; the rows of the last one. */
  run(text: string): Promise<readonly any[]>;
  /** Runs them in a transaction that stays open, with the locks that it has taken; what ends it. */
  hold(text: string): Promise<() => Promise<void>>;
  /** Hangs it and all its connections (SIGSTOP). */
  freeze(): void;
  /** Lets them go on (SIGCONT). */
  thaw(): void;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

// Debian keeps the server's own programs out of PATH.
const programs = findPrograms();

/** Is there a PostgreSQL server on this machine? Says so aloud when there is none. */
export const hasPostgres = programs !== null;

function findPrograms(): string | null {
  const versions = "/usr/lib/postgresql";
  const folders = [
    ...(process.env["PATH"] ?? "").split(":"),
    ...namesIn(versions)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(versions, version, "bin")),
  ];
  const found = folders.find((folder) => {
    const names = namesIn(folder);
    return names.includes("initdb") && names.includes("postgres");
  });
  if (found !== undefined) return found;
  process.stderr.write("postgresql is not installed: the tests that need a real PostgreSQL are SKIPPED.\n");
  return null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const running = new Set<ChildProcess>();
// Also when a test ended before it could.
afterAll(() => {
  for (const child of running) killAll(child);
});

/** Makes a new one and starts it; close it when done. */
export async function startPostgres(): Promise<TestPostgres> {
  if (programs === null) throw new Error("There is no PostgreSQL.");
  const folder = mkdtempSync(join(tmpdir(), "invoicegraph-postgres-"));
  const user = serverUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const args = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
  const made = spawnSync(join(programs, "initdb"), args, { ...user, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const log = join(folder, "log");
  let readTo = 0;
  const begin = () => start(join(programs, "postgres"), { data, folder, log, port, url, user });
  let child = await begin();

  return {
    url,
    plans() {
      const text = readFileSync(log, "utf8").slice(readTo);
      readTo += text.length;
      return text.split(/^.*LOG: {2}duration: .* plan:\n/m).slice(1);
    },
    async run(text) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        const results: pg.QueryResult | pg.QueryResult[] = await client.query(text);
        return (Array.isArray(results) ? results.at(-1)?.rows : results.rows) ?? [];
      } finally {
        await client.end();
      }
    },
    async hold(text) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`begin; ${text}`);
      return async () => {
        await client.query("commit");
        await client.end();
      };
    },
    freeze: () => void signalAll(child, "SIGSTOP"),
    thaw: () => void signalAll(child, "SIGCONT"),
    kill: () => killAll(child),
    async restart() {
      child = await begin();
    },
    async close() {
      await killAll(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// A server refuses to run as root.
function serverUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (what: "-u" | "-g", name: string) =>
    Number(execFileSync("id", [what, name], { stdio: ["ignore", "pipe", "ignore"] }).toString());
  try {
    return { uid: idOf("-u", "postgres"), gid: idOf("-g", "postgres") };
  } catch {
    return { uid: idOf("-u", "nobody"), gid: idOf("-g", "nobody") };
  }
}

interface Place {
  readonly data: string;
  readonly folder: string;
  readonly log: string;
  readonly port: number;
  readonly url: string;
  readonly user: { uid: number; gid: number } | null;
}

async function start(program: string, place: Place): Promise<ChildProcess> {
  const { data, folder, log, port, url, user } = place;
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    // Of no matter to a killed process; what was committed must outlive it.
    fsync: "off",
    full_page_writes: "off",
    session_preload_libraries: "auto_explain",
    "auto_explain.log_min_duration": 0,
    log_line_prefix: "",
    max_connections: 60,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const output = openSync(log, "a");
  const child = spawn(program, ["-D", data, ...args], {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", output],
  });
  closeSync(output);
  running.add(child);
  child.once("exit", () => running.delete(child));
  const until = Date.now() + 60_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return child;
    } catch (cause) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`PostgreSQL did not start on port ${port}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// Every connection is served by a process of its own; those that were told.
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): number[] {
  if (pid === undefined) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return [pid, ...children.map(Number)].filter((each) => {
    try {
      return process.kill(each, signal);
    } catch {
      // It ended by itself meanwhile.
      return false;
    }
  });
}

async function killAll(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // Stopped, it starts no other process while they are counted.
  child.kill("SIGSTOP");
  const killed = signalAll(child, "SIGKILL");
  await ended;
  // The memory that they share is theirs as long as one of them lives, and a new server would not start over it.
  while (killed.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isAlive(pid: number): boolean {
  try {
    // "1234 (postgres) Z …": dead, but not yet buried.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
