/** Everything that operators see of the running service, as it is configured; what is off costs nothing. */
import type { Connect } from "../http/connection.ts";
import { createAccessLog } from "./access-log.ts";
import type { TelemetryConfig } from "./config.ts";
import { watched } from "./exchanges.ts";
import type { Log } from "./log.ts";
import type { Observer } from "./observer.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRequests, type Requests } from "./requests.ts";
import type { Standing } from "./standing.ts";
import { createTraces } from "./traces.ts";

/** What watches the service. */
export interface Telemetry {
  readonly requests: Requests;
  /** The same connections, watched. */
  watch(connect: Connect): Connect;
  /** Null: none are collected. */
  readonly metrics: Metrics | null;
  close(): Promise<void>;
}

/** Starts what is configured. `standing` is read when metrics are asked for; `others` watch as well. */
export async function createTelemetry(
  config: TelemetryConfig,
  log: Log,
  standing: Standing,
  others: readonly Observer[] = [],
): Promise<Telemetry> {
  const metrics = config.metrics === undefined ? null : await createMetrics(standing);
  const traces = config.traces === undefined ? null : await createTraces(config.traces);
  const observers = [traces, metrics, ...createAccessLog(log), ...others].filter(
    (observer) => observer !== null,
  );
  return {
    requests: createRequests(observers),
    watch: (connect) => watched(connect, observers),
    metrics,
    async close() {
      await traces?.close();
    },
  };
}
