/** An installation as operators have it: processes of the real program over one Redis, and where asked for one bucket and one database. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AwsClient } from "aws4fetch";
import { sandboxTokens } from "../../src/auth/sandbox.ts";
import { createDirectory } from "../../src/directory/create.ts";
import { postgresConfig } from "../../src/directory/postgres/config.ts";
import { importCustomers } from "../../src/directory/postgres/import.ts";
import { migrate } from "../../src/directory/postgres/migrate.ts";
import { readConfig } from "../../src/config/read.ts";
import { type Simulators, startSimulators } from "../../src/simulators/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import type { GraphQLReply } from "../support/app.ts";
import { type TestPostgres, startPostgres } from "../support/postgres.ts";
import { type TestRedis, startRedis } from "../support/redis.ts";
import { type S3Server, startS3Server } from "../support/s3-server.ts";

/** One process that was started, with the workers that it may have. */
export interface Replica {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly child: ChildProcess;
  /** What it logged so far, an object for each line. */
  readonly log: readonly Record<string, unknown>[];
  /** SIGKILL, and it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

export interface Installation {
  readonly simulators: Simulators;
  readonly redis: TestRedis;
  keyOf(viewer: "parent" | "single" | "service"): string;
  /** Starts a process, on a free port unless told. */
  start(port?: number): Promise<Replica>;
  /** Asks one of them; customer service by default. */
  query(
    url: string,
    text: string,
    variables?: object,
    viewer?: "parent" | "single" | "service",
  ): Promise<GraphQLReply>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  /** Files in a bucket instead of a folder. */
  readonly s3?: boolean;
  /** Customers in PostgreSQL instead of the configuration. */
  readonly postgres?: boolean;
  /** Sections that replace the usual ones. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

const startWithinMs = 250_000;

/** Starts everything but the processes themselves; close it when done. */
export async function startInstallation({
  s3 = false,
  postgres = false,
  sections = {},
}: InstallationOptions = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-replicas-"));
  const simulators = await startSimulators({ each: { akamai: { requestsPerMinute: 100_000 } } });
  const redis = await startRedis();
  const bucketServer = s3 ? await startS3Server() : null;
  const database = postgres ? await startPostgres() : null;
  const { sources, customers } = simulators.config();
  const { tokens, apiKeys } = await viewersOf(customers, sources);
  const delivery = {
    folder: join(folder, "files"),
    links: { keys: [{ id: "k1", secret: "a secret of all replicas, 32 bytes long" }] },
    ...(bucketServer !== null && { s3: await bucketOf(bucketServer) }),
  };
  const config = {
    // On a machine that is busy with other tests an answer may take longer than the usual 100 ms.
    redis: { url: redis.url, timeoutMs: 3_000 },
    auth: { apiKeys },
    sources,
    ...(database === null ? { customers } : { directory: await databaseOf(database, customers, sources) }),
    ...sections,
    server: { host: "127.0.0.1", port: 0, drainGraceMs: 3_000, ...(sections["server"] as object) },
    delivery: { ...delivery, ...(sections["delivery"] as object) },
  };
  const path = join(folder, "invoicegraph.yaml");
  await writeFile(path, JSON.stringify(config));
  const running = new Set<Replica>();
  const keyOf = (viewer: string) => tokens.find(({ name }) => name === `sandbox-${viewer}`)?.key ?? "";

  return {
    simulators,
    redis,
    keyOf,
    async start(port) {
      const replica = await startReplica(path, port);
      running.add(replica);
      return replica;
    },
    async query(url, text, variables = {}, viewer = "service") {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": keyOf(viewer) },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await response.json()) as GraphQLReply;
    },
    async close() {
      await Promise.all([...running].map((replica) => replica.kill()));
      await Promise.all([simulators.close(), redis.close(), bucketServer?.close(), database?.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The ids of its workers' processes that serve, as it logs them. */
export function workersOf({ log }: Replica): number[] {
  const pids = (message: string) => log.filter(({ msg }) => msg === message).map(({ pid }) => Number(pid));
  const ended = pids("a worker has ended");
  return pids("a worker serves").filter((pid) => !ended.includes(pid));
}

async function startReplica(path: string, port: number | undefined): Promise<Replica> {
  const env = {
    ...process.env,
    INVOICEGRAPH_CONFIG: path,
    LOG_LEVEL: "info",
    ...(port !== undefined && { PORT: String(port) }),
  };
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const log: Record<string, unknown>[] = [];
  const exit = once(child, "exit") as Promise<[number | null]>;
  const listening = new Promise<Record<string, unknown>>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("It does not listen.")), startWithinMs);
    void exit.then(() => reject(new Error(`It has ended: ${JSON.stringify(log)}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (entry["msg"] !== "listening") return;
      clearTimeout(late);
      resolve(entry);
    });
  });
  const { url, metricsUrl } = await listening;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exit)[0];
  };
  return {
    url: String(url),
    metricsUrl: metricsUrl as string | undefined,
    child,
    log,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };
}

async function viewersOf(customers: unknown, sources: unknown) {
  const read = readConfig(
    { customers, sources },
    { kinds: sourceKinds, env: {}, baseDir: "/", sandbox: true },
  );
  if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
  return {
    ...sandboxTokens(await createDirectory(read.config.customers).page(null, 1_000)),
    entries: read.config.customers,
  };
}

async function bucketOf({ endpoint, region, accessKeyId, secretAccessKey }: S3Server) {
  const bucket = "invoices";
  const client = new AwsClient({ region, accessKeyId, secretAccessKey, service: "s3" });
  await client.fetch(`${endpoint}/${bucket}`, { method: "PUT" });
  return { endpoint, region, bucket, accessKeyId, secretAccessKey, pathStyle: true };
}

async function databaseOf({ url }: TestPostgres, customers: unknown, sources: unknown) {
  const postgres = postgresConfig.parse({ url });
  await migrate(postgres);
  await importCustomers(postgres, (await viewersOf(customers, sources)).entries, {
    prune: false,
    dryRun: false,
  });
  return { postgres: { url, timeoutMs: 20_000 } };
}
