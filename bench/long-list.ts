/** One V6 month of 100,000 invoices in one answer: what its first page costs, next to JSON.parse of the same body. */
import { built } from "./build.ts";
import { startOurs, startUpstream } from "./compare.ts";
import { answerOf } from "./rig/arena.ts";
import { start } from "./rig/processes.ts";
import { median } from "./rig/rounds.ts";
import { quarter, shotOf, workloads } from "./workloads.ts";
import { sourcesAt } from "./world.ts";

export interface LongList {
  readonly bodyMb: number;
  /** Milliseconds of CPU, body received and page given. */
  readonly cpuMs: number;
  /** The same for receiving the body and JSON.parse, which normalises nothing. */
  readonly parseCpuMs: number;
  readonly longestBlockMs: number;
  readonly grownMb: number;
  readonly parseLongestBlockMs: number;
  readonly parseGrownMb: number;
}

const query = `query Long($filter: InvoiceFilter) {
  invoices(first: 50, filter: $filter) {
    totalCount totals { currency count netAmount taxAmount totalAmount }
    nodes { id number totalAmount lines { netAmount } } pageInfo { endCursor }
  }
}`;

/** Measures it so many times, each in processes of its own: memory that was given once is not given back. */
export async function measureLongList(times: number): Promise<LongList> {
  const all: LongList[] = [];
  for (let i = 0; i < times; i++) all.push(await measureOnce());
  const of = (name: keyof LongList) => median(all.map((each) => each[name]));
  return {
    bodyMb: of("bodyMb"),
    cpuMs: of("cpuMs"),
    parseCpuMs: of("parseCpuMs"),
    longestBlockMs: of("longestBlockMs"),
    grownMb: of("grownMb"),
    parseLongestBlockMs: of("parseLongestBlockMs"),
    parseGrownMb: of("parseGrownMb"),
  };
}

async function measureOnce(): Promise<LongList> {
  const upstream = await startUpstream();
  const { freight, ...others } = sourcesAt(upstream.url);
  const ours = await startOurs(upstream, {
    cache: { enabled: false },
    sources: { ...others, freight: { ...freight, url: `${upstream.url}/v6-long`, timeoutMs: 120_000 } },
    server: { host: "127.0.0.1", port: 0, requestTimeoutMs: 120_000 },
  });
  const month = quarter.to.slice(0, 7);
  const body = `${upstream.url}/v6-long/invoices?${daysAround(month)}`;
  const parser = await start({ script: built("bench/servers/parse"), argument: { body } });
  // Makes the body, and lets both load what they need, with a month that is small.
  await (await fetch(body)).arrayBuffer();
  const own = shotOf(ours.url, { ...workloads.merged, query, variables: {} });
  const ask = (issuedOn: object, sources: readonly string[]) =>
    answerOf({ ...own, body: JSON.stringify({ query, variables: { filter: { issuedOn, sources } } }) });
  for (let i = 0; i < 20; i++) await ask(quarter, ["flolive", "cdn"]);

  const before = await ours.usage();
  const watched = await ours.watch(async () => {
    const text = await ask({ from: `${month}-01`, to: quarter.to }, ["freight"]);
    const { data } = JSON.parse(text) as { data: { invoices: { nodes: unknown[]; totalCount: number } } };
    const { nodes, totalCount } = data.invoices;
    if (nodes.length !== 50 || totalCount < 30_000) throw new Error(`${nodes.length} of ${totalCount}`);
  });
  const after = await ours.usage();
  const parseBefore = await parser.usage();
  const parsed = await parser.watch(async () => (await fetch(parser.url)).text());
  const parseAfter = await parser.usage();
  const bodyMb = Number((await fetch(body)).headers.get("content-length")) / 1e6;
  await Promise.all([ours.stop(), parser.stop()]);
  await upstream.stop();
  return {
    bodyMb,
    cpuMs: (after.cpu - before.cpu) / 1_000,
    parseCpuMs: (parseAfter.cpu - parseBefore.cpu) / 1_000,
    longestBlockMs: watched.longestBlockMs,
    grownMb: watched.grownBytes / 1e6,
    parseLongestBlockMs: parsed.longestBlockMs,
    parseGrownMb: parsed.grownBytes / 1e6,
  };
}

// The days that the service asks V6 for when it needs a month.
function daysAround(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10).split("-").toReversed().join("");
  return `fromDate=${day(Date.UTC(year, number - 1, -6))}&toDate=${day(Date.UTC(year, number, 7))}`;
}
