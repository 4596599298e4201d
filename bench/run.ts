/** `npm run bench`: measures everything in one go and prints Markdown; `--quick` in less than two minutes, with fewer rounds. */
import { build } from "./build.ts";
import { compareAll } from "./compare.ts";
import { cores, isPinned, pin } from "./rig/processes.ts";
import { comparisonTable } from "./rig/table.ts";
import type { Comparison } from "./rig/arena.ts";

const isQuick = process.argv.includes("--quick");
const pace = isQuick ? { rounds: 3, ms: 500 } : { rounds: 7, ms: 1_000 };

pin(process.pid, cores.others);
build();
process.stderr.write(isPinned() ? "" : "This machine cannot pin processes to cores: expect noise.\n");
const comparisons: Comparison[] = [];
await compareAll(
  pace,
  async () => [],
  (comparison) => {
    comparisons.push(comparison);
    process.stderr.write(`${comparison.title}: ${comparison.rows[0]?.ratio.toFixed(2)}\n`);
  },
);
process.stdout.write(`${comparisonTable(comparisons)}\n`);
