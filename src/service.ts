/** One running service: the app on its socket, what it offers to operators beside it, and its orderly end. */
import { type App, createApp } from "./app.ts";
import type { Config } from "./config/read.ts";
import { tuneEngine } from "./engine.ts";
import type { Sandbox } from "./sandbox.ts";
import { listen } from "./server/listen.ts";
import type { Log } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import { type MetricsServer, serveMetrics } from "./telemetry/metrics-server.ts";

/** What is not configured but given. */
export interface ServiceOptions {
  readonly log: Log;
  /** Whose simulators end with the service. Null: real upstreams. */
  readonly sandbox: Sandbox | null;
  /** Where to listen; the configuration's own address and port by default. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Is it one of several on this port? Then its metrics are for the first process, which serves those of all. Default false. */
  readonly isWorker?: boolean;
}

/** A running service. */
export interface Service {
  /** Where it listens, such as "http://127.0.0.1:4000". */
  readonly url: string;
  /** Where Prometheus scrapes; null when no metrics are collected. */
  readonly metricsUrl: string | null;
  /** What it counts itself; null when it counts nothing. */
  readonly metrics: Metrics | null;
  /** Lets load balancers notice for `graceMs` (as configured unless told), finishes what is in flight, and closes everything. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts it. Throws a sentence that helps when the port cannot be had. */
export async function startService(config: Config, options: ServiceOptions): Promise<Service> {
  tuneEngine();
  const { log, sandbox, host = config.server.host, port = config.server.port, isWorker = false } = options;
  let metrics: MetricsServer | null = null;
  const closeAll = async (app: App) => {
    await metrics?.close();
    await app.close();
    await sandbox?.simulators.close();
  };
  let url = "";
  const app = await createApp(config, {
    log,
    publicUrl: () => config.server.publicUrl ?? url,
    graphiqlKeys: sandbox?.tokens ?? [],
  });
  const start = async () => {
    const where = config.telemetry.metrics;
    if (app.metrics !== null && where !== undefined && !isWorker)
      metrics = await serveMetrics(app.metrics, where);
    return await listen(app.handle, host, port);
  };
  const listener = await start().catch(async (thrown: unknown) => {
    await closeAll(app);
    throw thrown;
  });
  ({ url } = listener);
  return {
    url,
    metricsUrl: (metrics as MetricsServer | null)?.url ?? null,
    metrics: app.metrics,
    async stop(graceMs = config.server.drainGraceMs) {
      app.drain();
      await listener.stop(config.server.drainMs, graceMs);
      await closeAll(app);
    },
  };
}

/** Stops it at the first SIGTERM or SIGINT. */
export function stopOnSignal(service: Service): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    void service.stop();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
