/** `npm run bench:profile -- [cold|warm|repeated] [big|small|merged]`: where our CPU goes, by function and by room. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.ts";
import { cold, startOurs, startUpstream, warm } from "./compare.ts";
import { burst } from "./rig/client.ts";
import { cores, pin } from "./rig/processes.ts";
import { plainTable } from "./rig/table.ts";
import { shotOf, workloads } from "./workloads.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const sections = { cold, warm, repeated: {} };
const [, , temperature = "cold", kind = "big"] = process.argv;
const workload = workloads[kind as keyof typeof workloads];

pin(process.pid, cores.others);
build();
const folder = mkdtempSync(join(tmpdir(), "invoicegraph-profile-"));
const path = join(folder, "profile.json");
const upstream = await startUpstream();
const ours = await startOurs(upstream, sections[temperature as keyof typeof sections]);
const shot = shotOf(ours.url, workload);
await burst(shot, workload.connections, 3_000);
await Promise.all([burst(shot, workload.connections, 5_500), ours.profile(5_000, path)]);
await ours.stop();
await upstream.stop();
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, "utf8")) as Profile;
rmSync(folder, { recursive: true });

const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
const byFunction = new Map<string, number>();
const byRoom = new Map<string, number>();
let all = 0;
for (const [index, id] of samples.entries()) {
  const { functionName, url, lineNumber } = frames.get(id) ?? { functionName: "", url: "", lineNumber: 0 };
  const us = timeDeltas[index] ?? 0;
  // The other one is the profiler itself.
  if (functionName === "(idle)" || (functionName === "dispatch" && url === "")) continue;
  all += us;
  const file = url.replace(/^.*\/build\//, "").replace(/^.*\/node_modules\//, "");
  const name = `${functionName || "(anonymous)"} ${file === "" ? "" : `${file}:${lineNumber + 1}`}`.trim();
  byFunction.set(name, (byFunction.get(name) ?? 0) + us);
  const room = /^(?:src\/[^/]+|@[^/]+\/[^/]+|node:[^/]+|[^/]+)/.exec(file)?.[0] ?? functionName;
  byRoom.set(room, (byRoom.get(room) ?? 0) + us);
}

process.stdout.write(`${temperature} ${workload.name}\n\n`);
for (const [title, times] of [
  ["room or package", byRoom],
  ["function", byFunction],
] as const) {
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, 40);
  const rows = top.map(([name, us]) => [`${((us / all) * 100).toFixed(1)} %`, name]);
  process.stdout.write(`${plainTable(["self time", title], rows)}\n\n`);
}
