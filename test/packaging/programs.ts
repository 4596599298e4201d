/** Programs that the tests of packaging run: to their end, or until the test is over; as another user where possible. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

/** The repository. */
export const root = resolve(import.meta.dirname, "../..");

/** The numbered user of the Dockerfile; nothing where this process may not become another. */
export const otherUser: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 1_000, gid: 1_000 } : {};

interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

function launch([program = "", ...args]: readonly string[], { env = {}, ...where }: Where) {
  const child = spawn(program, args, {
    ...where,
    env: { PATH: process.env["PATH"], HOME: tmpdir(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  // What it printed last may come after its end.
  const closed = once(child, "close");
  return { child, ended, closed, printed: () => out, complained: () => err };
}

/** Runs it to its end; its exit code and what it printed. */
export async function run(words: readonly string[], where: Where) {
  const { ended, closed, printed, complained } = launch(words, where);
  const code = await ended;
  await closed;
  return { code, out: printed(), err: complained() };
}

/** Runs it to its end; what it printed. Throws what it complained of when it fails. */
export async function mustRun(words: readonly string[], where: Where): Promise<string> {
  const { code, out, err } = await run(words, where);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${out}${err}`.slice(0, 4_000));
  return out;
}

/** The same for programs that fetch from a network, which may fail them for a moment: up to three times. */
export async function mustFetch(words: readonly string[], where: Where): Promise<string> {
  return again(() => mustRun(words, where));
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await work();
    } catch (thrown) {
      if (time === 3) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
  }
}

export interface Started {
  /** What the pattern found in its output. */
  readonly match: RegExpMatchArray;
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** Starts it and waits until its output matches. */
export async function start(words: readonly string[], where: Where, pattern: RegExp): Promise<Started> {
  const { child, ended, printed, complained } = launch(words, where);
  const until = Date.now() + 90_000;
  for (;;) {
    const match = printed().match(pattern);
    if (match !== null)
      return {
        match,
        stop() {
          child.kill("SIGTERM");
          return ended;
        },
      };
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
      throw new Error(`${words.join(" ")} did not get ready: ${printed()}${complained()}`.slice(0, 4_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A folder of the system's temporary one that every user may look into. */
export function openFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `invoicegraph-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** A copy of the repository's files that are needed to build and to pack, with the packages that are installed here. */
export function copySources(folder: string): void {
  const left = new Set(["node_modules", "dist", ".git", "var", "test", "bench", "coverage"]);
  for (const name of readdirSync(root)) {
    if (!left.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

/** Takes everybody's right to write away. */
export function makeReadOnly(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    chmodSync(path, entry.isDirectory() || (statSync(path).mode & 0o100) !== 0 ? 0o555 : 0o444);
  }
  chmodSync(folder, 0o555);
}

/** The registry that npm is configured with here; null, said aloud, when it does not answer. */
export async function findRegistry(): Promise<string | null> {
  const registry = (await mustRun(["npm", "config", "get", "registry"], { cwd: root, env: npmHome })).trim();
  const url = new URL("zod", registry.replace(/\/?$/, "/"));
  const status = await again(async () => {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(20_000) });
    if (answer.status >= 500) throw new Error(`${answer.status}`);
    return answer.status;
  }).catch(() => null);
  if (status !== null) return registry;
  process.stderr.write("npm's registry does not answer: the tests that install packages are SKIPPED.\n");
  return null;
}

/** npm finds its configuration and its cache where it finds them here. */
export const npmHome: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined &&
    /^(?:HOME|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy)$/i.test(name)
      ? [[name, value]]
      : [],
  ),
);
