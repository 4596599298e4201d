/** What operators see of a running service: metrics by scraping, traces by a real receiver, the log line by line. */
import { readFileSync, readdirSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { errorCodes } from "../../src/model/error-codes.ts";
import { writeId } from "../../src/model/id.ts";
import { startSandbox } from "../../src/sandbox.ts";
import { type Service, startService } from "../../src/service.ts";
import type { SimulatorsOptions } from "../../src/simulators/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { watchStalls } from "../support/stalls.ts";

interface Running {
  readonly service: Service;
  readonly simulators: Awaited<ReturnType<typeof startSandbox>>["simulators"];
  readonly key: string;
  readonly lines: () => Record<string, any>[];
  ask(query: string, headers?: Record<string, string>): Promise<Response>;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(
  telemetry: object,
  {
    level = "silent",
    cache = { enabled: false },
    answers = {},
    ...options
  }: SimulatorsOptions & { level?: string; cache?: object; answers?: object } = {},
): Promise<Running> {
  const sandbox = await startSandbox(options, () => ({
    telemetry,
    cache,
    server: { port: 0, drainGraceMs: 0, answers },
  }));
  let written = "";
  const log = createLog(level, { write: (text) => void (written += text) });
  const service = await startService(sandbox.config, { log, sandbox });
  let isStopped = false;
  const stop = service.stop;
  const once = async () => {
    if (!isStopped) await stop();
    isStopped = true;
  };
  closing.push(once);
  const key = sandbox.tokens.at(-1)?.key ?? "";
  return {
    service: { ...service, stop: once },
    simulators: sandbox.simulators,
    key,
    lines: () =>
      written
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, any>),
    ask: (query, headers = {}) =>
      fetch(`${service.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key, ...headers },
        body: JSON.stringify({ query }),
      }),
  };
}

const latest = "query Latest { invoices(first: 3) { isComplete nodes { number } } }";
const settings = "query Settings { customers(first: 20) { nodes { settings { paysInvoiceFee } } } }";

/** The value of a series, by its name and labels in the order in which they are written. */
async function scrape(url: string | null): Promise<(series: string) => number | undefined> {
  const response = await fetch(url ?? "");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const values = new Map<string, number>();
  for (const line of (await response.text()).split("\n")) {
    const at = line.lastIndexOf(" ");
    if (!line.startsWith("#") && at > 0) values.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return (series) => values.get(`invoicegraph_${series}`) ?? values.get(series);
}

/** The codes of failures that the files of these rooms name. */
function codesIn(...rooms: readonly string[]): string[] {
  const text = rooms
    .flatMap((room) => {
      const folder = new URL(`../../src/${room}/`, import.meta.url);
      return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(new URL(name, folder), "utf8"));
    })
    .join("\n");
  return Object.keys(errorCodes).filter((code) => text.includes(`"${code}"`));
}

describe("metrics", () => {
  const on = { metrics: { port: 0 } };

  test("count what each source was asked, what it sent, and how long it took", async () => {
    const { service, simulators, ask } = await start(on);
    await (await ask(latest)).json();
    await (await ask(settings)).json();

    const value = await scrape(service.metricsUrl);

    for (const [source, simulator] of [
      ["cdn", simulators.akamai],
      ["freight", simulators.v6],
      ["billing", simulators.ddapi],
    ] as const) {
      expect(value(`source_calls_total{source="${source}",outcome="ok"}`)).toBe(simulator.log.length);
      expect(value(`source_attempts_total{source="${source}"}`)).toBe(simulator.log.length);
      expect(value(`source_call_seconds_count{source="${source}"}`)).toBe(simulator.log.length);
      expect(value(`source_received_bytes_total{source="${source}"}`)).toBeGreaterThan(100);
    }
    expect(value('source_retries_total{source="cdn"}')).toBe(0);
    expect(value('source_state{source="cdn",state="HEALTHY"}')).toBe(1);
  });

  test("tell what failed from the start, with 0, so that the first failure is an increase", async () => {
    const { service, ask } = await start(on);
    const fresh = await scrape(service.metricsUrl);
    const thrown = codesIn("http", "sources");

    const unseen = ["flolive", "cdn", "freight", "billing"].flatMap((source) => [
      ...["ok", "INTERNAL", ...thrown].map(
        (outcome) => `calls_total{source="${source}",outcome="${outcome}"}`,
      ),
      `call_seconds_count{source="${source}"}`,
      `received_bytes_total{source="${source}"}`,
    ]);
    expect(thrown.length).toBeGreaterThan(15);
    expect(unseen.filter((series) => fresh(`source_${series}`) !== 0)).toEqual([]);
    for (const route of ["graphql", "subgraph", "files", "other"]) {
      expect(fresh(`requests_total{route="${route}",status="500"}`)).toBe(0);
      expect(fresh(`requests_total{route="${route}",status="503"}`)).toBe(0);
    }

    await (await ask(latest)).json();
    const asked = await scrape(service.metricsUrl);

    expect(asked('operations_total{operation="Latest",type="query",outcome="errors"}')).toBe(0);
  });

  test("count failures by code, retries and an open breaker", async () => {
    const { service, simulators, ask } = await start(on);
    simulators.v6.setFault({ kind: "status", status: 503 });
    const until = Date.now() + 60_000;
    let value = await scrape(service.metricsUrl);
    while (value('source_state{source="freight",state="SUSPENDED"}') !== 1 && Date.now() < until) {
      await (await ask(latest)).json();
      value = await scrape(service.metricsUrl);
    }

    expect(value('source_calls_total{source="freight",outcome="SOURCE_UNAVAILABLE"}')).toBeGreaterThan(0);
    expect(value('source_retries_total{source="freight"}')).toBeGreaterThan(0);
    expect(value('source_attempts_total{source="freight"}')).toBe(simulators.v6.log.length);
    expect(value('source_suspensions_total{source="freight"}')).toBe(1);
    expect(value('source_state{source="freight",state="HEALTHY"}')).toBe(0);
    expect(value('source_state{source="cdn",state="HEALTHY"}')).toBe(1);
  });

  test("count what the cache gave, and older answers that stood in for failed ones", async () => {
    const cache = { ages: { recentInvoicesSeconds: 4, revalidateSeconds: 0 } };
    // What is given out of whole answers asks no cache of sources.
    const { service, simulators, ask } = await start(on, { cache, answers: { maxBytes: 0 } });
    const ofFreight =
      '{ invoices(first: 3, filter: { sources: ["freight"] }) { nodes { number } sources { status } } }';
    await (await ask(ofFreight)).json();
    await (await ask(ofFreight)).json();
    const warm = await scrape(service.metricsUrl);
    simulators.v6.setFault({ kind: "reset" });
    await new Promise((resolve) => setTimeout(resolve, 4_100));
    await (await ask(ofFreight)).json();

    const value = await scrape(service.metricsUrl);

    expect(warm('cache_misses_total{source="freight"}')).toBeGreaterThan(0);
    expect(warm('cache_hits_total{source="freight"}')).toBe(warm('cache_misses_total{source="freight"}'));
    expect(warm("cache_entries")).toBeGreaterThan(0);
    expect(warm('cache_stale_answers_total{source="freight"}')).toBe(0);
    expect(value('cache_stale_answers_total{source="freight"}')).toBeGreaterThan(0);
  });

  test("count requests and operations by name, with cost; names without end become one", async () => {
    const { service, ask } = await start(on);
    await (await ask(latest)).json();
    await (await ask("{ viewer { role } }")).json();
    await (await ask("query Wrong { nothing }")).json();
    for (let number = 0; number < 205; number += 1)
      await (await ask(`query Made${number} { viewer { role } }`)).json();
    await fetch(`${service.url}/livez`);
    await fetch(`${service.url}/graphql`, { method: "POST" });

    const value = await scrape(service.metricsUrl);

    expect(value('operations_total{operation="Latest",type="query",outcome="ok"}')).toBe(1);
    expect(value('operation_seconds_count{operation="Latest"}')).toBe(1);
    expect(value('operation_cost_sum{operation="Latest"}')).toBeGreaterThan(1);
    expect(value('operations_total{operation="anonymous",type="query",outcome="ok"}')).toBe(1);
    // 200 names are kept; one of them is Latest.
    expect(value('operations_total{operation="Made198",type="query",outcome="ok"}')).toBe(1);
    expect(value('operations_total{operation="Made199",type="query",outcome="ok"}')).toBeUndefined();
    expect(value('operations_total{operation="other",type="query",outcome="ok"}')).toBe(6);
    expect(value('operations_total{operation="Wrong",type="query",outcome="errors"}')).toBeUndefined();
    expect(value('requests_total{route="graphql",status="401"}')).toBe(1);
    expect(value('requests_total{route="other",status="200"}')).toBeUndefined();
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(value("nodejs_eventloop_lag_p99_seconds")).toBeDefined();
  });

  test("have a port of their own, and nothing on the public one", async () => {
    const { service, key } = await start(on);

    const elsewhere = await fetch(`${service.url}/metrics`, { headers: { "x-api-key": key } });
    const other = await fetch(new URL("/", service.metricsUrl ?? ""));

    expect(elsewhere.status).toBe(404);
    expect(other.status).toBe(404);
    expect(new URL(service.metricsUrl ?? "").port).not.toBe(new URL(service.url).port);
    await service.stop();
    await expect(fetch(service.metricsUrl ?? "")).rejects.toThrow("fetch failed");
  });

  test("are not there unless configured", async () => {
    const { service } = await start({});

    expect(service.metricsUrl).toBeNull();
  });

  test("say when their port is taken", async () => {
    const { service } = await start(on);
    const port = Number(new URL(service.metricsUrl ?? "").port);

    await expect(start({ metrics: { port } })).rejects.toThrow(
      `The metrics port ${port} on 127.0.0.1 is in use: choose another with telemetry.metrics.port.`,
    );
  });
});

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, any> }[];
}

interface Collector {
  readonly url: string;
  readonly spans: Span[];
  readonly heads: IncomingHttpHeaders[];
}

/** A receiver of OTLP over HTTP with JSON bodies. */
async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const heads: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heads.push(request.headers);
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as { resourceSpans: any[] };
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, spans, heads };
}

const attribute = ({ attributes }: Span, key: string) => {
  const value = attributes.find((each) => each.key === key)?.value;
  return value === undefined ? undefined : Object.values(value)[0];
};

describe("traces", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const above = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: "vendor=value" };

  test("go from the caller's span over the request and the operation to each question to a source, and on to the source", async () => {
    const collector = await startCollector();
    const { service, simulators, ask } = await start({
      traces: { otlpUrl: collector.url, headers: { "x-collector-key": "collector-key" } },
    });

    await (await ask(latest, { ...above, "x-request-id": "from-the-caller" })).json();
    await service.stop();

    const { spans } = collector;
    const request = spans.find(({ kind }) => kind === 2)!;
    const operation = spans.find(({ name }) => name === "query Latest")!;
    const calls = spans.filter(({ kind }) => kind === 3);
    const sent = [...simulators.akamai.log, ...simulators.v6.log, ...simulators.flolive.log];
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(request).toMatchObject({ name: "POST /graphql", parentSpanId: "00f067aa0ba902b7" });
    expect(attribute(request, "invoicegraph.request_id")).toBe("from-the-caller");
    expect(operation.parentSpanId).toBe(request.spanId);
    expect(calls.length).toBe(sent.length);
    expect(new Set(calls.map((call) => call.parentSpanId))).toEqual(new Set([operation.spanId]));
    expect(new Set(calls.map((call) => attribute(call, "invoicegraph.source")))).toEqual(
      new Set(["flolive", "cdn", "freight"]),
    );
    expect(sent.map(({ headers }) => headers["traceparent"]).sort()).toEqual(
      calls.map(({ spanId }) => `00-${traceId}-${spanId}-01`).sort(),
    );
    expect(sent[0]?.headers["tracestate"]).toBe("vendor=value");
    expect(collector.heads[0]?.["x-collector-key"]).toBe("collector-key");
  });

  test("go through the cache, mark what failed, and hold no credential", async () => {
    const collector = await startCollector();
    const { service, simulators, key, ask } = await start(
      { traces: { otlpUrl: collector.url } },
      { cache: {} },
    );
    simulators.v6.setFault({ kind: "status", status: 401 });

    await (await ask(latest)).json();
    await service.stop();

    const operation = collector.spans.find(({ name }) => name === "query Latest")!;
    const failed = collector.spans.filter((span) => attribute(span, "error.type") === "SOURCE_UNAUTHORIZED");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every(({ status, name }) => status.code === 2 && name === "GET freight")).toBe(true);
    expect(failed.every(({ parentSpanId }) => parentSpanId === operation.spanId)).toBe(true);
    const secrets = Object.values(simulators.config().sources).flatMap(
      ({ apiKey, token, clientToken, clientSecret, accessToken }) => [
        apiKey,
        token,
        clientToken,
        clientSecret,
        accessToken,
      ],
    );
    const told = JSON.stringify(collector.spans);
    const known = [key, ...secrets].filter((secret) => typeof secret === "string");
    expect(known.length).toBeGreaterThan(5);
    expect(known.filter((secret) => told.includes(secret))).toEqual([]);
  });

  test("are not made for who says not to sample, and such a caller's context still goes on", async () => {
    const collector = await startCollector();
    const { service, simulators, ask } = await start({ traces: { otlpUrl: collector.url } });

    await (await ask(latest, { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })).json();
    await service.stop();

    expect(collector.spans).toEqual([]);
    expect(simulators.v6.log[0]?.headers["traceparent"]).toMatch(
      new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`),
    );
  });

  test("beyond those of a second are not made, which sources are told in one context for each request", async () => {
    const collector = await startCollector();
    const { service, simulators, ask } = await start({
      traces: { otlpUrl: collector.url, maxPerSecond: 1 },
    });
    const operations = ["Latest", "Second", "Third"].map((name) => latest.replace("Latest", name));

    await Promise.all(operations.map(async (operation) => (await ask(operation)).json()));
    await service.stop();

    const sent = [...simulators.akamai.log, ...simulators.v6.log, ...simulators.flolive.log];
    const contexts = sent.map(({ headers }) => String(headers["traceparent"]).split("-"));
    const traced = contexts.filter(([, , , flags]) => flags === "01");
    const untraced = contexts.filter(([, , , flags]) => flags === "00");
    expect(collector.spans.filter(({ kind }) => kind === 2)).toHaveLength(1);
    expect(traced.length).toBeGreaterThan(1);
    expect(untraced).toHaveLength(2 * traced.length);
    expect(new Set(untraced.map(([, traceId]) => traceId)).size).toBe(2);
    expect(new Set(contexts.map(([, , spanId]) => spanId)).size).toBe(contexts.length);
  });

  test("begin anew where the caller's context cannot be read", async () => {
    const collector = await startCollector();
    const { service, ask } = await start({ traces: { otlpUrl: collector.url } });

    await (
      await ask("{ viewer { role } }", {
        traceparent: "00-00000000000000000000000000000000-0000000000000000-01",
      })
    ).json();
    await service.stop();

    expect(collector.spans.map(({ name }) => name).sort()).toEqual(["POST /graphql", "query"]);
    expect(collector.spans.find(({ kind }) => kind === 2)?.parentSpanId ?? "").toBe("");
  });

  test("that nobody takes hold nothing up: requests are answered and the process ends", async () => {
    const { service, ask } = await start({ traces: { otlpUrl: "http://127.0.0.1:9/v1/traces" } });

    const answer = await ask("{ viewer { role } }");
    const stalls = watchStalls();
    const startedAt = performance.now();
    await service.stop();
    const tookMs = stalls.since(startedAt);
    stalls.stop();

    expect(answer.status).toBe(200);
    expect(tookMs).toBeLessThan(4_500);
  });

  test("off, send no context to sources", async () => {
    const { simulators, ask } = await start({});

    await (await ask(latest, above)).json();

    expect(simulators.v6.log.length).toBeGreaterThan(0);
    expect(simulators.v6.log.every(({ headers }) => headers["traceparent"] === undefined)).toBe(true);
  });
});

