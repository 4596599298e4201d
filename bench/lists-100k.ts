/** Measures the first page of 50 from one V6 month of 100,000 invoices: time, memory and the longest block of the event loop. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createApp } from "../src/app.ts";
import { sandboxTokens } from "../src/auth/sandbox.ts";
import { readConfig } from "../src/config/read.ts";
import { createDirectory } from "../src/directory/create.ts";
import { addMonths, daysOfMonth, monthOf, todayUtc } from "../src/model/day.ts";
import { listen } from "../src/server/listen.ts";
import { type SimulatorsConfig, startSimulators } from "../src/simulators/index.ts";
import { sourceKinds } from "../src/sources/index.ts";
import { createLog } from "../src/telemetry/log.ts";

const count = 100_000;
const month = addMonths(monthOf(todayUtc()), -1);
const limits = { bodiesInMemory: 4, blockMs: 100 };

interface Upstream {
  readonly config: SimulatorsConfig;
  readonly bodyBytes: number;
}

async function beUpstream(): Promise<void> {
  const simulators = await startSimulators({ months: 3, v6InvoicesInMonth: { month, count } });
  const config = simulators.config();
  // Also makes the invoices, which takes longer than sending them.
  const bodyBytes = await sizeOf(config);
  process.send?.({ config, bodyBytes } satisfies Upstream);
}

async function sizeOf({ sources }: SimulatorsConfig): Promise<number> {
  const freight = sources["freight"] as unknown as { url: string; apiKey: string };
  const { from, to } = daysOfMonth(month);
  const url = `${freight.url}/invoices?fromDate=${day(from)}&toDate=${day(to)}`;
  const response = await fetch(url, { headers: { authorization: `ApiKey ${freight.apiKey}` } });
  return (await response.arrayBuffer()).byteLength;
}

// 2026-10-01 as V6's queries want it: 01102026.
function day(text: string): string {
  return text.slice(8) + text.slice(5, 7) + text.slice(0, 4);
}

async function measure(): Promise<void> {
  const script = fileURLToPath(import.meta.url);
  const child = fork(script, ["upstream"]);
  const [upstream] = (await once(child, "message")) as [Upstream];
  process.stdout.write(`${header}\n`);
  for (const [index] of queries.entries()) {
    // A process of its own for each row: memory that was given once is not given back.
    const service = fork(script, ["service", String(index)]);
    service.send(upstream);
    const [exitCode] = (await once(service, "exit")) as [number | null];
    if (exitCode !== 0) process.exitCode = 1;
  }
  child.kill();
}

async function beService(index: number): Promise<void> {
  const [{ config, bodyBytes }] = (await once(process, "message")) as [Upstream];
  const service = await startService(config);
  const [title, more] = queries[index] ?? ["", ""];
  // The small month before loads the code that the big one needs.
  for (let i = 0; i < 5; i++) await ask(service, addMonths(month, -1), more);
  process.stdout.write(`${await measureOne(service, title, more, bodyBytes)}\n`);
  await service.close();
  process.disconnect();
}

const queries: readonly (readonly [title: string, more: string])[] = [
  ["first page of 50", ""],
  ["with totals", "totals { currency count netAmount taxAmount totalAmount }"],
];

const header = `| V6, ${count.toLocaleString("en")} invoices of 3 lines | body | answered in | peak memory over idle | longest block |
|---|---|---|---|---|`;

async function measureOne(service: Service, title: string, more: string, bodyBytes: number): Promise<string> {
  const idle = process.memoryUsage().rss;
  const watch = watchLoop();
  const begun = performance.now();
  const { totalCount, nodes } = await ask(service, month, more);
  const tookMs = performance.now() - begun;
  const { longestMs, peakBytes } = watch.stop();
  if (nodes.length !== 50 || totalCount === null || totalCount < count * 0.9) {
    throw new Error(`the answer is not whole: ${nodes.length} of ${totalCount}`);
  }
  const grown = peakBytes - idle;
  const isWithin = grown <= limits.bodiesInMemory * bodyBytes && longestMs <= limits.blockMs;
  if (!isWithin) process.exitCode = 1;
  const ratio = (grown / bodyBytes).toFixed(1);
  return `| ${title} | ${megabytes(bodyBytes)} | ${(tookMs / 1000).toFixed(1)} s | ${megabytes(grown)} (${ratio} × the body) | ${Math.round(longestMs)} ms |`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/**
 * Looks every millisecond how late it is, and at the memory. Late by no more than the process itself worked meanwhile: on a machine
 * that others use too, the rest is theirs.
 */
function watchLoop() {
  let last = performance.now();
  let lastCpu = process.cpuUsage();
  let longestMs = 0;
  let peakBytes = 0;
  const look = () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(lastCpu);
    longestMs = Math.max(longestMs, Math.min(now - last - 1, (user + system) / 1000));
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    last = performance.now();
    lastCpu = process.cpuUsage();
  };
  const timer = setInterval(look, 1);
  return {
    stop() {
      look();
      clearInterval(timer);
      return { longestMs, peakBytes };
    },
  };
}

interface Service {
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
}

// A busy machine shall make the numbers worse, not the answer fail.
function patient({ sources }: SimulatorsConfig) {
  return { ...sources, freight: { ...sources["freight"], timeoutMs: 120_000 } };
}

async function startService(simulated: SimulatorsConfig): Promise<Service> {
  const read = readConfig(
    { ...simulated, sources: patient(simulated), server: { requestTimeoutMs: 120_000 } },
    { kinds: sourceKinds, env: {}, baseDir: process.cwd(), sandbox: true },
  );
  if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
  const everybody = await createDirectory(read.config.customers).page(null, 1_000);
  const { tokens, apiKeys } = sandboxTokens(everybody);
  const app = await createApp(
    { ...read.config, auth: { ...read.config.auth, apiKeys: [...apiKeys] } },
    { log: createLog("silent"), publicUrl: () => "" },
  );
  const listener = await listen(app.handle, "127.0.0.1", 0);
  return {
    url: listener.url,
    key: tokens.at(-1)?.key ?? "",
    async close() {
      await listener.stop(0);
      await app.close();
    },
  };
}

async function ask({ url, key }: Service, ofMonth: string, more: string) {
  const { from, to } = daysOfMonth(ofMonth);
  const query = `query ($from: LocalDate, $to: LocalDate) {
    invoices(first: 50, filter: { sources: ["freight"], issuedOn: { from: $from, to: $to } }) {
      totalCount ${more} nodes { id number totalAmount lines { netAmount } } pageInfo { endCursor }
    }
  }`;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ query, variables: { from, to } }),
  });
  const reply = (await response.json()) as { data?: any; errors?: unknown };
  if (reply.errors !== undefined) throw new Error(JSON.stringify(reply.errors));
  return reply.data.invoices as { totalCount: number | null; nodes: readonly unknown[] };
}

// The upstream has a process of its own too, so that only ours is measured.
const [, , role, index] = process.argv;
if (role === "upstream") await beUpstream();
else if (role === "service") await beService(Number(index));
else await measure();
