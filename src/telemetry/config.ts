/** The `telemetry` section of the configuration: where operators see what the service does. */
import { z } from "zod";
import { Secret } from "../model/secret.ts";

const metrics = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(9_464)
    .describe("The port of GET /metrics, never the public one; 0 takes a free one."),
  host: z
    .string()
    .min(1, "must not be empty")
    .default("127.0.0.1")
    .describe(
      "The address to listen on: this machine only by default. Nobody is asked for a credential there.",
    ),
});

const traces = z.strictObject({
  otlpUrl: z
    .url({ protocol: /^https?$/, error: "must be an http(s) URL, such as http://localhost:4318/v1/traces" })
    .describe("Where spans are sent by OTLP over HTTP: the whole URL, with /v1/traces."),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]+$/, "must be the name of a header"),
      z.string().transform((value) => new Secret(value)),
    )
    .default({})
    .describe("Headers that prove to the collector who sends, such as an API key."),
  serviceName: z
    .string()
    .min(1, "must not be empty")
    .default("invoicegraph")
    .describe("`service.name` of the spans."),
  sampleRatio: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      "The share of requests that are traced, from 0 to 1, where the caller's traceparent does not decide it.",
    ),
  maxPerSecond: z
    .int()
    .min(1)
    .default(100)
    .describe(
      "The most requests that are traced in a second, where the caller's traceparent does not decide it: a flood of small ones is traced in part, and each traced one wholly.",
    ),
});

/** The section as it is written. */
export const telemetryConfig = z.strictObject({
  metrics: metrics.optional().describe("Serve metrics for Prometheus. Default: none are collected."),
  traces: traces.optional().describe("Send traces to an OpenTelemetry collector. Default: none are made."),
});

/** The section with its defaults filled in. */
export type TelemetryConfig = z.output<typeof telemetryConfig>;

/** Where metrics are served. */
export type MetricsConfig = NonNullable<TelemetryConfig["metrics"]>;

/** Where spans are sent. */
export type TracesConfig = NonNullable<TelemetryConfig["traces"]>;
