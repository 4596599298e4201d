/** The entrance of a running service: what a refusal looks like, and who hears of it. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { afterEach, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox.ts";
import { type Service, startService } from "../../src/service.ts";
import { createLog } from "../../src/telemetry/log.ts";

interface Running extends Service {
  readonly lines: () => Record<string, unknown>[];
  ask(path?: string, headers?: Record<string, string>): ReturnType<typeof request>;
  /** Takes the one place there is, until it is let go. */
  hold(): Promise<Socket>;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(level = "silent"): Promise<Running> {
  const sandbox = await startSandbox({}, () => ({
    telemetry: { metrics: { port: 0 } },
    server: { port: 0, drainGraceMs: 0, shedding: { maxInFlight: 1 } },
  }));
  let written = "";
  const log = createLog(level, { write: (text) => void (written += text) });
  const service = await startService(sandbox.config, { log, sandbox });
  closing.push(() => service.stop());
  const key = sandbox.tokens.at(-1)?.key ?? "";
  const dispatcher = new Agent({ connections: 1 });
  closing.push(() => dispatcher.close());
  const ask: Running["ask"] = (path = "/graphql", headers = {}) =>
    request(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key, ...headers },
      body: '{"query":"{ viewer { role } }"}',
      dispatcher,
    });
  return {
    ...service,
    ask,
    lines: () =>
      written
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    async hold() {
      const { hostname, port } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
      );
      closing.push(async () => socket.destroy());
      for (let status = 200; status !== 503; await sleep(5)) {
        const reply = await ask();
        await reply.body.dump();
        status = reply.statusCode;
      }
      return socket;
    },
  };
}

it("a refusal says so like every failure, with an id, when to come back, and the connection kept", async () => {
  const running = await start();
  const held = await running.hold();

  const refused = await running.ask("/graphql?again", { "x-request-id": "mine-42" });
  const text = await refused.body.text();
  const router = await running.ask("/subgraph");
  await router.body.dump();
  held.destroy();
  await sleep(50);
  const answered = await running.ask();

  expect(refused.statusCode).toBe(503);
  expect(refused.headers).toMatchObject({
    "retry-after": "1",
    "x-request-id": "mine-42",
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "keep-alive",
  });
  expect(JSON.parse(text)).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: "OVERLOADED", retryable: true } }],
  });
  expect(router.statusCode).toBe(503);
  expect(router.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answered.body.json()).toMatchObject({ data: { viewer: { role: expect.any(String) } } });
});

it("files, health and what is not there are not refused", async () => {
  const running = await start();
  await running.hold();

  const seen = await Promise.all(
    ["/livez", "/readyz", "/files/none", "/graphql/none", "/graphqls"].map(async (path) => {
      const reply = await running.ask(path);
      return [path, reply.statusCode, (await reply.body.text()).includes("OVERLOADED")];
    }),
  );

  expect(seen).toEqual([
    ["/livez", 200, false],
    ["/readyz", 503, false],
    ["/files/none", expect.any(Number), false],
    ["/graphql/none", 404, false],
    ["/graphqls", 404, false],
  ]);
});

it("every refusal is counted, and the log has one line for all of a second", async () => {
  const running = await start("info");
  await running.hold();
  const before = await countOf(running);
  await sleep(1_100);

  for (let n = 0; n < 20; n++) await (await running.ask()).body.dump();
  await sleep(1_100);

  const lines = running.lines().filter(({ msg }) => msg === "too many requests");
  expect((await countOf(running)) - before).toBe(20);
  expect(lines.length).toBeLessThanOrEqual(4);
  expect(lines.at(-1)).toMatchObject({ level: "warn", route: "graphql" });
  expect(lines.reduce((sum, { refused }) => sum + Number(refused), 0)).toBe(await countOf(running));
  expect(running.lines().filter(({ status }) => status === 503)).toEqual([]);
});

async function countOf({ metricsUrl }: Service): Promise<number> {
  const text = await (await fetch(metricsUrl ?? "")).text();
  return Number(/^invoicegraph_requests_total\{route="graphql",status="503"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
