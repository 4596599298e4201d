/** Clients that hold a connection without using it: each is cut off in time, and nobody else waits for it. */
import { type Socket, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readBody } from "../../src/server/edge/body.ts";
import type { Handler } from "../../src/server/handler.ts";
import { type Listener, listen } from "../../src/server/listen.ts";
import { startTenants, type Tenant, type TenantApp } from "./tenants.ts";

let listener: Listener | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.stop(0);
});

let isGivenUp = false;
// Reads the body as the front door does; answers more than any socket's buffers hold to who asks for it.
const handler: Handler = async (request, response, ended) => {
  try {
    await readBody(request, 1_000_000, ended);
    if (request.url === "/large") response.once("close", () => (isGivenUp = true));
    response.end(request.url === "/large" ? Buffer.alloc(50_000_000) : "ok");
  } catch {
    response.destroy();
  }
};

/** A connection that writes a byte of the text every 50 ms, and how it ended. */
async function drip(first: string, rest: string): Promise<{ tookMs: number; text: string }> {
  const { hostname, port } = new URL(listener?.url ?? "");
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let text = "";
  let at = 0;
  const began = performance.now();
  socket.on("data", (chunk) => (text += chunk.toString()));
  socket.on("error", () => {});
  socket.write(first);
  const timer = setInterval(() => socket.write(rest[at++ % rest.length] ?? ""), 50);
  await new Promise((closed) => socket.once("close", closed));
  clearInterval(timer);
  return { tookMs: performance.now() - began, text };
}

describe("a customer", () => {
  const shedding = { maxInFlight: 20, minWaiting: 2_000 };

  it("whose bodies are slow leaves room for others, and has it again itself when they have ended", async () => {
    const app = await startTenants({ months: 1, sections: () => ({ server: { shedding } }) });
    try {
      const { hostname, port } = new URL(app.url);
      const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-api-key: ${app.tenantKey("omnix")}\r\n`;
      const refusals: string[] = [];
      for (let n = 0; n < 40; n++) {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        socket.on("error", () => {});
        socket.on("data", (chunk) => refusals.push(chunk.toString()));
        socket.write(`${head}content-length: 100\r\n\r\n{`);
      }
      await expect.poll(() => refusals.length).toBe(30);

      const others = await Promise.all([1, 2, 3].map(() => app.ask("acme", "{ viewer { id } }")));
      for (const socket of sockets.splice(0)) socket.destroy();
      const own = () => app.ask("omnix", "{ viewer { id } }").then(({ status }) => status);

      expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(refusals.every((text) => text.startsWith("HTTP/1.1 503 "))).toBe(true);
      await expect.poll(own).toBe(200);
    } finally {
      await app.close();
    }
  });

  const own = (app: TenantApp, body: string) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-api-key: ${app.tenantKey("omnix")}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  it.each([
    ["its own others", (app: TenantApp, body: string) => own(app, body)],
    ["requests of nobody", () => "GET /graphql?query={viewer{id}} HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["pages of GraphiQL", () => "GET /graphql HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n"],
    [
      "preflights",
      () =>
        "OPTIONS /graphql HTTP/1.1\r\nhost: x\r\norigin: http://x\r\naccess-control-request-method: POST\r\n\r\n",
    ],
  ])(
    "who sends %s behind what is slow, on one connection, leaves room for others",
    async (_what, requestOf) => {
      const sections = () => ({ server: { shedding, graphiql: true } });
      const app = await startTenants({ months: 1, cold: true, latencyMs: 3_000, sections });
      try {
        const { hostname, port } = new URL(app.url);
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        const body = (n: number) => JSON.stringify({ query: `{ invoices(first: ${n}) { nodes { id } } }` });
        const behind = Array.from({ length: 40 }, (_, n) => requestOf(app, body(n + 2)));
        socket.write([own(app, body(1)), ...behind].join(""));
        await expect.poll(() => app.counts().v6).toBeGreaterThan(0);

        const others = await Promise.all([1, 2, 3].map(() => app.ask("acme", "{ viewer { id } }")));

        expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
      } finally {
        await app.close();
      }
    },
  );

  it("who asks what is slow leaves room for others, and customer service takes all that there is", async () => {
    const sections = () => ({ server: { shedding, requestTimeoutMs: 8_000 } });
    const app = await startTenants({ months: 1, cold: true, latencyMs: 1_500, sections });
    try {
      const ask = (tenant: Tenant, count: number) =>
        Promise.all(
          Array.from({ length: count }, (_, n) =>
            app.ask(tenant, `{ invoices(first: ${n + 1}) { nodes { id } } }`),
          ),
        ).then((answers) => answers.filter(({ status }) => status === 200).length);
      const slow = ask("omnix", 30);
      await expect.poll(() => app.counts().v6).toBeGreaterThan(0);

      const others = await Promise.all([1, 2, 3].map(() => app.ask("acme", "{ viewer { id } }")));

      expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await slow).toBe(10);
      expect(await ask("service", 30)).toBe(20);
    } finally {
      await app.close();
    }
  });
});

describe("a client that", () => {
  it.each([
    ["sends its head byte by byte", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ", "x"],
    ["sends its body byte by byte", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n", "x"],
    [
      "sends its chunks byte by byte",
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
      "1\r\nx\r\n",
    ],
  ])("%s is told that it was too slow, and cut off", async (_name, first, rest) => {
    listener = await listen(handler, "127.0.0.1", 0, { headMs: 1_500, requestMs: 3_000 });

    const slow = Promise.all([drip(first, rest), drip(first, rest)]);
    const quick = await fetch(listener.url, { method: "POST", body: "x" });
    const [one] = await slow;

    expect(await quick.text()).toBe("ok");
    expect(one?.tookMs).toBeLessThan(25_000);
    expect(one?.text).toMatch(/^HTTP\/1.1 408 /);
    expect(one?.text).toContain('"code":"REQUEST_TIMEOUT"');
  });

  it("does not read its answer is cut off", async () => {
    listener = await listen(handler, "127.0.0.1", 0, { idleMs: 400 });
    const { hostname, port } = new URL(listener.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on("error", () => {});

    socket.write("GET /large HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.pause();
    await expect.poll(() => isGivenUp).toBe(true);
    let bytes = 0;
    socket.on("data", (chunk) => (bytes += chunk.length));
    socket.resume();
    await new Promise((closed) => socket.once("close", closed));

    expect(bytes).toBeLessThan(50_000_000);
  });

  it("leaves in the middle of its body is nobody's problem", async () => {
    const thrown: unknown[] = [];
    const seen = new Promise((done) => {
      void listen(
        async (request, response, ended) => {
          await Promise.resolve(readBody(request, 1_000_000, ended)).catch((failure: unknown) =>
            thrown.push(failure),
          );
          response.destroy();
          done(null);
        },
        "127.0.0.1",
        0,
      ).then((listening) => {
        listener = listening;
        const { hostname, port } = new URL(listening.url);
        const socket = connect(Number(port), hostname);
        socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc", () => socket.destroy());
      });
    });

    await seen;

    expect(thrown).toMatchObject([{ code: "CANCELLED" }]);
  });
});
