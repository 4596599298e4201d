/** Metrics for Prometheus: of sources, of operations, of requests, of the cache and of the process. */
import type { ErrorCode } from "../model/errors.ts";
import { type Observer, routes } from "./observer.ts";
import { createSeries } from "./series.ts";
import { registerStanding, type Standing } from "./standing.ts";
import type { MetricsSnapshot } from "./worker-metrics.ts";

/** An observer that counts, for Prometheus. */
export interface Metrics extends Observer {
  readonly contentType: string;
  /** Everything, in Prometheus's text format. */
  text(): Promise<string>;
  /** The same as plain data, for the process that adds up several. */
  snapshot(): Promise<MetricsSnapshot>;
}

// Client-made names must not make series without end.
const mostOperations = 200;
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
// What starts at 0, because Prometheus sees no increase in a series that begins with its first failure.
const outcomes: readonly ("ok" | ErrorCode)[] = [
  "ok",
  "SOURCE_TIMEOUT",
  "SOURCE_UNREACHABLE",
  "SOURCE_DISCONNECTED",
  "SOURCE_UNAVAILABLE",
  "SOURCE_RATE_LIMITED",
  "SOURCE_BAD_RESPONSE",
  "SOURCE_SUSPENDED",
  "SOURCE_TOO_LARGE",
  "SOURCE_ERROR",
  "SOURCE_UNAUTHORIZED",
  "SOURCE_REJECTED",
  "SOURCE_BUSY",
  "ACCOUNT_NOT_FOUND",
  "ACCOUNT_NOT_PERMITTED",
  "ACCOUNT_MISMATCH",
  "INVOICE_NOT_FOUND",
  "FILE_UNAVAILABLE",
  "FORMAT_UNAVAILABLE",
  "CANCELLED",
  "DEADLINE_EXCEEDED",
  "INTERNAL",
];
const failingStatuses = ["500", "503"];
const costs = [10, 100, 1_000, 10_000, 50_000, 100_000, 200_000];

/** Starts counting. prom-client is loaded only now. */
export async function createMetrics(standing: Standing): Promise<Metrics> {
  const prometheus = (await import("prom-client")).default;
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  // Over workers: how late the event loop of one comes round is not made good by the others.
  for (const metric of registry.getMetricsAsArray())
    if (metric.aggregator === "average") metric.aggregator = "max";
  registerStanding(prometheus, registry, standing);
  const { counter, histogram } = createSeries(registry);

  const calls = counter({
    name: "invoicegraph_source_calls_total",
    help: "Questions to a source by how they ended: ok, or the code of the failure. Retries are part of one call.",
    labelNames: ["source", "outcome"],
    endings: outcomes,
  });
  const callSeconds = histogram({
    name: "invoicegraph_source_call_seconds",
    help: "How long a question to a source took, retries included.",
    labelNames: ["source"],
    buckets: seconds,
  });
  const bytes = counter({
    name: "invoicegraph_source_received_bytes_total",
    help: "Decoded bytes of the source's answers.",
    labelNames: ["source"],
  });
  const requests = counter({
    name: "invoicegraph_requests_total",
    help: "Requests by route and HTTP status; health checks are left out.",
    labelNames: ["route", "status"],
    endings: failingStatuses,
  });
  const requestSeconds = histogram({
    name: "invoicegraph_request_seconds",
    help: "From the head of a request to the end of its answer; what was refused at the door is left out.",
    labelNames: ["route"],
    buckets: seconds,
  });
  const operations = counter({
    name: "invoicegraph_operations_total",
    help: "Operations that ran, by name and whether their answers held errors.",
    labelNames: ["operation", "type", "outcome"],
    endings: ["ok", "errors"],
  });
  const operationSeconds = histogram({
    name: "invoicegraph_operation_seconds",
    help: "How long a request with this operation took.",
    labelNames: ["operation"],
    buckets: seconds,
  });
  const operationCost = histogram({
    name: "invoicegraph_operation_cost",
    help: "The cost of an operation as it is limited: one for each object that it may return.",
    labelNames: ["operation"],
    buckets: costs,
  });

  for (const source of standing.sources) {
    calls(source, "ok");
    callSeconds(source);
    bytes(source);
  }
  for (const route of routes) requests(route, "500");

  const names = new Set<string>();
  function boundedName(operation: string | null): string {
    if (operation === null) return "anonymous";
    if (names.has(operation)) return operation;
    if (names.size >= mostOperations || operation.length > 64) return "other";
    names.add(operation);
    return operation;
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),

    requestEnded({ route, operation: given, type, cost, codes }, { status, ms }) {
      requests(route, String(status)).value += 1;
      // How long somebody listened is no latency.
      const isLatency = type !== "subscription";
      if (isLatency) requestSeconds(route).observe(ms / 1_000);
      if (type === null) return;
      const operation = boundedName(given);
      operations(operation, type, codes.length === 0 ? "ok" : "errors").value += 1;
      if (isLatency) operationSeconds(operation).observe(ms / 1_000);
      if (cost !== null) operationCost(operation).observe(cost);
    },

    requestRefused: (route) => {
      requests(route, "503").value += 1;
    },

    exchangeBegan: ({ source }) => ({
      end({ ms, bytes: received, failure }) {
        calls(source, failure === null ? "ok" : failure.code).value += 1;
        callSeconds(source).observe(ms / 1_000);
        bytes(source).value += received;
      },
    }),
  };
}
