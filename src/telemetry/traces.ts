/** Traces by OpenTelemetry: request, operation, question to a source; W3C context in and out. */
import type { Context, Span } from "@opentelemetry/api";
import type { TracesConfig } from "./config.ts";
import { atMost } from "./trace-budget.ts";
import type { Observer } from "./observer.ts";

/** An observer that makes spans. */
export interface Traces extends Observer {
  /** Sends what is still waiting. */
  close(): Promise<void>;
}

const closeWithinMs = 3_000;
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

// Not a WeakMap: what one holds outlives its request by many others.
const traced = Symbol("traced");

interface Traced {
  [traced]?: { readonly span: Span; operation: Span | null; context: Context };
}

/** Starts tracing. OpenTelemetry is loaded only now. */
export async function createTraces(config: TracesConfig): Promise<Traces> {
  const [otel, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, createTraceState, isSpanContextValid, trace } =
    otel;
  const headers = Object.fromEntries(
    Object.entries(config.headers).map(([name, value]) => [name, value.reveal()]),
  );
  const exporter = new OTLPTraceExporter({ url: config.otlpUrl, headers });
  const budget = atMost(config.maxPerSecond, new sdk.TraceIdRatioBasedSampler(config.sampleRatio), {
    decision: sdk.SamplingDecision.NOT_RECORD,
  });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": config.serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: budget }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  // Parents are handed on by hand, in Call.trace: Node's context tracking would cost every promise something.
  const tracer = provider.getTracer("invoicegraph");
  const ids = new sdk.RandomIdGenerator();

  function parentOf(header: string | undefined, state: string | undefined): Context {
    const [, traceId, spanId, flags] = traceparent.exec(header ?? "") ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
    const parent = {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16) & 1,
      isRemote: true,
      ...(state !== undefined && { traceState: createTraceState(state) }),
    };
    return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  }

  // Told to sources, which must not begin a trace of their own either.
  function untraced(record: Traced): Traced[typeof traced] & object {
    const span = trace.wrapSpanContext({
      traceId: ids.generateTraceId(),
      spanId: ids.generateSpanId(),
      traceFlags: TraceFlags.NONE,
    });
    return (record[traced] = { span, operation: null, context: trace.setSpan(ROOT_CONTEXT, span) });
  }

  function fail(span: Span, message: string): void {
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  return {
    requestBegan(record, { headers: { traceparent: parent, tracestate: state } }) {
      // In a flood nearly none is traced: ids for the others are made when there is a source to tell.
      if (parent === undefined && budget.isSpent()) return;
      const { id, method, route } = record;
      const attributes = {
        "http.request.method": method,
        "http.route": `/${route}`,
        "invoicegraph.request_id": id,
      };
      const options = { kind: SpanKind.SERVER, attributes };
      const above = parentOf(single(parent), single(state));
      const span = tracer.startSpan(`${method} /${route}`, options, above);
      (record as Traced)[traced] = { span, operation: null, context: trace.setSpan(above, span) };
    },

    operationBegan(record) {
      const request = (record as Traced)[traced];
      if (request === undefined || !request.span.isRecording()) return;
      const { type, operation } = record;
      const attributes = {
        "graphql.operation.type": type ?? "query",
        ...(operation !== null && { "graphql.operation.name": operation }),
      };
      const span = tracer.startSpan(
        [type, operation].filter(Boolean).join(" "),
        { attributes },
        request.context,
      );
      request.operation = span;
      request.context = trace.setSpan(request.context, span);
    },

    operationEnded: (record) => (record as Traced)[traced]?.operation?.end(),

    requestEnded(record, { status, isAborted }) {
      const request = (record as Traced)[traced];
      if (request === undefined || !request.span.isRecording()) return;
      const { span } = request;
      const { viewer, cost, codes } = record;
      span.setAttributes({
        "http.response.status_code": status,
        ...(viewer !== null && { "enduser.id": viewer }),
        ...(cost !== null && { "invoicegraph.cost": cost }),
        ...(codes.length > 0 && { "invoicegraph.errors": [...codes] }),
      });
      if (status >= 500) fail(span, codes[0] ?? `HTTP ${status}`);
      else if (isAborted) fail(span, "the client left");
      span.end();
    },

    exchangeBegan({ source, method, path, trace: request }) {
      const record = request as Traced | undefined;
      const context = record === undefined ? ROOT_CONTEXT : (record[traced] ?? untraced(record)).context;
      const attributes = { "http.request.method": method, "url.path": path, "invoicegraph.source": source };
      const span = tracer.startSpan(`${method} ${source}`, { kind: SpanKind.CLIENT, attributes }, context);
      const { traceId, spanId, traceFlags, traceState } = span.spanContext();
      const state = traceState?.serialize();
      return {
        headers: {
          traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
          ...(state !== undefined && state !== "" && { tracestate: state }),
        },
        end({ bytes, answers, status, failure }) {
          span.setAttributes({
            "http.response.body.size": bytes,
            "invoicegraph.answers": answers,
            ...(status !== null && { "http.response.status_code": status }),
            ...(failure !== null && { "error.type": failure.code }),
          });
          if (failure !== null) fail(span, failure.code);
          span.end();
        },
      };
    },

    async close() {
      // A collector that hangs must not hold up the end of the process.
      const ended = provider.shutdown().catch(() => {});
      const timer = new Promise<void>((resolve) => setTimeout(resolve, closeWithinMs).unref());
      await Promise.race([ended, timer]);
    },
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}
