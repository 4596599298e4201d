/** Results as Markdown. */
import type { Comparison } from "./arena.ts";

/** One table for all comparisons. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const lines = [
    "| work | server | CPU ms a request | ratio | requests/s | p50 ms | p99 ms | RSS MB |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
  ];
  for (const { title, rows } of comparisons) {
    for (const [index, row] of rows.entries()) {
      const { name, cpuMs, ratio, perSecond, p50Ms, p99Ms, rssMb } = row;
      const work = index === 0 ? title : "";
      lines.push(
        `| ${work} | ${name} | ${digits(cpuMs)} | ${ratio.toFixed(2)} | ${Math.round(perSecond)} | ${digits(p50Ms)} | ${digits(p99Ms)} | ${Math.round(rssMb)} |`,
      );
    }
  }
  return lines.join("\n");
}

/** A table of plain texts. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function digits(number: number): string {
  return number >= 10 ? number.toFixed(1) : number.toFixed(number >= 1 ? 2 : 3);
}
