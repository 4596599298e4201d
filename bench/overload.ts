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
  /** How much later the client asked it: a client that is late is no fault of the service. */
  readonly lateMs: number;
  /** From then on, the wait for a connection included. */
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
// One for all: memory for each piece of each answer would have the garbage of this process collected while it should send.
const buffer = Buffer.alloc(65_536);

// Nothing but a socket and the end of an answer: what the client works is taken from what it can send.
function open(): void {
  const { hostname, port } = new URL(service.url);
  const reader = new Reader();
  let tell: ((status: number) => void) | null = null;
  const free = () => {
    const next = waiting.shift();
    if (next === undefined) idle.push(send);
    else send(next);
  };
  const take = (size: number) => {
    const status = reader.take(buffer.subarray(0, size));
    // Unasked: the service's word to a connection that it closes because it brought no request for long.
    if (status === null || tell === null) return true;
    tell(status);
    tell = null;
    free();
    return true;
  };
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: { buffer, callback: take },
  });
  const send = (told: (status: number) => void) => {
    tell = told;
    socket.write(message);
  };
  socket.on("connect", free);
  socket.on("error", () => {});
  socket.on("close", () => {
    tell?.(0);
    const place = idle.indexOf(send);
    if (place !== -1) idle.splice(place, 1);
    if (!isOver) open();
  });
  ends.push(() => socket.destroy());
}

/** What became of so many requests at most, in numbers that have their places before the first is sent: no garbage, as above. */
class Seen {
  private readonly numbers: Float64Array;
  private count = 0;

  constructor(most: number) {
    this.numbers = new Float64Array(4 * most);
  }

  /** Asks one that was due then; tells when it is over. */
  ask(beganAt: number, dueAt: number, isOver: () => void): void {
    const askedAt = performance.now();
    const told = (status: number) => {
      const at = 4 * this.count++;
      this.numbers[at] = status;
      this.numbers[at + 1] = dueAt - beganAt;
      this.numbers[at + 2] = askedAt - dueAt;
      this.numbers[at + 3] = performance.now() - askedAt;
      isOver();
    };
    // The one that has rested longest: the service closes what has brought no request for ten seconds.
    const send = idle.shift();
    if (send === undefined) waiting.push(told);
    else send(told);
  }

  answers(): Answered[] {
    return Array.from({ length: this.count }, (_, n) => {
      const [status = 0, atMs = 0, lateMs = 0, tookMs = 0] = this.numbers.subarray(4 * n, 4 * n + 4);
      return { status, atMs, lateMs, tookMs };
    });
  }
}

/** So many clients, each with one request after the other. */
async function closedLoop(ms: number): Promise<Answered[]> {
  const seen = new Seen(20 * ms);
  const beganAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < beganAt + ms)
        await new Promise<void>((isOver) => seen.ask(beganAt, performance.now(), isOver));
    }),
  );
  return seen.answers();
}

/** So many requests a second, whatever becomes of those before. */
async function openLoop(perSecond: number, ms: number): Promise<Answered[]> {
  const most = Math.ceil((perSecond * ms) / 1_000);
  const seen = new Seen(most);
  if (most === 0) return [];
  let left = most;
  let end = () => {};
  const over = new Promise<void>((resolve) => (end = resolve));
  const isOver = () => {
    left -= 1;
    if (left === 0) end();
  };
  const beganAt = performance.now();
  for (let sent = 0; sent < most;) {
    const due = Math.min(most, Math.floor(((performance.now() - beganAt) * perSecond) / 1_000));
    for (; sent < due; sent++) seen.ask(beganAt, beganAt + (sent * 1_000) / perSecond, isOver);
    await sleep(1);
  }
  await over;
  return seen.answers();
}

function percentile(
  answers: readonly Answered[],
  percent: number,
  of: "tookMs" | "lateMs" = "tookMs",
): number {
  const sorted = answers.map((answer) => answer[of]).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

const accepted = (answers: readonly Answered[]) => answers.filter(({ status }) => status === 200);
const shed = (answers: readonly Answered[]) => answers.filter(({ status }) => status === 503);
const figures = (answers: readonly Answered[], of: "tookMs" | "lateMs" = "tookMs") =>
  [50, 99, 100].map((percent) => percentile(answers, percent, of).toFixed(1)).join(" / ");

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
  ["the client itself was late, p50 / p99 / max, ms", figures(settled, "lateMs"), "", true],
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
