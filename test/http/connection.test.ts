/** A connection against real servers: attempts, deadlines, places, and what the source's own verdict does. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connection, ConnectionOptions, UpstreamReply } from "../../src/http/connection.ts";
import { type Connector, createConnector } from "../../src/http/connector.ts";
import { statusFailure } from "../../src/http/failures.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Call } from "../../src/model/source.ts";
import type { Answer, SimulatorRequest } from "../../src/simulators/exchange.ts";
import { type SimulatorServer, startServer } from "../../src/simulators/server.ts";
import { type Stalls, watchStalls } from "../support/stalls.ts";

const open: { close(): Promise<void> }[] = [];
let stalls: Stalls;
beforeEach(() => {
  stalls = watchStalls();
});
afterEach(async () => {
  stalls.stop();
  await Promise.all(open.splice(0).map((each) => each.close()));
});

interface Started {
  readonly server: SimulatorServer;
  readonly connector: Connector;
  readonly connection: Connection;
}

async function start(
  handle: (request: SimulatorRequest, number: number) => Answer,
  options: Partial<ConnectionOptions> = {},
): Promise<Started> {
  let number = 0;
  const server = await startServer({ name: "upstream", handle: (request) => handle(request, ++number) });
  const connector = createConnector({ random: () => 0 });
  const connection = connector.connect({ source: "up", url: server.url, ...options });
  open.push(connection, server);
  return { server, connector, connection };
}

function callFor(ms: number, signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadlineAt: Date.now() + ms };
}

const get = { method: "GET", path: "/" } as const;

function read(reply: UpstreamReply): string {
  const failure = statusFailure(reply, "up");
  if (failure !== null) throw failure;
  const text = reply.body.toString();
  if (text.includes("NAK_STORM")) throw new Failure("SOURCE_UNAVAILABLE", { source: "up" });
  if (text.includes("CUSTOMER_1002")) throw new Failure("ACCOUNT_NOT_FOUND", { source: "up" });
  return text;
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw new Error(`no Failure but ${String(thrown)}`);
}

/** An answer that never comes. */
const silence: Answer = { raw: () => {} };
/** 503, but late. */
const late503: Answer = {
  raw: (response) => void setTimeout(() => response.writeHead(503).end(), 1_000),
};
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const statuses = (server: SimulatorServer) => server.log.map(({ status }) => status);

/** By how much an exact time may be missed since that moment: a little, and what the machine held this process up. */
function slackFrom(from: number): () => number {
  return () => 10 + stalls.between(from, performance.now());
}

