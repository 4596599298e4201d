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

/** What the rig asks a process: how much it has used, or to profile itself for so long into a file. */
export type Question = "usage" | { readonly profileMs: number; readonly path: string };

/** Listens on a free port of this machine only, and answers the rig from then on. */
export function listening(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) ready(`http://127.0.0.1:${address.port}`);
  });
}

/** Tells the rig that this process is ready, and answers each of its messages with what was used so far. */
export function ready(url: string): void {
  process.on("message", (message: Question) => {
    if (message === "usage") process.send?.(usage());
    else void profile(message.profileMs, message.path);
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ url });
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
