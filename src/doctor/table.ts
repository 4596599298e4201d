/** Findings as a table for people. */
import type { Finding, FindingStatus } from "./finding.ts";

const words: Readonly<Record<FindingStatus, string>> = {
  OK: "ok",
  WARNING: "warning",
  FAILURE: "FAILURE",
  SKIPPED: "skipped",
};

/** One line for each finding, its remedy below it, and a sum at the end. */
export function toTable(findings: readonly Finding[]): string {
  const statusWidth = widthOf(findings.map(({ status }) => words[status]));
  const subjectWidth = widthOf(findings.map(({ subject }) => subject));
  const indent = " ".repeat(statusWidth + subjectWidth + 4);
  const lines = findings.flatMap(({ status, subject, says, remedy }) => [
    `${words[status].padEnd(statusWidth)}  ${subject.padEnd(subjectWidth)}  ${says}`,
    ...(remedy === null ? [] : [`${indent}→ ${remedy}`]),
  ]);
  return `${lines.join("\n")}\n\n${sumOf(findings)}\n`;
}

function widthOf(cells: readonly string[]): number {
  return cells.reduce((most, { length }) => Math.max(most, length), 0);
}

function sumOf(findings: readonly Finding[]): string {
  const count = (status: FindingStatus) => findings.filter((finding) => finding.status === status).length;
  const [failures, warnings] = [count("FAILURE"), count("WARNING")];
  if (failures === 0 && warnings === 0) return "All is well.";
  return `${counted(failures, "failure")}, ${counted(warnings, "warning")}, ${count("OK")} well.`;
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}
