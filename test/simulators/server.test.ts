/** The simulators' HTTP server: real requests against each fault, and what the log keeps of them. */
import { afterEach, expect, test } from "vitest";
import { request } from "undici";
import { exactNumber } from "../../src/simulators/json-text.ts";
import { startServer, type ServerOptions, type SimulatorServer } from "../../src/simulators/server.ts";

const open: SimulatorServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(options: Partial<ServerOptions> = {}): Promise<SimulatorServer> {
  const body = { items: [{ name: 'a } "b" ]', total: exactNumber("210.10") }], none: [] };
  const server = await startServer({ name: "test", handle: () => ({ body }), ...options });
  open.push(server);
  return server;
}

async function* pieces() {
  yield Buffer.from("[1,");
  yield Buffer.from("2]");
}

test("A handler sees the request as it was sent, and its object is answered as JSON with exact digits", async () => {
  const server = await serve({
    handle: ({ method, path, query, rawBody, headers }) => ({
      status: 201,
      body: { method, path, month: query.get("month"), text: rawBody.toString(), key: headers["x-key"] },
    }),
  });
  const plain = await serve();

  const response = await fetch(`${server.url}/a%2Fb?month=2024-02`, {
    method: "POST",
    body: "å",
    headers: { "x-key": "1" },
  });
  const text = await (await fetch(plain.url)).text();

  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    method: "POST",
    path: "/a%2Fb",
    month: "2024-02",
    text: "å",
    key: "1",
  });
  expect(text).toBe('{"items":[{"name":"a } \\"b\\" ]","total":210.10}],"none":[]}');
});

test("A body may be bytes, a stream, or the response itself", async () => {
  const server = await serve({
    handle: ({ path }) => {
      if (path === "/bytes") return { body: Buffer.from([1, 2, 3]), headers: { "Content-Type": "image/x" } };
      if (path === "/raw") return { raw: (response) => void response.writeHead(204).end() };
      return { body: pieces() };
    },
  });

  const bytes = await fetch(`${server.url}/bytes`);
  const raw = await fetch(`${server.url}/raw`);
  const stream = await fetch(`${server.url}/stream`);

  expect([...new Uint8Array(await bytes.arrayBuffer())]).toEqual([1, 2, 3]);
  expect(bytes.headers.get("content-type")).toBe("image/x");
  expect(raw.status).toBe(204);
  expect(await stream.json()).toEqual([1, 2]);
  expect(server.log.map((record) => record.status)).toEqual([200, 204, 200]);
});

test("The log keeps each request, until it is cleared", async () => {
  const server = await serve();

  await (await fetch(`${server.url}/x?a=1&b=2`, { method: "POST", body: "hello" })).text();
  const [record] = server.log;
  await expect.poll(() => record?.closedAt).toBeTypeOf("number");
  const logged = { ...record };
  server.clearLog();

  expect(logged).toMatchObject({ method: "POST", path: "/x", query: "a=1&b=2", body: "hello", status: 200 });
  expect(logged.closedEarlyByClient).toBe(false);
  expect(server.log).toHaveLength(0);
});

test("A handler that throws is answered 500 under the server's name", async () => {
  const server = await serve({
    handle: () => {
      throw new Error("a mistake of ours");
    },
  });

  const response = await fetch(server.url);

  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ simulator: "test", failure: "Error: a mistake of ours" });
});

test("Latency, set for all or as a fault, delays the real answer", async () => {
  const server = await serve();
  server.setLatency(60);
  server.setFault([
    { kind: "latency", ms: 60 },
    { kind: "status", status: 503, times: 1 },
  ]);

  const startedAt = performance.now();
  const first = await fetch(server.url);
  const tookMs = performance.now() - startedAt;
  const second = await fetch(server.url);

  expect(first.status).toBe(503);
  expect(second.status).toBe(200);
  expect(tookMs).toBeGreaterThan(110);
});

test("A status, a redirect and a canned answer come in place of the real one", async () => {
  const server = await serve();
  server.setFault([
    { kind: "status", status: 429, headers: { "Retry-After": "7" }, match: "/busy" },
    { kind: "redirect", to: "http://elsewhere.example/", match: "/moved" },
    { kind: "answer", body: '{"errorCode":"GLOBAL_1001"}', match: ({ query }) => query.has("nak") },
  ]);

  const busy = await fetch(`${server.url}/busy`);
  const moved = await fetch(`${server.url}/moved`, { redirect: "manual" });
  const nak = await fetch(`${server.url}/list?nak`);
  const other = await fetch(`${server.url}/list`);

  expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "7"]);
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "http://elsewhere.example/"]);
  expect(await nak.json()).toEqual({ errorCode: "GLOBAL_1001" });
  expect(await other.json()).toHaveProperty("items");
});

