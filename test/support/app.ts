/** A whole service for a test: simulators, app and socket, all on free ports of this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import type { CacheStats } from "../../src/cache/cache.ts";
import { type App, createApp } from "../../src/app.ts";
import { type Sandbox, type SandboxSections, startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import type { Simulators, SimulatorsOptions } from "../../src/simulators/index.ts";
import { type Log, createLog } from "../../src/telemetry/log.ts";

/** The sandbox's three viewers. */
export type ViewerName = "parent" | "single" | "service";

export interface GraphQLReply {
  // Tests read what they asked for; a wrong path fails them.
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, any>;
}

export interface TestApp {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly simulators: Simulators;
  keyOf(viewer: ViewerName): string;
  /** Runs an operation as a viewer; customer service by default. */
  query(text: string, variables?: Record<string, unknown>, viewer?: ViewerName): Promise<GraphQLReply>;
  /** Runs a generated operation, typed; throws when there are errors and no data. */
  run<Data, Variables extends Record<string, unknown>>(
    operation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    viewer?: ViewerName,
  ): Promise<Data>;
  /** Empties the simulators' logs. */
  clearLogs(): void;
  /** How many requests have reached each simulator since the last clearLogs(). */
  counts(): Record<"flolive" | "akamai" | "v6" | "ddapi", number>;
  /** How many subscribe, and to how many different things. */
  live(): ReturnType<App["standing"]>;
  /** What the cache did since the start. */
  cacheStats(): CacheStats;
  close(): Promise<void>;
}

export interface TestAppOptions extends SimulatorsOptions {
  /** Sections of the configuration that replace the sandbox's own. */
  readonly sections?: SandboxSections;
  /** Every request asks the sources anew: for tests that count what a question costs, or that make sources fail. Default false. */
  readonly cold?: boolean;
  /** Silent by default. */
  readonly log?: Log;
  /** Epoch milliseconds; the clock by default. Akamai's simulator has to be told the same. */
  readonly now?: () => number;
}

const usualFolder = resolve("var/files");

/** Starts it; close it when done. */
export async function startTestApp({
  sections = () => ({}),
  cold = false,
  log = createLog("silent"),
  now = Date.now,
  ...options
}: TestAppOptions = {}): Promise<TestApp> {
  const sandbox = await startSandbox(options, (own) => ({
    ...(cold && { cache: { enabled: false } }),
    ...sections(own),
  }));
  const { config } = sandbox;
  const ownFolder = await mkdtemp(join(tmpdir(), "invoicegraph-files-"));
  // Else the apps of all test files would keep their files, and count them, in one folder.
  const folder = config.delivery.folder === usualFolder ? ownFolder : config.delivery.folder;
  let url = "";
  const app = await createApp(
    { ...config, delivery: { ...config.delivery, folder } },
    {
      log,
      now,
      publicUrl: () => url,
      graphiqlKeys: sandbox.tokens,
    },
  );
  const listener = await listen(app.handle, "127.0.0.1", 0);
  ({ url } = listener);
  const { simulators, tokens } = sandbox;
  const each = [simulators.flolive, simulators.akamai, simulators.v6, simulators.ddapi];
  async function query(
    text: string,
    variables: Record<string, unknown> = {},
    viewer: ViewerName = "service",
  ) {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": keyOf(viewer) },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as GraphQLReply;
  }
  const keyOf = (viewer: ViewerName) => tokens.find(({ name }) => name === `sandbox-${viewer}`)?.key ?? "";

  return {
    url,
    sandbox,
    simulators,
    keyOf,
    query,
    async run(operation, variables, viewer) {
      const { data, errors } = await query(print(operation), variables, viewer);
      if (data === null || data === undefined) throw new Error(errors?.[0]?.message ?? "no data");
      return data;
    },
    clearLogs() {
      for (const simulator of each) simulator.clearLog();
    },
    counts: () => ({
      flolive: simulators.flolive.log.length,
      akamai: simulators.akamai.log.length,
      v6: simulators.v6.log.length,
      ddapi: simulators.ddapi.log.length,
    }),
    live: () => app.standing(),
    cacheStats: () => app.cacheStats(),
    async close() {
      await listener.stop(0);
      await app.close();
      await simulators.close();
      await rm(ownFolder, { recursive: true, force: true });
    },
  };
}
