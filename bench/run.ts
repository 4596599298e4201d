/** `npm run bench`: measures everything in one go and prints Markdown; `--quick` in less than two minutes, with fewer rounds. */
import { cpus, totalmem } from "node:os";
import { build } from "./build.ts";
import { compareAll, compareTelemetry } from "./compare.ts";
import { measureDirectory, measureTenfold } from "./growth.ts";
import { compareIdentity } from "./identity.ts";
import { measureLongList } from "./long-list.ts";
import type { Comparison } from "./rig/arena.ts";
import { startPeers, whyMissing } from "./peers.ts";
import { cores, isPinned, pin } from "./rig/processes.ts";
import { comparisonTable, plainTable } from "./rig/table.ts";
import { measureStart } from "./start.ts";

const isQuick = process.argv.includes("--quick");
const pace = isQuick ? { rounds: 3, ms: 400, warmMs: 1_600 } : { rounds: 7, ms: 1_000, warmMs: 8_000 };
const begun = performance.now();

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

function say(text: string): void {
  process.stderr.write(`${Math.round((performance.now() - begun) / 1_000)} s: ${text}\n`);
}

function millisecondsOf(number: number | null): string {
  return number === null ? "?" : `${Math.round(number)} ms`;
}

pin(process.pid, cores.others);
build();
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 1e9)} GB`;
print(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${machine}; servers ${isPinned() ? "each on core 0, load and upstream on core 1" : "not pinned to cores"}; medians of ${pace.rounds} rounds of ${pace.ms} ms.`,
);

const comparisons: Comparison[] = [];
const onDone = (comparison: Comparison) => {
  comparisons.push(comparison);
  const ratios = comparison.rows.map(({ name, ratio }) => `${name} ${ratio.toFixed(2)}`);
  say(`${comparison.title}: ${ratios.join(", ")}`);
};
for (const sentence of whyMissing()) say(sentence);
await compareAll(
  pace,
  async (kind, upstream, isWarm) => (kind === "merged" ? [] : startPeers(kind, upstream, isWarm)),
  onDone,
);
await compareIdentity(pace, onDone);
await compareTelemetry(pace, onDone);
print(comparisonTable(comparisons));

say("one answer of 100,000 invoices");
const long = await measureLongList(isQuick ? 1 : 3);
print(
  plainTable(
    [
      `V6, 100,000 invoices, ${Math.round(long.bodyMb)} MB`,
      "CPU",
      "CPU the first time",
      "longest block",
      "memory over idle",
    ],
    Object.entries({
      "InvoiceGraph: page of 50, count and totals": long.ours,
      "receive and JSON.parse": long.parse,
    }).map(([name, { cpuMs, firstCpuMs, longestBlockMs, grownMb }]) => [
      name,
      millisecondsOf(cpuMs),
      millisecondsOf(firstCpuMs),
      millisecondsOf(longestBlockMs),
      `${Math.round(grownMb)} MB`,
    ]),
  ),
);

say("ten times the invoices, a thousand times the customers");
const [, tenfold] = await measureTenfold(pace);
const { rows, loadMs } = await measureDirectory(pace);
say("npm start");
// A user's start is kept to no core.
pin(process.pid, cores.all);
const { installed, again, changed, prepareMs } = await measureStart(isQuick ? 1 : 5);
print(
  plainTable(
    ["growth and start", "measured"],
    [
      ["ten times the invoices (2,000 → 20,000)", `${tenfold?.ratio.toFixed(1)} × the CPU`],
      [
        "100,000 customers in the directory instead of 100",
        `${rows[1]?.ratio.toFixed(2)} × the CPU of a small query`,
      ],
      ...Object.entries(loadMs).map(([ending, ms]) => [
        `loading 100,000 customers from a ${ending} file`,
        `${millisecondsOf(ms)} CPU`,
      ]),
      ...Object.entries({
        "the first time after an install": installed,
        again,
        "after a change": changed,
      }).map(([when, { answerMs, cpuMs }]) => [
        `\`npm start\` to the first answer, ${when}`,
        `${millisecondsOf(answerMs)}, ${millisecondsOf(cpuMs)} CPU`,
      ]),
      ["packing at the end of `npm ci`", millisecondsOf(prepareMs)],
      ["idle memory of the sandbox", installed.idleMb === null ? "?" : `${Math.round(installed.idleMb)} MB`],
    ],
  ),
);
say("done");