describe("a question", () => {
  it("that is answered 503, 503, 200 takes three attempts, each signed anew", async () => {
    let signatures = 0;
    const slack = slackFrom(performance.now());
    const { server, connection } = await start(
      (_request, number) => (number < 3 ? { status: 503 } : { body: "fine" }),
      { authorize: () => ({ authorization: `signature ${++signatures}` }) },
    );

    const answer = await connection.ask(get, callFor(5_000), read);

    expect(answer).toBe("fine");
    expect(server.log.map(({ status, headers }) => [status, headers.authorization])).toEqual([
      [503, "signature 1"],
      [503, "signature 2"],
      [200, "signature 3"],
    ]);
    const [first = 0, second = 0, third = 0] = server.log.map(({ at }) => at);
    // 100 ms each; a timer that was set late in a turn of the loop fires as much too early.
    expect(third - first).toBeGreaterThanOrEqual(200 - slack());
    expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(100 - slack());
  });

  it("that fails three times is not asked a fourth time", async () => {
    const { server, connection } = await start(() => ({ status: 500 }));

    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(failure.code).toBe("SOURCE_UNAVAILABLE");
    expect(statuses(server)).toEqual([500, 500, 500]);
  });

  it.each([400, 401, 404])("that is answered %d is not asked again", async (status) => {
    const { server, connection } = await start(() => ({ status }));

    await failureOf(connection.ask(get, callFor(5_000), read));

    expect(statuses(server)).toEqual([status]);
  });

  it("waits for Retry-After when there is time for it", async () => {
    const slack = slackFrom(performance.now());
    const { server, connection } = await start((_request, number) =>
      number === 1 ? { status: 429, headers: { "retry-after": "1" } } : { body: "fine" },
    );

    expect(await connection.ask(get, callFor(30_000), read)).toBe("fine");

    expect(server.log[1]!.at - server.log[0]!.at).toBeGreaterThanOrEqual(1_000 - slack());
  });

  it("is given up at once when Retry-After lies beyond the deadline", async () => {
    const { server, connection } = await start(() => ({ status: 503, headers: { "retry-after": "10" } }));
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(stalls.since(startedAt)).toBeLessThan(500);
    expect(failure.retryAt).not.toBeNull();
    expect(server.log).toHaveLength(1);
  });

  it("does not outlive its caller while it waits for the next attempt", async () => {
    const { server, connection } = await start(() => ({ status: 503, headers: { "retry-after": "10" } }));
    const leaving = new AbortController();

    const asked = failureOf(connection.ask(get, callFor(60_000, leaving.signal), read));
    await expect.poll(() => server.log[0]?.closedAt).toBeTypeOf("number");
    await later(50);
    const leftAt = performance.now();
    leaving.abort();
    const failure = await asked;

    expect(failure.code).toBe("CANCELLED");
    expect(stalls.since(leftAt)).toBeLessThan(500);
    expect(server.log).toHaveLength(1);
  });

  it("has its source's time for all attempts together", async () => {
    const { server, connection } = await start((_request, number) => (number === 1 ? late503 : silence), {
      timeoutMs: 2_500,
    });
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(30_000), read));

    expect(failure.code).toBe("SOURCE_TIMEOUT");
    // With a time of its own the second attempt would end after 3.6 s.
    expect(stalls.since(startedAt)).toBeLessThan(3_200);
    expect(server.log).toHaveLength(2);
  });

  it("into a black hole ends before its deadline, and its socket with it", async () => {
    const { server, connection } = await start(() => silence);
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(2_000), read));
    const tookMs = stalls.since(startedAt);
    const endedAt = performance.now();
    await expect.poll(() => server.log[0]?.closedAt, { interval: 5 }).toBeTypeOf("number");
    const closedMs = stalls.since(endedAt);

    expect(failure.code).toBe("SOURCE_TIMEOUT");
    expect(tookMs).toBeLessThanOrEqual(2_000);
    expect(closedMs).toBeLessThan(100);
  });

  it("ends at its deadline also while its socket is being opened", async () => {
    // Accepts, and never says a word of TLS.
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const connection = createConnector().connect({ source: "up", url: `https://127.0.0.1:${port}` });
    open.push(connection, { close: async () => void server.close() });
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(400), read));

    expect(failure.code).toBe("SOURCE_TIMEOUT");
    // Opening a socket may take 2,000.
    expect(stalls.since(startedAt)).toBeLessThan(1_000);
  });

  it("keeps its place until the socket that it waited for is there or refused, so that the pool holds no more than there are places", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const connector = createConnector();
    const connection = connector.connect({
      source: "up",
      url: `https://127.0.0.1:${port}`,
      maxSockets: 2,
      connectTimeoutMs: 1_500,
    });
    open.push(connection, { close: async () => void server.close() });
    const counters = () => connector.healthOf("up")?.counters;

    const codes = [];
    for (const left of [300, 300, 300, 300])
      codes.push((await failureOf(connection.ask(get, callFor(left), read))).code);
    const full = counters()?.underWay;

    expect(codes).toEqual(["SOURCE_TIMEOUT", "SOURCE_TIMEOUT", "SOURCE_BUSY", "SOURCE_BUSY"]);
    expect(full).toBe(2);
    await expect.poll(() => counters()?.underWay, { timeout: 5_000 }).toBe(0);
  });

  it("that waits too long for a place is not the source's fault", async () => {
    const { server, connector, connection } = await start(() => silence, { maxSockets: 1 });
    void connection.ask(get, callFor(60_000), read).catch(() => {});
    await expect.poll(() => server.log.length).toBe(1);

    const failure = await failureOf(connection.ask(get, callFor(300), read));

    expect(failure).toMatchObject({ code: "SOURCE_BUSY", source: "up", retryable: true });
    expect(server.log).toHaveLength(1);
    expect(connector.healthOf("up")?.state).toBe("HEALTHY");
  });
});

