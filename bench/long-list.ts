/**
 * One V6 month of 100,000 invoices in one answer: what its first page costs, next to JSON.parse of the same body. JSON.parse is
 * compiled before it is ever called, our code when it has run for a while: so CPU is that of later times, with the first one beside
 * it. Memory is that of the first time, for it is not given back.
 */
import { built } from "./build.ts";
import { cold, startOurs, startUpstream } from "./compare.ts";
import { answerOf } from "./rig/arena.ts";
import { type Running, start } from "./rig/processes.ts";
import { median } from "./rig/rounds.ts";
import { quarter, shotOf, workloads } from "./workloads.ts";
import { sourcesAt } from "./world.ts";

/** What one of the two took. */
export interface Load {
  /** Milliseconds of CPU, body received and answer given: the median of all but the first time. */
  readonly cpuMs: number;
  readonly firstCpuMs: number;
  /** Of all times. */
  readonly longestBlockMs: number;
  /** Over the idle process, the first time. */
  readonly grownMb: number;
}

export interface LongList {
  readonly bodyMb: number;
  readonly ours: Load;
  /** Receives the body and calls JSON.parse, and normalises nothing. */
  readonly parse: Load;
}

const query = `query Long($filter: InvoiceFilter) {
  invoices(first: 50, filter: $filter) {
    totalCount totals { currency count netAmount taxAmount totalAmount }
    nodes { id number totalAmount lines { netAmount } } pageInfo { endCursor }
  }
}`;

/** Measures it in so many pairs of processes, in each the first time and five later ones: the medians. */
export async function measureLongList(pairs: number): Promise<LongList> {
  const all: LongList[] = [];
  for (let i = 0; i < pairs; i++) all.push(await measureOnce());
  const of = (who: "ours" | "parse"): Load => {
    const its = (name: keyof Load) => median(all.map((each) => each[who][name]));
    return {
      cpuMs: its("cpuMs"),
      firstCpuMs: its("firstCpuMs"),
      longestBlockMs: its("longestBlockMs"),
      grownMb: its("grownMb"),
    };
  };
  return { bodyMb: all[0]?.bodyMb ?? Number.NaN, ours: of("ours"), parse: of("parse") };
}

async function measureOnce(): Promise<LongList> {
  const upstream = await startUpstream();
  const { freight, ...others } = sourcesAt(upstream.url);
  const ours = await startOurs(upstream, {
    ...cold,
    sources: { ...others, freight: { ...freight, url: `${upstream.url}/v6-long`, timeoutMs: 120_000 } },
    server: { ...cold.server, requestTimeoutMs: 120_000 },
  });
  const month = quarter.to.slice(0, 7);
  const body = `${upstream.url}/v6-long/invoices?${daysAround(month)}`;
  const parser = await start({ script: built("bench/servers/parse"), argument: { body } });
  // Makes the body, and lets both load what they need, with a month that is small.
  const { byteLength } = await (await fetch(body)).arrayBuffer();
  const own = shotOf(ours.url, { ...workloads.merged, query, variables: {} });
  const ask = (issuedOn: object, sources: readonly string[]) =>
    answerOf({ ...own, body: JSON.stringify({ query, variables: { filter: { issuedOn, sources } } }) });
  for (let i = 0; i < 20; i++) await ask(quarter, ["flolive", "cdn"]);

  async function page(): Promise<void> {
    const text = await ask({ from: `${month}-01`, to: quarter.to }, ["freight"]);
    const { data } = JSON.parse(text) as { data: { invoices: { nodes: unknown[]; totalCount: number } } };
    const { nodes, totalCount } = data.invoices;
    if (nodes.length !== 50 || totalCount < 30_000) throw new Error(`${nodes.length} of ${totalCount}`);
  }
  const parse = async () => void (await (await fetch(parser.url)).text());
  const times: { ours: Load; parse: Load }[] = [];
  for (let i = 0; i < 6; i++) {
    times.push({ ours: await loadOf(ours, page), parse: await loadOf(parser, parse) });
  }
  await Promise.all([ours.stop(), parser.stop()]);
  await upstream.stop();
  return {
    bodyMb: byteLength / 1e6,
    ours: together(times.map((each) => each.ours)),
    parse: together(times.map((each) => each.parse)),
  };
}

async function loadOf(server: Running, work: () => Promise<void>): Promise<Load> {
  const before = await server.usage();
  const { longestBlockMs, grownBytes } = await server.watch(work);
  const after = await server.usage();
  const cpuMs = (after.cpu - before.cpu) / 1_000;
  return { cpuMs, firstCpuMs: cpuMs, longestBlockMs, grownMb: grownBytes / 1e6 };
}

function together(times: readonly Load[]): Load {
  const [first, ...later] = times;
  return {
    cpuMs: median(later.map(({ cpuMs }) => cpuMs)),
    firstCpuMs: first?.firstCpuMs ?? Number.NaN,
    longestBlockMs: Math.max(...times.map((each) => each.longestBlockMs)),
    grownMb: first?.grownMb ?? Number.NaN,
  };
}

// The days that the service asks V6 for when it needs a month.
function daysAround(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10).split("-").toReversed().join("");
  return `fromDate=${day(Date.UTC(year, number - 1, -6))}&toDate=${day(Date.UTC(year, number, 7))}`;
}
