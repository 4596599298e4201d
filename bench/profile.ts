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
    readonly children?: readonly number[];
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

const nothing = { name: "", room: "", isIdle: true };
const frames = new Map(nodes.map((node) => [node.id, named(node.callFrame)]));
const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
const own = new Map<string, number>();
const total = new Map<string, number>();
const byRoom = new Map<string, number>();
let all = 0;
for (const [index, id] of samples.entries()) {
  const { name, room, isIdle } = frames.get(id) ?? nothing;
  if (isIdle) continue;
  const us = timeDeltas[index] ?? 0;
  all += us;
  add(own, name, us);
  add(byRoom, room, us);
  const onStack = new Set<string>();
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
    onStack.add((frames.get(at) ?? nothing).name);
  for (const each of onStack) add(total, each, us);
}

process.stdout.write(`${temperature} ${workload.name}\n\n`);
for (const [column, title, times] of [
  ["self time", "room or package", byRoom],
  ["self time", "function", own],
  ["with what it calls", "function", total],
] as const) {
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, 50);
  const rows = top.map(([name, us]) => [`${((us / all) * 100).toFixed(1)} %`, name]);
  process.stdout.write(`${plainTable([column, title], rows)}\n\n`);
}

function add(times: Map<string, number>, name: string, us: number): void {
  times.set(name, (times.get(name) ?? 0) + us);
}

function named({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]) {
  const file = url.replace(/^.*\/build\//, "").replace(/^.*\/node_modules\//, "");
  const room = /^(?:src\/[^/]+|@[^/]+\/[^/]+|node:[^/]+|[^/]+)/.exec(file)?.[0] ?? functionName;
  const name = `${functionName || "(anonymous)"} ${file === "" ? "" : `${file}:${lineNumber + 1}`}`.trim();
  // The other one is the profiler itself.
  return { name, room, isIdle: functionName === "(idle)" || (functionName === "dispatch" && url === "") };
}
