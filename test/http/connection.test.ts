/** A connection against real servers: attempts, deadlines, places, and what the source's own verdict does. */
import { afterEach, describe, expect, it } from "vitest";
import type { Connection, ConnectionOptions, UpstreamReply } from "../../src/http/connection.ts";
import { type Connector, createConnector } from "../../src/http/connector.ts";
import { statusFailure } from "../../src/http/failures.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Call } from "../../src/model/source.ts";
import type { Answer, SimulatorRequest } from "../../src/simulators/exchange.ts";
import { type SimulatorServer, startServer } from "../../src/simulators/server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
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

const statuses = (server: SimulatorServer) => server.log.map(({ status }) => status);

describe("a question", () => {
  it("that is answered 503, 503, 200 takes three attempts, each signed anew", async () => {
    let signatures = 0;
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
    expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(99);
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
    const { server, connection } = await start((_request, number) =>
      number === 1 ? { status: 429, headers: { "retry-after": "1" } } : { body: "fine" },
    );

    expect(await connection.ask(get, callFor(5_000), read)).toBe("fine");

    expect(server.log[1]!.at - server.log[0]!.at).toBeGreaterThanOrEqual(990);
  });

  it("is given up at once when Retry-After lies beyond the deadline", async () => {
    const { server, connection } = await start(() => ({ status: 503, headers: { "retry-after": "10" } }));
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(failure.retryAt).not.toBeNull();
    expect(server.log).toHaveLength(1);
  });

  it("does not outlive its caller while it waits for the next attempt", async () => {
    const { server, connection } = await start(() => ({ status: 503, headers: { "retry-after": "2" } }));
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(5_000, leaving.signal), read));

    expect(failure.code).toBe("CANCELLED");
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(server.log).toHaveLength(1);
  });

  it("has its source's time for all attempts together", async () => {
    const { server, connection } = await start(
      (_request, number) => (number === 1 ? { status: 503 } : { raw: () => {} }),
      { timeoutMs: 600 },
    );
    const startedAt = performance.now();

    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(failure.code).toBe("SOURCE_TIMEOUT");
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect(server.log).toHaveLength(2);
  });

  it("into a black hole ends before its deadline, and its socket with it", async () => {
    const { server, connection } = await start(() => ({ raw: () => {} }));
    const startedAt = Date.now();

    const failure = await failureOf(connection.ask(get, callFor(2_000), read));
    const endedAt = Date.now();

    expect(failure.code).toBe("SOURCE_TIMEOUT");
    expect(endedAt - startedAt).toBeLessThanOrEqual(2_000);
    await expect.poll(() => server.log[0]?.closedAt, { interval: 5 }).toBeTypeOf("number");
    expect(server.log[0]!.closedAt! - endedAt).toBeLessThan(100);
  });

  it("that waits too long for a place is not the source's fault", async () => {
    const { server, connector, connection } = await start(() => ({ raw: () => {} }), { maxSockets: 1 });
    void connection.ask(get, callFor(1_000), read).catch(() => {});

    const failure = await failureOf(connection.ask(get, callFor(300), read));

    expect(failure).toMatchObject({ code: "SOURCE_BUSY", source: "up", retryable: true });
    expect(server.log).toHaveLength(1);
    expect(connector.healthOf("up")?.state).toBe("HEALTHY");
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
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          response.end();
        },
      }),
      { timeoutMs: 300 },
    );

    const text = await all(
      connection.stream({ ...get, limit: "PROGRESS" }, callFor(5_000), (reply) => words(reply.body)),
    );

    expect(text).toBe("xxxxx");
    const failure = await failureOf(all(connection.stream(get, callFor(5_000), ({ body }) => words(body))));
    expect(failure.code).toBe("SOURCE_TIMEOUT");
  });

  it("gives its place back when its reader leaves or never comes", async () => {
    const { server, connection } = await start(() => ({ body: Buffer.alloc(10_000_000) }), { maxSockets: 1 });

    for await (const _word of connection.stream(get, callFor(5_000), ({ body }) => words(body))) break;
    await connection.open(get, callFor(400), () => {});
    const answer = await connection.ask(get, callFor(5_000), (reply) => reply.body.length);

    expect(answer).toBe(10_000_000);
    expect(server.log).toHaveLength(3);
  });
});

describe("a source that keeps failing", () => {
  /** Asks so many times, one every 100 ms, whatever comes of it. */
  async function askOften(connection: Connection, times: number): Promise<string[]> {
    const codes: Promise<string>[] = [];
    for (let i = 0; i < times; i++) {
      const asked = connection.ask(get, callFor(5_000), read).then(
        () => "OK",
        (failure: Failure) => failure.code,
      );
      codes.push(asked);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return Promise.all(codes);
  }

  it.each([
    ["503", { status: 503 }],
    ["refusals of its own inside HTTP 200", { body: "NAK_STORM" }],
  ])("with %s is left alone, and says so", async (_what, answer) => {
    const { server, connector, connection } = await start(() => answer);

    const codes = await askOften(connection, 20);
    server.clearLog();
    const failure = await failureOf(connection.ask(get, callFor(5_000), read));

    expect(codes.at(-1)).toBe("SOURCE_SUSPENDED");
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
    const { server, connector, connection } = await start(() => ({ raw: () => {} }));

    for (let i = 0; i < 12; i++) await failureOf(connection.ask(get, callFor(200), read));

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
