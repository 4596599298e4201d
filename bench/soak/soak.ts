/** Rounds of mixed load on one service in a process of its own: how its heap grows, and what it leaves open at its end. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startSimulators } from "../../src/simulators/index.ts";
import { mixedLoad, type Target } from "./load.ts";

export interface Soaked {
  /** Bytes after garbage collection: after a first round that warms up, then after each round. */
  readonly heaps: readonly number[];
  /** How often each thing was done in all rounds. */
  readonly done: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
  /** What kept the process alive when the service was closed. */
  readonly left: readonly string[];
  /** How long it took to end by itself from then on, in milliseconds; null: it had to be killed. */
  readonly endedMs: number | null;
}

const endsWithinMs = 60_000;

/** Soaks it. `onRound` is told the heap after each. */
export async function soak(
  rounds: number,
  roundMs: number,
  onRound: (heap: number) => void = () => {},
): Promise<Soaked> {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-soak-"));
  const simulators = await startSimulators({ each: { akamai: { requestsPerMinute: 1_000_000 } } });
  const config = {
    ...simulators.config(),
    server: { host: "127.0.0.1", port: 0 },
    delivery: {
      folder,
      // So that exports and files come and go within a round.
      links: { ttlSeconds: 2 },
      exports: { keepSeconds: 1, perViewer: 1_000, inAll: 1_000 },
    },
    telemetry: { metrics: { port: 0 } },
  };
  const child = fork(
    fileURLToPath(new URL("../servers/soaked.ts", import.meta.url)),
    [JSON.stringify(config)],
    {
      execArgv: ["--expose-gc", "--import", "tsx"],
    },
  );
  const exit = once(child, "exit");
  try {
    const target = await told<Target>(child);
    const heaps: number[] = [];
    const done = new Map<string, number>();
    const wrong: string[] = [];
    for (let round = 0; round <= rounds; round++) {
      const tally = await mixedLoad(target, roundMs);
      for (const [name, count] of tally.done) done.set(name, (done.get(name) ?? 0) + count);
      wrong.push(...tally.wrong);
      for (const each of [simulators.flolive, simulators.akamai, simulators.v6, simulators.ddapi])
        each.clearLog();
      child.send("heap");
      const { heap } = await told<{ heap: number }>(child);
      heaps.push(heap);
      onRound(heap);
    }
    child.send("close");
    const { left } = await told<{ left: string[] }>(child);
    const closedAt = performance.now();
    const hasEnded = await Promise.race([exit.then(() => true), sleep(endsWithinMs, false, { ref: false })]);
    return { heaps, done, wrong, left, endedMs: hasEnded ? performance.now() - closedAt : null };
  } finally {
    child.kill("SIGKILL");
    await simulators.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** By how much the heap grew from the first round after the warm-up to the last, such as 0.01. */
export function growthOf([, first = Number.NaN, ...later]: readonly number[]): number {
  return (later.at(-1) ?? Number.NaN) / first - 1;
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}
