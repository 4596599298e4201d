/**
 * Three times as many requests as the service can answer, in processes of their own: the surplus must be refused at once, what is let in
 * must stay fast, and all must be well again soon. `npm run bench:overload` prints the figures and whether they keep the promises.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { build, built } from "./build.ts";
import { Reader, written } from "./rig/client.ts";
import { cores, isPinned, pin, start } from "./rig/processes.ts";
import { shotOf, workloads } from "./workloads.ts";

interface Answered {
  readonly status: number;
  /** When it was due, in milliseconds since the load began. */
  readonly atMs: number;
  /** From when it was due: what waited in the client counts too. */
  readonly tookMs: number;
}

const promised = { shedMs: 50, timesUsual: 2, recoveredMs: 5_000 };
// The controller needs so long to find out how much can be let in.
const settlesMs = 1_000;
const isQuick = process.argv.includes("--quick");
const overloadMs = isQuick ? 5_000 : 10_000;
const usualMs = isQuick ? 2_000 : 5_000;
const clients = 8;
const connections = 500;

const asked = process.argv.includes("--small") ? workloads.small : workloads.merged;

build();
pin(process.pid, cores.others);
const upstream = await start({ script: built("bench/upstream/main"), core: cores.others });
const service = await start({
  script: built("bench/servers/ours"),
  // The collector of garbage has threads of its own, and no machine that serves has but one core for them all.
  core: `${cores.measured},${cores.others}`,
  // All ask the same here: kept or shared, their answers would cost less than refusals, and nothing would be too much.
  argument: {
    upstream: upstream.url,
    sections: {
      cache: { enabled: false },
      server: {
        host: "127.0.0.1",
        port: 0,
        limits: { pageSize: 1_000 },
        answers: { maxBytes: 0 },
      },
    },
  },
});
const message = written(shotOf(service.url, asked));
/** Connections without a request, and requests without a connection. */
const idle: ((told: (status: number) => void) => void)[] = [];
const waiting: ((status: number) => void)[] = [];
const ends: (() => void)[] = [];
let isOver = false;

// Nothing but a socket and the end of an answer: what the client works is taken from what it can send.
function open(): void {
  const { hostname, port } = new URL(service.url);
  const reader = new Reader();
  let tell: ((status: number) => void) | null = null;
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const free = () => {
    const next = waiting.shift();
    if (next === undefined) idle.push(send);
    else send(next);
  };
  const send = (told: (status: number) => void) => {
    tell = told;
    socket.write(message);
  };
  socket.on("connect", free);
  socket.on("data", (chunk) => {
    const status = reader.take(chunk);
    // Unasked: the service's word to a connection that it closes because it brought no request for long.
    if (status === null || tell === null) return;
    tell(status);
    tell = null;
    free();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    tell?.(0);
    const place = idle.indexOf(send);
    if (place !== -1) idle.splice(place, 1);
    if (!isOver) open();
  });
  ends.push(() => socket.destroy());
}

function ask(beganAt: number, dueAt: number): Promise<Answered> {
  return new Promise((resolve) => {
    const told = (status: number) =>
      resolve({ status, atMs: dueAt - beganAt, tookMs: performance.now() - dueAt });
    // The one that has rested longest: the service closes what has brought no request for ten seconds.
    const send = idle.shift();
    if (send === undefined) waiting.push(told);
    else send(told);
  });
}

/** So many clients, each with one request after the other. */
async function closedLoop(ms: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  const beganAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < beganAt + ms) answers.push(await ask(beganAt, performance.now()));
    }),
  );
  return answers;
}

/** So many requests a second, whatever becomes of those before. */
async function openLoop(perSecond: number, ms: number): Promise<Answered[]> {
  const answers: Promise<Answered>[] = [];
  const beganAt = performance.now();
  for (let sent = 0; sent < (perSecond * ms) / 1_000;) {
    const due = Math.floor(((performance.now() - beganAt) * perSecond) / 1_000);
    for (; sent < due; sent++) answers.push(ask(beganAt, beganAt + (sent * 1_000) / perSecond));
    await sleep(1);
  }
  return Promise.all(answers);
}