function requestLines({ lines }: Running) {
  return lines().filter(({ msg }) => msg === "request");
}

describe("the log", () => {
  test("has one line for each request: who asked what, how it ended, how long it took, what it cost", async () => {
    const running = await start({}, { level: "info" });
    const answer = await running.ask(latest, { "x-request-id": "edge-7/abc" });
    await answer.json();
    await (await running.ask("{ nothing }")).json();
    await fetch(`${running.service.url}/graphql`, { method: "POST" });
    await fetch(`${running.service.url}/readyz`);

    const [first, second, third, ...more] = requestLines(running);

    expect(first).toEqual({
      level: "info",
      time: expect.any(String),
      requestId: "edge-7/abc",
      method: "POST",
      route: "graphql",
      status: 200,
      ms: expect.any(Number),
      operation: "Latest",
      type: "query",
      cost: expect.any(Number),
      viewer: "key:sandbox-service",
      msg: "request",
    });
    expect(answer.headers.get("x-request-id")).toBe("edge-7/abc");
    expect(second).toMatchObject({ viewer: "key:sandbox-service", errors: ["GRAPHQL_VALIDATION_FAILED"] });
    expect(second).not.toHaveProperty("operation");
    expect(third).toMatchObject({ status: 401, errors: ["UNAUTHENTICATED"] });
    expect(more).toEqual([]);
  });

  test.each([["a b"], ["x".repeat(129)], ['{"level":"fatal"}'], [""]])(
    "makes an id of its own in place of %j",
    async (given) => {
      const running = await start({}, { level: "info" });

      const answer = await running.ask("{ viewer { role } }", { "x-request-id": given });
      await answer.json();

      const id = answer.headers.get("x-request-id");
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{17,}$/);
      expect(requestLines(running)[0]?.["requestId"]).toBe(id);
    },
  );

  test("at debug also has each question to a source, with the id of the request that it served, and no credential", async () => {
    const running = await start({}, { level: "debug" });
    await (await running.ask(latest, { "x-request-id": "seven" })).json();

    const upstream = running.lines().filter(({ msg }) => msg === "upstream");

    const { simulators } = running;
    expect(upstream.length).toBe(
      simulators.flolive.log.length + simulators.akamai.log.length + simulators.v6.log.length,
    );
    expect(
      upstream.every(
        ({ requestId, status, bytes }) =>
          requestId === "seven" && (status === 204 ? bytes === 0 : status === 200 && bytes > 0),
      ),
    ).toBe(true);
    expect(JSON.stringify(running.lines())).not.toContain(running.key);
  });

  test("holds no more of an operation's name than a line can bear", async () => {
    const running = await start({}, { level: "info" });

    await (await running.ask(`query ${"N".repeat(100_000)} { viewer { role } }`)).json();

    await expect
      .poll(() => requestLines(running).map(({ operation }) => operation))
      .toEqual(["N".repeat(128)]);
  });

  test.each(["multipart/mixed", "text/event-stream"])(
    "has the codes of errors in later pieces over %s, each once, and what all of them cost",
    async (accept) => {
      const running = await start({}, { level: "info" });
      running.simulators.ddapi.setFault({ kind: "status", status: 401 });

      const pieces = await running.ask(
        `query Later { customers(first: 3) { nodes { id ... @defer { settings { paysInvoiceFee } } } } }`,
        { accept },
      );
      const text = await pieces.text();

      expect(text).toContain("SOURCE_UNAUTHORIZED");
      await expect.poll(() => requestLines(running)).toHaveLength(1);
      const cost = Number(/"requested":(\d+)/.exec(text)?.[1]);
      expect(requestLines(running)[0]).toMatchObject({
        operation: "Later",
        errors: ["SOURCE_UNAUTHORIZED"],
        cost,
      });
    },
  );

  test("has the codes of errors in the events of a subscription", async () => {
    const running = await start({}, { level: "info" });
    running.simulators.ddapi.setFault({ kind: "status", status: 401 });
    const id = writeId("Customer", ["acme"]);

    const events = await running.ask(
      `subscription Later { invoicesChanged(customerId: "${id}") { customer { settings { paysInvoiceFee } } } }`,
      { accept: "text/event-stream" },
    );
    const reader = events.body!.getReader();
    let text = "";
    while (!text.includes("event: next")) text += Buffer.from((await reader.read()).value!).toString();
    await reader.cancel();

    await expect.poll(() => requestLines(running)).toHaveLength(1);
    expect(requestLines(running)[0]).toMatchObject({
      type: "subscription",
      aborted: true,
      errors: ["SOURCE_UNAUTHORIZED"],
    });
  });

  test("says when a client left before its answer", async () => {
    const running = await start({}, { level: "info", latencyMs: 3_000 });
    const leaving = new AbortController();
    const asked = fetch(`${running.service.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": running.key },
      body: JSON.stringify({ query: latest }),
      signal: leaving.signal,
    }).catch(() => {});
    await expect.poll(() => running.simulators.v6.log.length).toBeGreaterThan(0);
    leaving.abort();
    await asked;
    await expect.poll(() => requestLines(running).length).toBe(1);

    expect(requestLines(running)[0]).toMatchObject({ aborted: true, operation: "Latest" });
  });

  test("censors credentials that reach it by mistake", () => {
    let written = "";
    const log = createLog("info", { write: (text) => void (written += text) });

    log.info(
      {
        headers: { "x-api-key": "CANARY", authorization: "CANARY" },
        req: { headers: { cookie: "CANARY" } },
        cdn: { clientSecret: "CANARY" },
        password: "CANARY",
      },
      "a mistake",
    );

    expect(written).not.toContain("CANARY");
    expect(written.match(/\[redacted\]/g)).toHaveLength(5);
  });
});
