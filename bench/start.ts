/** From `npm start` to the first answer of the sandbox, after an install, again and after a change, and what the process holds when it idles. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { median } from "./rig/rounds.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** One start. */
export interface Start {
  /** Milliseconds to the first answer. */
  readonly answerMs: number;
  /** CPU of all its processes until then, in milliseconds; null where the system does not tell. */
  readonly cpuMs: number | null;
  /** Of the serving process five seconds later; null when nobody waited for it. */
  readonly idleMb: number | null;
}

export interface Starting {
  /** The first one, with what `npm ci` has packed at its end. */
  readonly installed: Start;
  /** With the same once more. */
  readonly again: Start;
  /** After a change: what is run has to be packed first. */
  readonly changed: Start;
  /** What `npm ci` takes longer for packing, in milliseconds. */
  readonly prepareMs: number;
}

/** Starts it in each of the ways, so many times in turn: the medians. */
export async function measureStart(times: number): Promise<Starting> {
  const installed: Start[] = [];
  const again: Start[] = [];
  const changed: Start[] = [];
  const prepared: number[] = [];
  for (let i = 0; i < times; i++) {
    forgetPacked();
    changed.push(await startOnce(false));
    forgetPacked();
    prepared.push(prepare());
    installed.push(await startOnce(i === 0));
    again.push(await startOnce(false));
  }
  return {
    installed: medians(installed),
    again: medians(again),
    changed: medians(changed),
    prepareMs: median(prepared),
  };
}

function medians(all: readonly Start[]): Start {
  const cpuMs = all.flatMap((each) => each.cpuMs ?? []);
  return {
    answerMs: median(all.map(({ answerMs }) => answerMs)),
    cpuMs: cpuMs.length === 0 ? null : median(cpuMs),
    idleMb: all[0]?.idleMb ?? null,
  };
}

function forgetPacked(): void {
  rmSync(`${root}node_modules/.cache/invoicegraph.mjs`, { force: true });
}

// As npm does at the end of `npm ci`.
function prepare(): number {
  const begun = performance.now();
  execFileSync("npm", ["run", "--silent", "prepare"], { cwd: root, stdio: "ignore" });
  return performance.now() - begun;
}

async function startOnce(isIdleWanted: boolean): Promise<Start> {
  const begun = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  try {
    const { url, key } = await greeting(child.stdout);
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key },
      body: JSON.stringify({ query: "{ invoices(first: 5) { totalCount nodes { number totalAmount } } }" }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const answerMs = performance.now() - begun;
    const group = child.pid ?? 0;
    const cpuMs = cpuOf(group);
    if (isIdleWanted) await sleep(5_000);
    return { answerMs, cpuMs, idleMb: isIdleWanted ? largestMb(group) : null };
  } finally {
    const isEnded = once(child, "exit");
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await isEnded;
  }
}

async function greeting(output: Readable): Promise<{ url: string; key: string }> {
  let text = "";
  // Left open: a process that cannot write its log any more would end.
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const url = /GraphiQL {3}(http:\S+)\/graphql/.exec(text)?.[1];
    const key = /^API keys[^\n]*\n {2}(\S+)/m.exec(text)?.[1];
    if (url !== undefined && key !== undefined) return { url, key };
  }
  throw new Error(`npm start ended: ${text}`);
}

/** The folders in /proc of a group's processes; none where there is no /proc. */
function processesOf(group: number): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && statOf(name)[2] === String(group));
  } catch {
    return [];
  }
}

// What follows the name in parentheses: state, parent, group, …
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return [];
  }
}

function cpuOf(group: number): number | null {
  const ticks = processesOf(group).map((pid) => {
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = statOf(pid)
      .slice(11, 15)
      .map(Number);
    return user + system + childrenUser + childrenSystem;
  });
  // A tick is 10 ms on every Linux that Node runs on.
  return ticks.length === 0 ? null : ticks.reduce((sum, each) => sum + each, 0) * 10;
}

function largestMb(group: number): number | null {
  const sizes = processesOf(group).map((pid) => {
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1_000;
  });
  return sizes.length === 0 ? null : Math.max(...sizes);
}
