/** `invoicegraph serve` and `invoicegraph sandbox`: the service until it is stopped. */
import cluster from "node:cluster";
import { loadConfig } from "../config/load.ts";
import type { Environment } from "../config/variables.ts";
import { sandboxGreeting } from "../greeting.ts";
import { startSandbox } from "../sandbox.ts";
import { contradictions } from "../simulators/contradictions.ts";
import { type Service, startService, stopOnSignal } from "../service.ts";
import { sourceKinds } from "../sources/index.ts";
import { createLog } from "../telemetry/log.ts";
import { asWorker, startWorkers, workerCount } from "../workers.ts";
import { type Command, readArguments } from "./command.ts";
import { mustFindConfig } from "./find-config.ts";
import { readLogLevel } from "./log-level.ts";
import { exitCodes } from "./mistake.ts";
import { readPort } from "./port.ts";

export interface RunOptions {
  readonly env: Environment;
  /** Overrides the configuration's. */
  readonly port?: number | undefined;
}

/** Serves what the configuration describes until a signal ends it. */
export async function runService(path: string, { env, port }: RunOptions): Promise<Service> {
  const log = createLog(readLogLevel(env, "info"));
  const config = await loadConfig(path, { kinds: sourceKinds, env });
  if (cluster.isWorker) {
    const own = asWorker(await startService(config, { log, sandbox: null, port, isWorker: true }));
    stopOnSignal(own);
    return own;
  }
  const workers = workerCount(config.server.workers);
  const service =
    workers > 1
      ? await startWorkers(config, workers, log)
      : await startService(config, { log, sandbox: null, port });
  stopOnSignal(service);
  const { url, metricsUrl } = service;
  log.info(
    {
      url,
      ...(metricsUrl !== null && { metricsUrl }),
      ...(workers > 1 && { workers }),
      sources: config.sources.map(({ id }) => id),
    },
    "listening",
  );
  return service;
}

/** Serves made-up data until a signal ends it; says how to ask. `contradicts`: the upstreams say things the other way. */
export async function runSandbox(
  { env, port }: RunOptions,
  { contradicts = false }: { readonly contradicts?: boolean } = {},
): Promise<Service> {
  const log = createLog(readLogLevel(env, "warn"));
  const sandbox = await startSandbox(contradicts ? { each: contradictions } : {});
  const service = await startService(sandbox.config, { log, sandbox, port });
  stopOnSignal(service);
  process.stdout.write(sandboxGreeting(service.url, sandbox));
  return service;
}

const portOption = { port: { type: "string" } } as const;

function portOf(given: string | undefined, env: Environment): number | undefined {
  if (given !== undefined) return readPort(given, "--port");
  return env["PORT"] === undefined ? undefined : readPort(env["PORT"], "PORT");
}

export const serve: Command = {
  name: "serve",
  summary: "serve the API over your own upstreams",
  help: `Usage: invoicegraph serve [--config FILE] [--port N]

Serves the API over the upstreams that the configuration names, until SIGTERM or Ctrl+C.
Requests in flight are finished first.

  --config FILE   the configuration; default: INVOICEGRAPH_CONFIG, else invoicegraph.yaml
  --port N        instead of PORT or the configuration's own; 0 takes a free one

Environment: LOG_LEVEL is debug, info (default), warn, error or silent; the log is JSON on standard output.

Examples:
  cp invoicegraph.example.yaml invoicegraph.yaml     # then fill it in
  invoicegraph doctor                                # does everything answer?
  invoicegraph serve
  LOG_LEVEL=debug invoicegraph serve --config /etc/invoicegraph.yaml --port 8080
`,
  async run(args, { env }) {
    const { values } = readArguments("serve", args, { config: { type: "string" }, ...portOption });
    const port = portOf(values.port, env);
    await runService(mustFindConfig(values.config, env), { env, port });
    return exitCodes.success;
  },
};

export const sandbox: Command = {
  name: "sandbox",
  summary: "serve made-up data, with GraphiQL and keys to try",
  help: `Usage: invoicegraph sandbox [--port N] [--contradictions]

Starts four simulated upstreams in this process and the API in front of them: nothing leaves this machine.
Prints the address of GraphiQL, three API keys that see different things, and a query to paste.

  --port N           instead of PORT or 4000; 0 takes a free one
  --contradictions   the upstreams write fields, dates and types the other way than usual where their documents
                     contradict themselves: the page at / shows it as drift

Examples:
  invoicegraph sandbox --port 4600
  invoicegraph sandbox --contradictions
`,
  async run(args, { env }) {
    const { values } = readArguments("sandbox", args, {
      contradictions: { type: "boolean" },
      ...portOption,
    });
    const contradicts = values.contradictions === true;
    await runSandbox({ env, port: portOf(values.port, env) }, { contradicts });
    return exitCodes.success;
  },
};
