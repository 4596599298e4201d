/** One comparison from beginning to end: starts the servers, proves that they answer alike, and lets them race. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "../build.ts";
import type { Twin } from "../plain.ts";
import { shotOf, type Workload } from "../workloads.ts";
import type { Shot } from "./client.ts";
import { type Running, start } from "./processes.ts";
import { type Contestant, race, type Row, type RoundOptions } from "./rounds.ts";

/** How long to measure. */
export type Pace = Pick<RoundOptions, "rounds" | "ms" | "warmMs">;

export interface Comparison {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly connections: number;
  readonly answerBytes: number;
}

export interface Entry {
  readonly name: string;
  readonly server: Running;
  /** Its answer equals ours byte for byte, or only its data does, or it answers another operation with the same invoices. */
  readonly equal: "BYTES" | "DATA" | Twin;
}

/** An answer's text; throws for any status but 200. */
export async function answerOf({ url, path, headers, body }: Shot): Promise<string> {
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return text;
}

/** Lets servers race after each was seen to answer what the first one answers, and looks once more afterwards. */
export async function compare(
  title: string,
  workload: Workload,
  entries: readonly Entry[],
  pace: Pace,
  against: string,
): Promise<Comparison> {
  const contestants = entries.map(({ name, server, equal }): Contestant => ({
    name,
    shot: typeof equal === "string" ? shotOf(server.url, workload) : equal.shot,
    usage: server.usage,
  }));
  const answerBytes = await checkAlike(entries, contestants);
  const rows = await race(contestants, { ...pace, against, connections: workload.connections });
  await checkAlike(entries, contestants);
  return { title, rows, connections: workload.connections, answerBytes };
}

async function checkAlike(entries: readonly Entry[], contestants: readonly Contestant[]): Promise<number> {
  const [first, ...others] = await Promise.all(contestants.map(({ shot }) => answerOf(shot)));
  if (first === undefined || (JSON.parse(first) as { errors?: unknown }).errors !== undefined) {
    throw new Error(`${entries[0]?.name} answers with errors: ${first?.slice(0, 1_000)}`);
  }
  for (const [index, text] of others.entries()) {
    const { name, equal } = entries[index + 1] as Entry;
    if (!isAlike(equal, first, text))
      throw new Error(`${name} answers something else:\n${difference(first, text)}`);
  }
  return Buffer.byteLength(first);
}

function isAlike(equal: Entry["equal"], ours: string, theirs: string): boolean {
  if (equal === "BYTES") return theirs === ours;
  return equal === "DATA" ? dataOf(theirs) === dataOf(ours) : equal.holds(ours, theirs);
}

function dataOf(text: string): string {
  return JSON.stringify((JSON.parse(text) as { data: unknown }).data);
}

function difference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `${a.slice(Math.max(0, at - 200), at + 200)}\n${b.slice(Math.max(0, at - 200), at + 200)}`;
}

/** A server that answers with these bytes. */
export async function startPrebuilt(body: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "invoicegraph-bench-"));
  const path = join(folder, "body.json");
  writeFileSync(path, body);
  const server = await start({ script: built("bench/servers/prebuilt"), argument: { path } });
  rmSync(folder, { recursive: true });
  return server;
}
