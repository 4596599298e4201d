/** Starts what is measured: each server in a process of its own, pinned to one core, away from the load and the upstream. */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { engineOptions } from "../../scripts/engine.ts";
import type { Question, Usage, Watched } from "./child.ts";

/** The core of what is measured, the one of everything else, and all there are. */
export const cores = {
  measured: "0",
  others: cpus().length > 1 ? "1" : "0",
  all: `0-${cpus().length - 1}`,
};

const hasTaskset = spawnSync("taskset", ["-p", String(process.pid)]).status === 0;

/** A process under way. */
export interface Running {
  readonly url: string;
  /** What else the process told when it was ready. */
  readonly told: Readonly<Record<string, unknown>>;
  usage(): Promise<Usage>;
  /** What happened in the process while this was done. */
  watch(during: () => Promise<unknown>): Promise<Watched>;
  /** Writes a CPU profile of the next so many milliseconds to that file. */
  profile(profileMs: number, path: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ProcessOptions {
  /** The built script. */
  readonly script: string;
  /** What `given()` reads there. */
  readonly argument?: unknown;
  readonly core?: string;
}

/** Pins a process to a core, where the machine can. */
export function pin(pid: number, core: string): void {
  if (hasTaskset) spawnSync("taskset", ["-a", "-cp", core, String(pid)]);
}

/** Is every process kept to its own core? */
export function isPinned(): boolean {
  return hasTaskset && cores.measured !== cores.others;
}

/** Starts a script and waits until it listens. Throws when it ends before. */
export async function start({ script, argument, core }: ProcessOptions): Promise<Running> {
  const child = fork(script, [JSON.stringify(argument ?? {})], {
    execArgv: [...engineOptions],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  if (child.pid !== undefined) pin(child.pid, core ?? cores.measured);
  const told = await reply<{ url: string }>(child);
  const ask = (question: Question) => child.send(question);
  return {
    url: told.url,
    told,
    async usage() {
      ask("usage");
      return await reply<Usage>(child);
    },
    async watch(during) {
      ask("watch");
      await reply(child);
      await during();
      ask("unwatch");
      return await reply<Watched>(child);
    },
    async profile(profileMs, path) {
      ask({ profileMs, path });
      await reply(child);
    },
    async stop() {
      child.disconnect();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

async function reply<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const gone = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs[1]} ended with ${String(code)}`);
  });
  gone.catch(() => {});
  const [message] = (await Promise.race([once(child, "message", { signal: ended.signal }), gone])) as [T];
  ended.abort();
  return message;
}