function percentile(answers: readonly Answered[], percent: number): number {
  const sorted = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

const accepted = (answers: readonly Answered[]) => answers.filter(({ status }) => status === 200);
const shed = (answers: readonly Answered[]) => answers.filter(({ status }) => status === 503);
const figures = (answers: readonly Answered[]) =>
  [50, 99, 100].map((percent) => `${percentile(answers, percent).toFixed(1)}`).join(" / ");

// As behind a load balancer, connections are there before the load is.
for (let n = 0; n < connections; n++) open();
while (idle.length < connections) await sleep(10);
await closedLoop(usualMs);
const usual = await closedLoop(usualMs);
const capacity = usual.length / (usualMs / 1_000);
const before = await service.usage();
const overloaded = await openLoop(3 * capacity, overloadMs);
const after = await service.usage();
// Asked on, at a rate that is no trouble, until a whole second of answers is as fast as it was.
const recovering = await openLoop(0.5 * capacity, promised.recoveredMs + 1_000);
isOver = true;
for (const end of ends) end();
await service.stop();
await upstream.stop();

const settled = overloaded.filter(({ atMs }) => atMs >= settlesMs);
const others = overloaded.filter(({ status }) => status !== 200 && status !== 503).length;
const limitMs = promised.timesUsual * percentile(usual, 99);
// All is well in a half-second when nobody was refused, and its p99 is what it is usually, within the same factor. Well again is the service
// from the first whole second of that on; what garbage or other processes hold up later is told, and no part of recovering.
const halfs = Array.from({ length: Math.ceil((promised.recoveredMs + 1_000) / 500) }, (_, n) =>
  recovering.filter(({ atMs }) => atMs >= n * 500 && atMs < (n + 1) * 500),
);
const isWell = halfs.map(
  (answers) => accepted(answers).length === answers.length && percentile(answers, 99) <= limitMs,
);
const wellFrom = isWell.findIndex((well, n) => well && isWell[n + 1] === true);
const recoveredMs = wellFrom === -1 ? Number.POSITIVE_INFINITY : 500 * wellFrom;
const unwell = isWell.filter((well) => !well).length;

const rows = [
  ["answered a second, usually", capacity.toFixed(0), "", true],
  ["p50 / p99 / max usually, ms", figures(usual), "", true],
  ["sent a second", (overloaded.length / (overloadMs / 1_000)).toFixed(0), "3 times that", true],
  [
    "answered a second, overloaded",
    (accepted(settled).length / ((overloadMs - settlesMs) / 1_000)).toFixed(0),
    "",
    true,
  ],
  [
    "p50 / p99 / max of refusals, ms",
    figures(shed(settled)),
    `p99 <= ${promised.shedMs}`,
    percentile(shed(settled), 99) <= promised.shedMs,
  ],
  [
    "p50 / p99 / max of what was let in, ms",
    figures(accepted(settled)),
    `p99 <= ${limitMs.toFixed(1)}`,
    percentile(accepted(settled), 99) <= limitMs,
  ],
  [
    "the same in the first second, ms",
    figures(accepted(overloaded.filter(({ atMs }) => atMs < settlesMs))),
    "",
    true,
  ],
  ["neither answered nor refused", String(others), "0", others === 0],
  [
    "afterwards, begin of the first second as usual, ms",
    `${recoveredMs} (${unwell} half-seconds of ${halfs.length} were not)`,
    `<= ${promised.recoveredMs}`,
    recoveredMs <= promised.recoveredMs,
  ],
  [
    "CPU of the service under it, of one core",
    ((after.cpu - before.cpu) / 1_000 / overloadMs).toFixed(2),
    "",
    true,
  ],
] as const;
process.stdout.write("| what | seen | promised | |\n|---|---|---|---|\n");
for (const [what, seen, due, isKept] of rows)
  process.stdout.write(`| ${what} | ${seen} | ${due} | ${due === "" ? "" : isKept ? "kept" : "BROKEN"} |\n`);
if (!isPinned()) process.stdout.write("\nThe processes share their cores: figures of time say little.\n");
process.exitCode = rows.every(([, , , isKept]) => isKept) ? 0 : 1;
