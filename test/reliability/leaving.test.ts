/** Clients that leave at every moment of a request: every place that they held is given back, and none of them twice. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLObjectType } from "graphql";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

const places = 50;
const list = `{ customers(first: 20) { nodes { invoices(first: 50) { isComplete nodes { id lines { description } warnings { code } } } } } }`;
const pieces = `{ customers(first: 20) { nodes { id ... @defer { invoices(first: 50) { nodes { id lines { description } } } } } } }`;

let app: TestApp;
let log = "";
const sockets = new Set<Socket>();
beforeAll(async () => {
  app = await startTestApp({
    cold: true,
    log: createLog("error", { write: (text) => void (log += text) }),
    sections: ({ sources }) => ({
      cache: { enabled: false },
      server: { shedding: { maxInFlight: places } },
      sources: Object.fromEntries(
        Object.entries(sources).map(([id, source]) => [id, { ...source, maxSockets: 2 }]),
      ),
    }),
  });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
});

/** A connection that has sent this part (0 to 1) of the body of a request, and the status line of its answer once it is there. */
function send(
  query: string,
  part = 1,
  headers: readonly string[] = [],
): { socket: Socket; answer: () => string } {
  const { hostname, port } = new URL(app.url);
  const body = JSON.stringify({ query });
  const head = [
    "POST /graphql HTTP/1.1",
    `host: ${hostname}`,
    "content-type: application/json",
    `x-api-key: ${app.keyOf("service")}`,
    `content-length: ${body.length}`,
    ...headers,
  ];
  let text = "";
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  socket.on("data", (chunk) => (text += chunk.toString("latin1")));
  socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, Math.floor(part * body.length))}`);
  return { socket, answer: () => text.split("\r\n", 1)[0] ?? "" };
}

/** As many as there are places, each of which leaves after something up to so many milliseconds. */
async function leaveWithin(ms: number, ...request: Parameters<typeof send>): Promise<void> {
  const { length } = Array.from({ length: places }, (_, n) => {
    const { socket } = send(...request);
    setTimeout(() => (n % 2 === 0 ? socket.resetAndDestroy() : socket.destroy()), (ms * n) / places);
  });
  expect(length).toBe(places);
  await sleep(ms);
  await expect.poll(() => sockets.size, { timeout: 10_000 }).toBe(0);
}

it.each([
  ["while they send", 60, list, 0.5, []],
  ["before they are read", 0, list, 1, []],
  ["while they wait for their turn and their sources", 100, list, 1, []],
  ["at any time", 1_500, list, 1, []],
  ["at any time, with compressed answers", 1_500, list, 1, ["accept-encoding: br"]],
  ["at any time, with answers in pieces", 1_000, pieces, 1, ["accept: multipart/mixed"]],
  ["at any time, with explained answers", 1_000, list, 1, ["x-invoicegraph-explain: actual"]],
] as const)("fifty clients that leave %s", async (_, ms, query, part, headers) => {
  await leaveWithin(ms, query, part, headers);

  // As many as before are let in, and one more is not.
  const held = Array.from({ length: places }, () => send("{ __typename }", 0.5));
  await sleep(100);
  const refused = send("{ __typename }");
  await expect.poll(refused.answer).toBe("HTTP/1.1 503 Service Unavailable");
  expect(held.map(({ answer }) => answer())).toEqual(held.map(() => ""));
  for (const { socket } of [...held, refused]) socket.destroy();
  await expect.poll(() => sockets.size).toBe(0);

  // The sources' places, two of each, are there as well.
  const { data, errors } = await app.query(list);
  expect(errors).toBeUndefined();
  expect(data.customers.nodes.every((each: any) => each.invoices.isComplete)).toBe(true);
  expect(log).toBe("");
});

it("nothing more is asked of what had begun once its client has left", async () => {
  const field = (schema.getType("SourceReport") as GraphQLObjectType).getFields()["source"];
  const asked = vi.fn<(report: unknown) => unknown>(({ source }: any) => ({ id: source }));
  const usual = field?.resolve;
  Object.assign(field ?? {}, { resolve: asked });
  app.clearLogs();
  app.simulators.v6.setFault({ kind: "hang" });

  const { socket } = send("{ invoices(first: 1) { sources { source { id } } nodes { id } } }");
  await expect.poll(() => app.simulators.v6.log.length).toBeGreaterThan(0);
  socket.destroy();
  await expect.poll(() => app.simulators.v6.log.every(({ closedAt }) => closedAt !== null)).toBe(true);
  await sleep(100);
  const askedAfter = asked.mock.calls.length;

  app.simulators.v6.setFault(null);
  const { errors } = await app.query("{ invoices(first: 2) { sources { source { id } } nodes { id } } }");
  Object.assign(field ?? {}, { resolve: usual });
  expect(askedAfter).toBe(0);
  expect(errors).toBeUndefined();
  expect(asked).toHaveBeenCalled();
  expect(log).toBe("");
});
