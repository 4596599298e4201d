/** The comparisons with hand-written code and with bytes made beforehand. */
import { built } from "./build.ts";
import { answerOf, type Comparison, compare, type Entry, type Pace, startPrebuilt } from "./rig/arena.ts";
import type { Shot } from "./rig/client.ts";
import { cores, type Running, start } from "./rig/processes.ts";
import type { OursOptions } from "./servers/ours.ts";
import type { RawOptions } from "./servers/raw.ts";
import { shotOf, type Workload, workloads } from "./workloads.ts";

/** The upstream of everything; call its `stop` in the end. */
export function startUpstream(): Promise<Running> {
  return start({ script: built("bench/upstream/main"), core: cores.others });
}

/** InvoiceGraph with these sections of configuration. */
export function startOurs(
  upstream: Running,
  sections: OursOptions["sections"] = {},
  server: "ours" | "untelemetered" = "ours",
): Promise<Running> {
  const argument: OursOptions = { upstream: upstream.url, sections };
  return start({ script: built(`bench/servers/${server}`), argument });
}

// Neither whole answers are kept nor executions under way shared: every request is worked on.
const alone = { host: "127.0.0.1", port: 0, limits: { pageSize: 1_000 }, answers: { maxBytes: 0 } };

/** Without any cache: every request asks the sources. */
export const cold = { server: alone, cache: { enabled: false } };

/** The sources' answers are kept for longer than the bench lasts, whole answers are not. */
export const warm = {
  server: alone,
  cache: { ages: { recentInvoicesSeconds: 3_600, settingsSeconds: 3_600 } },
};

/** The hand-written server, told what ours adds beside the data. */
export async function startRaw(upstream: Running, ours: Running, isWarm: boolean): Promise<Running> {
  const extensions: Record<string, unknown> = {};
  for (const workload of Object.values(workloads)) {
    const answer = JSON.parse(await answerOf(shotOf(ours.url, workload))) as { extensions?: unknown };
    extensions[workload.viewer] = answer.extensions;
  }
  const argument: RawOptions = { upstream: upstream.url, isWarm, extensions };
  return start({ script: built("bench/servers/raw"), argument });
}

/** How many upstream calls a server makes for one request, and in how many waves. */
export async function countCalls(upstream: Running, shot: Shot) {
  const number = async (path: string) => Number(await (await fetch(`${upstream.url}${path}`)).text());
  const before = await number("/calls");
  await fetch(`${upstream.url}/hold`);
  await answerOf(shot);
  return { waves: await number("/waves"), calls: (await number("/calls")) - before };
}

type Kind = "big" | "small" | "merged";

/** Each kind of work with caches off, then with the sources' answers kept, then the same operation repeated. */
export async function compareAll(
  pace: Pace,
  peersFor: (kind: Kind, upstream: Running, isWarm: boolean) => Promise<Entry[]>,
  onDone: (comparison: Comparison) => void,
): Promise<void> {
  const upstream = await startUpstream();
  try {
    for (const isWarm of [false, true]) await compareWith(isWarm, upstream, pace, peersFor, onDone);
    await compareRepeated(upstream, pace, onDone);
  } finally {
    await upstream.stop();
  }
}

async function compareWith(
  isWarm: boolean,
  upstream: Running,
  pace: Pace,
  peersFor: (kind: Kind, upstream: Running, isWarm: boolean) => Promise<Entry[]>,
  onDone: (comparison: Comparison) => void,
): Promise<void> {
  const ours = await startOurs(upstream, isWarm ? warm : cold);
  const raw = await startRaw(upstream, ours, isWarm);
  for (const kind of ["big", "small", "merged"] as const) {
    const workload = workloads[kind];
    const peers = await peersFor(kind, upstream, isWarm);
    const entries: Entry[] = [
      { name: "InvoiceGraph", server: ours, equal: "BYTES" },
      { name: "raw", server: raw, equal: "BYTES" },
      ...peers,
    ];
    if (!isWarm) await checkCalls(upstream, entries, workload);
    onDone(await compare(`${isWarm ? "warm" : "cold"} ${workload.name}`, workload, entries, pace, "raw"));
    for (const { server } of peers) await server.stop();
  }
  await Promise.all([ours.stop(), raw.stop()]);
}

async function checkCalls(upstream: Running, entries: readonly Entry[], workload: Workload): Promise<void> {
  for (const { name, server, equal } of entries) {
    const shot = typeof equal === "string" ? shotOf(server.url, workload) : equal.shot;
    const { calls, waves } = await countCalls(upstream, shot);
    if (calls === workload.calls && waves === workload.waves) continue;
    throw new Error(`${workload.name}, ${name}: ${calls} upstream calls in ${waves} waves`);
  }
}

async function compareRepeated(
  upstream: Running,
  pace: Pace,
  onDone: (comparison: Comparison) => void,
): Promise<void> {
  const ours = await startOurs(upstream);
  for (const kind of ["big", "small"] as const) {
    const workload = workloads[kind];
    const prebuilt = await startPrebuilt(await answerOf(shotOf(ours.url, workload)));
    const entries: Entry[] = [
      { name: "InvoiceGraph", server: ours, equal: "BYTES" },
      { name: "prebuilt bytes", server: prebuilt, equal: "BYTES" },
    ];
    onDone(await compare(`repeated ${workload.name}`, workload, entries, pace, "prebuilt bytes"));
    await prebuilt.stop();
  }
  await ours.stop();
}

/** What it costs to be watched: a service without telemetry, then all of it off, metrics, traces that are sent to a collector. */
export async function compareTelemetry(pace: Pace, onDone: (comparison: Comparison) => void): Promise<void> {
  const upstream = await startUpstream();
  const metrics = { metrics: { port: 0, host: "127.0.0.1" } };
  const traces = { traces: { otlpUrl: `${upstream.url}/v1/traces` } };
  for (const [title, kind, cache] of [
    ["watched, cold", "big", cold],
    ["watched, warm", "small", warm],
  ] as const) {
    const entries: Entry[] = [];
    for (const [name, telemetry, server] of [
      ["without telemetry", {}, "untelemetered"],
      ["off", {}, "ours"],
      ["metrics", metrics, "ours"],
      ["traces", traces, "ours"],
    ] as const) {
      entries.push({
        name,
        server: await startOurs(upstream, { ...cache, telemetry }, server),
        equal: "BYTES",
      });
    }
    const workload = workloads[kind];
    onDone(await compare(`${title} ${workload.name}`, workload, entries, pace, "without telemetry"));
    for (const { server } of entries) await server.stop();
  }
  await upstream.stop();
}