describe("a whole answer", () => {
  const large = Buffer.alloc(100_000, "all is well. ");
  // Beyond what is decoded at once: decoded, and encoded.
  const larger = Buffer.alloc(3_000_000, "all is well. ");
  const dense = Buffer.from(Array.from({ length: 100_000 }, (_, i) => ((i * i * i) % 251) ^ (i % 127)));

  it.each([
    ["larger", larger],
    ["dense", dense],
  ])("that is %s is decoded as it arrives", async (_what, body) => {
    const { connection } = await start(() => ({
      headers: { "content-encoding": "gzip" },
      body: gzipSync(body, { level: body === dense ? 0 : 9 }),
    }));

    const answer = await connection.ask(get, callFor(5_000), (reply) => reply.body);

    expect(answer.equals(body)).toBe(true);
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    [" Identity ", (body: Buffer) => body],
  ])("in the encoding %s is decoded", async (encoding, encode) => {
    const { connection } = await start(() => ({
      headers: { "content-encoding": encoding },
      body: encode(large),
    }));

    const answer = await connection.ask(get, callFor(5_000), (reply) => reply.body);

    expect(answer.equals(large)).toBe(true);
  });

  it.each([
    ["larger than its source may send", "gzip", gzipSync(Buffer.alloc(200_001)), "SOURCE_TOO_LARGE"],
    ["much larger than its source may send", "gzip", gzipSync(larger), "SOURCE_TOO_LARGE"],
    [
      "cut off within a long encoding",
      "gzip",
      gzipSync(dense, { level: 0 }).subarray(0, 50_000),
      "SOURCE_DISCONNECTED",
    ],
    ["larger than that before it is decoded", "gzip", Buffer.alloc(200_001), "SOURCE_TOO_LARGE"],
    ["in an encoding that was not asked for", "compress", large, "SOURCE_BAD_RESPONSE"],
    ["in another encoding than it says", "br", gzipSync(large), "SOURCE_BAD_RESPONSE"],
    ["cut off within its encoding", "gzip", gzipSync(large).subarray(0, 200), "SOURCE_DISCONNECTED"],
  ])("%s is refused", async (_what, encoding, body, code) => {
    const { connection } = await start(() => ({ headers: { "content-encoding": encoding }, body }), {
      maxBytes: 200_000,
    });

    const failure = await failureOf(connection.ask(get, callFor(1_000), read));

    expect(failure).toMatchObject({ code });
  });

  it("of as many bytes as its source may send is taken", async () => {
    const { connection } = await start(() => ({ body: large }), { maxBytes: large.length });

    expect(await connection.ask(get, callFor(5_000), (reply) => reply.body.length)).toBe(large.length);
  });
});