test("A fault with a number of times is over after that many requests that matched", async () => {
  const server = await serve();
  server.setFault({ kind: "status", status: 500, times: 2 }, "/list");

  const statuses: number[] = [];
  for (const path of ["/list", "/other", "/list", "/list"]) {
    statuses.push((await fetch(server.url + path)).status);
  }

  expect(statuses).toEqual([500, 200, 500, 200]);
});

test("A hung request is never answered, and the log tells that the client left", async () => {
  const server = await serve({ faults: [{ kind: "hang" }] });

  const answer = fetch(server.url, { signal: AbortSignal.timeout(80) });

  await expect(answer).rejects.toThrow(/timeout/);
  await expect.poll(() => server.log[0]).toMatchObject({ status: null, closedEarlyByClient: true });
});

test("A reset connection is a failure of the socket that is not the client's doing", async () => {
  const server = await serve({ faults: [{ kind: "reset" }] });

  const answer = request(server.url);

  await expect(answer).rejects.toMatchObject({ code: "ECONNRESET" });
  await expect.poll(() => server.log[0]?.closedAt).toBeTypeOf("number");
  expect(server.log[0]?.closedEarlyByClient).toBe(false);
});

test("A dripped answer is whole but slow", async () => {
  const server = await serve({ faults: [{ kind: "drip", bytesPerSecond: 400 }] });

  const startedAt = performance.now();
  const text = await (await fetch(server.url)).text();
  const tookMs = performance.now() - startedAt;

  expect(JSON.parse(text)).toHaveProperty("items");
  expect(tookMs).toBeGreaterThan((text.length / 400) * 900);
});

test("A truncated answer announces its whole length and breaks off", async () => {
  const server = await serve({ faults: [{ kind: "truncate" }] });

  const response = await request(server.url);
  const text = response.body.text();

  expect(response.statusCode).toBe(200);
  expect(response.headers["content-length"]).toBe("59");
  await expect(text).rejects.toThrow(/closed|terminated|aborted/);
});

test("A sloppy answer is JSON but for its trailing commas", async () => {
  const server = await serve({ faults: [{ kind: "sloppy" }] });

  const text = await (await fetch(server.url)).text();

  expect(text).toBe('{"items":[{"name":"a } \\"b\\" ]","total":210.10,},],"none":[],}');
});

test("Garbage says that it is JSON, a login page that it is HTML", async () => {
  const server = await serve();
  server.setFault([
    { kind: "garbage", times: 1 },
    { kind: "html", times: 1 },
  ]);

  const garbage = await fetch(server.url);
  const html = await fetch(server.url);

  expect(garbage.headers.get("content-type")).toContain("application/json");
  await expect(garbage.json()).rejects.toThrow(SyntaxError);
  expect(html.status).toBe(200);
  expect(html.headers.get("content-type")).toContain("text/html");
  expect(await html.text()).toContain("<form");
});

test.each([false, true])("An endless body goes on until the client leaves (compressed: %s)", async (gzip) => {
  const server = await serve({ faults: [{ kind: "endless", gzip }] });
  const response = await fetch(server.url);

  let bytes = 0;
  for await (const chunk of response.body!) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > 5_000_000) break;
  }

  expect(bytes).toBeGreaterThan(5_000_000);
  await expect.poll(() => server.log[0]?.closedEarlyByClient).toBe(true);
});

test("An endless body ends at its bound", async () => {
  const server = await serve({ faults: [{ kind: "endless", maxBytes: 200_000 }] });

  const bytes = (await (await fetch(server.url)).arrayBuffer()).byteLength;

  expect(bytes).toBeGreaterThanOrEqual(200_000);
  expect(bytes).toBeLessThan(400_000);
});

test("Closing destroys what is open at once", async () => {
  const server = await serve({ faults: [{ kind: "hang" }] });
  const answer = fetch(server.url).catch((error: unknown) => error);
  await expect.poll(() => server.log.length).toBe(1);

  const startedAt = performance.now();
  await server.close();
  const tookMs = performance.now() - startedAt;

  expect(await answer).toBeInstanceOf(Error);
  expect(tookMs).toBeLessThan(1000);
  expect(server.log[0]?.closedEarlyByClient).toBe(false);
});
