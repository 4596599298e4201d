/** Five rounds of 30 s of mixed load: `npm run bench:soak` prints the heap after each, and whether it grew, or anything was left open. */
import { growthOf, soak } from "./soak/soak.ts";

const [rounds, roundMs] = process.argv.includes("--quick") ? [5, 5_000] : [5, 30_000];
const promisedGrowth = 0.02;

const { heaps, done, wrong, left, endedMs } = await soak(rounds, roundMs, (heap) => {
  process.stdout.write(`${(heap / 1_048_576).toFixed(2)} MB\n`);
});
const growth = growthOf(heaps);
const rows = [
  ["growth of the heap over the rounds", `${(growth * 100).toFixed(2)}%`, "< 2%", growth < promisedGrowth],
  ["answers that were wrong", `${wrong.length}`, "0", wrong.length === 0],
  ["left open after close", left.join(", ") || "nothing", "nothing", left.length === 0],
  ["ended by itself, ms after", endedMs === null ? "never" : endedMs.toFixed(0), "yes", endedMs !== null],
] as const;
process.stdout.write(`\n| what | seen | promised | |\n|---|---|---|---|\n`);
for (const [what, seen, due, isKept] of rows)
  process.stdout.write(`| ${what} | ${seen} | ${due} | ${isKept ? "kept" : "BROKEN"} |\n`);
process.stdout.write(`\n${[...done].map(([name, count]) => `${name}: ${count}`).join(", ")}\n`);
for (const each of wrong.slice(0, 10)) process.stdout.write(`wrong: ${each}\n`);
process.exitCode = rows.every(([, , , isKept]) => isKept) ? 0 : 1;