describe("an answer that is read as it arrives", () => {
  async function* words(body: AsyncIterable<Uint8Array>) {
    for await (const chunk of body) yield Buffer.from(chunk).toString();
  }

  const all = async (items: AsyncIterable<string>) => {
    let text = "";
    for await (const item of items) text += item;
    return text;
  };

  it("is asked for again while nothing was given of it", async () => {
    const { server, connection } = await start((_request, number) =>
      number === 1 ? { status: 503 } : { body: "fine" },
    );

    const text = await all(
      connection.stream(get, callFor(5_000), (reply) => {
        const failure = statusFailure(reply, "up");
        if (failure !== null) throw failure;
        return words(reply.body);
      }),
    );

    expect(text).toBe("fine");
    expect(statuses(server)).toEqual([503, 200]);
  });

  it("is never begun again, so that nothing is given twice", async () => {
    const { server, connection } = await start(() => ({
      raw: (response) => {
        response.write("half", () => setTimeout(() => response.destroy(), 30));
      },
    }));

    const failure = await failureOf(
      all(connection.stream(get, callFor(5_000), (reply) => words(reply.body))),
    );

    expect(failure.code).toBe("SOURCE_DISCONNECTED");
    expect(server.log).toHaveLength(1);
  });

  it("may take longer than the source's time as long as it goes on, where progress is the limit", async () => {
    const { connection } = await start(
      () => ({
        raw: async (response) => {
          for (let i = 0; i < 5; i++) {
            response.write("x");
            await later(500);
          }
          response.end();
        },
      }),
      { timeoutMs: 2_000 },
    );

    const text = await all(
      connection.stream({ ...get, limit: "PROGRESS" }, callFor(30_000), (reply) => words(reply.body)),
    );

    expect(text).toBe("xxxxx");
    const failure = await failureOf(all(connection.stream(get, callFor(30_000), ({ body }) => words(body))));
    expect(failure.code).toBe("SOURCE_TIMEOUT");
  });

  it("gives its place back when its reader leaves or never comes", async () => {
    const { server, connection } = await start(() => ({ body: Buffer.alloc(10_000_000) }), { maxSockets: 1 });

    for await (const _word of connection.stream(get, callFor(5_000), ({ body }) => words(body))) break;
    await connection.open(get, callFor(1_500), () => {});
    const answer = await connection.ask(get, callFor(5_000), (reply) => reply.body.length);

    expect(answer).toBe(10_000_000);
    expect(server.log).toHaveLength(3);
  });
});

describe("a source that keeps failing", () => {
  /** Asks so many times at most, one every 100 ms, whatever comes of it, until that code has come. */
  async function askOften(connection: Connection, times: number, until?: string): Promise<string[]> {
    const codes: string[] = [];
    const asked: Promise<unknown>[] = [];
    for (let i = 0; i < times && !(until !== undefined && codes.includes(until)); i++) {
      const ended = (code: string) => codes.push(code);
      asked.push(
        connection.ask(get, callFor(30_000), read).then(
          () => ended("OK"),
          (failure: Failure) => ended(failure.code),
        ),
      );
      await later(100);
    }
    await Promise.all(asked);
    return codes;
  }

  it.each([
    ["503", { status: 503 }],
    ["refusals of its own inside HTTP 200", { body: "NAK_STORM" }],
  ])("with %s is left alone, and says so", async (_what, answer) => {
    const { server, connector, connection } = await start(() => answer);

    const codes = await askOften(connection, 30, "SOURCE_SUSPENDED");
    server.clearLog();
    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(codes).toContain("SOURCE_SUSPENDED");
    expect(failure).toMatchObject({ code: "SOURCE_SUSPENDED", source: "up", retryable: true });
    expect(Date.parse(failure.retryAt ?? "") - Date.now()).toBeLessThanOrEqual(5_000);
    expect(server.log).toHaveLength(0);
    expect(connector.healthOf("up")).toMatchObject({
      state: "SUSPENDED",
      lastFailure: { code: "SOURCE_UNAVAILABLE" },
    });
    expect(connector.isUsable("up")).toBe(false);
  });

  it.each([
    ["CUSTOMER_1002 inside HTTP 200", { body: "CUSTOMER_1002" }],
    ["400", { status: 400 }],
  ])("because of its callers (%s) is asked on", async (_what, answer) => {
    const { server, connector, connection } = await start(() => answer);

    await askOften(connection, 20);

    expect(server.log).toHaveLength(20);
    expect(connector.healthOf("up")?.state).toBe("HEALTHY");
  });

  it("because its callers give it no time is asked on", async () => {
    const { server, connector, connection } = await start(() => silence);

    await Promise.all(Array.from({ length: 12 }, () => failureOf(connection.ask(get, callFor(1_500), read))));

    expect(server.log).toHaveLength(12);
    expect(connector.healthOf("up")?.state).toBe("HEALTHY");
  });

  it("is DEGRADED while it fails now and then", async () => {
    const { connector, connection } = await start((_request, number) =>
      number % 3 === 0 ? { status: 500 } : { body: "fine" },
    );

    expect(await askOften(connection, 6)).toEqual(["OK", "OK", "OK", "OK", "OK", "OK"]);

    expect(connector.healthOf("up")?.state).toBe("DEGRADED");
  });
});
