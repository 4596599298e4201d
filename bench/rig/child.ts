/** What a measured process tells of itself: where it listens, how much it has worked, how much memory it holds. */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import type { Server } from "node:net";

/** What a process has used so far. */
export interface Usage {
  /** Of all its threads, in microseconds. */
  readonly cpu: number;
  /** In bytes. */
  readonly rss: number;
}

/** What the event loop and the memory went through while they were watched. */
export interface Watched {
  /** The longest time that the loop did not come round, no more than the process worked in it: the rest is other processes'. */
  readonly longestBlockMs: number;
  /** How far the memory rose above where it was, in bytes. */
  readonly grownBytes: number;
}

/** What the rig asks a process: how much it has used, to watch itself until told otherwise, or to profile itself for so long into a file. */
export type Question = "usage" | "watch" | "unwatch" | { readonly profileMs: number; readonly path: string };

/** Listens on a free port of this machine only, and answers the rig from then on. */
export function listening(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) ready(`http://127.0.0.1:${address.port}`);
  });
}

/** Tells the rig that this process is ready, and answers each of its messages with what was used so far. */
export function ready(url: string, more: object = {}): void {
  let unwatch: () => Watched | null = () => null;
  process.on("message", (message: Question) => {
    if (message === "usage") process.send?.(usage());
    else if (message === "watch") {
      unwatch = watch();
      process.send?.("watching");
    } else if (message === "unwatch") process.send?.(unwatch());
    else void profile(message.profileMs, message.path);
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url, ...more });
}

/** The one argument that the rig gave to this process. */
export function given<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, rss: process.memoryUsage.rss() };
}

async function profile(ms: number, path: string): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  setTimeout(async () => {
    const { profile: seen } = await session.post("Profiler.stop");
    writeFileSync(path, JSON.stringify(seen));
    process.send?.("profiled");
  }, ms);
}

function watch(): () => Watched {
  const idle = process.memoryUsage.rss();
  let last = performance.now();
  let lastCpu = process.cpuUsage();
  let longestBlockMs = 0;
  let peak = idle;
  const look = () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(lastCpu);
    longestBlockMs = Math.max(longestBlockMs, Math.min(now - last - 1, (user + system) / 1_000));
    peak = Math.max(peak, process.memoryUsage.rss());
    last = performance.now();
    lastCpu = process.cpuUsage();
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return { longestBlockMs, grownBytes: peak - idle };
  };
}
