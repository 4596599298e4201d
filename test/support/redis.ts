/** A Redis of a test's own: started on a free port, frozen, thawed and killed at will. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { freePort } from "./ports.ts";

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** A client of the test's own. */
  readonly client: Redis;
  /** Hangs it (SIGSTOP). */
  freeze(): void;
  /** Lets it go on (SIGCONT). */
  thaw(): void;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Is there a Redis server on this machine? Says so aloud when there is none. */
export const hasRedis = findRedis();

function findRedis(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    process.stderr.write("redis-server is not installed: the tests that need a real Redis are SKIPPED.\n");
    return false;
  }
}

const running = new Set<ChildProcess>();
// Also when a test ended before it could.
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts it, with more arguments of redis-server where they are given; close it when done. */
export async function startRedis(more: readonly string[] = []): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "invoicegraph-redis-"));
  const args = ["--dir", folder, ...more];
  let child = await start(port, args);
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 50 });
  client.on("error", () => {});
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    client,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    kill,
    async restart() {
      child = await start(port, args);
    },
    async close() {
      client.disconnect();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(port: number, more: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...more],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  running.add(child);
  child.once("exit", () => running.delete(child));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`redis-server did not start on port ${port}`)));
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ready to accept connections")) resolve();
    });
  });
  return child;
}
