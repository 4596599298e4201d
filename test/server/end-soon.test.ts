/** Short answers are written together, none much later than it was ready. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endSoon } from "../../src/server/edge/end-soon.ts";

let server: Server;
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Asked {
  readonly client: Socket;
  readonly response: ServerResponse;
}

/** A request whose answer has its head, and nothing else. */
async function ask(): Promise<Asked> {
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const begun = once(server, "request");
  client.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  const [, response] = (await begun) as [unknown, ServerResponse];
  response.writeHead(200, ["content-length", "2"]);
  return { client, response };
}

async function askMany(count: number): Promise<Asked[]> {
  const all: Asked[] = [];
  while (all.length < count) all.push(await ask());
  return all;
}

it("answers wait until the loop has looked at what it read, and go out in their order", async () => {
  const asked = await askMany(3);
  const ended: number[] = [];
  for (const [index, { response }] of asked.entries()) response.on("prefinish", () => ended.push(index));

  for (const { response } of asked) endSoon(response, "ok");
  const atOnce = asked.map(({ response }) => response.writableEnded);
  await nextTurn();
  const soon = asked.map(({ response }) => response.writableEnded);
  const answers = await Promise.all(asked.map(({ client }) => text(client)));

  expect(atOnce).toEqual([false, false, false]);
  expect(soon).toEqual([true, true, true]);
  expect(ended).toEqual([0, 1, 2]);
  expect(answers.every((answer) => answer.endsWith("\r\n\r\nok"))).toBe(true);
});

it("the sixteenth ends the wait of all of them, and the next one waits anew", async () => {
  const asked = await askMany(17);

  for (const { response } of asked) endSoon(response, "ok");
  const atOnce = asked.filter(({ response }) => response.writableEnded);
  const answers = await Promise.all(asked.map(({ client }) => text(client)));

  expect(atOnce).toEqual(asked.slice(0, 16));
  expect(answers.every((answer) => answer.endsWith("\r\n\r\nok"))).toBe(true);
});

it("a client that has left takes nobody's answer with it", async () => {
  const [gone, other] = (await askMany(2)) as [Asked, Asked];

  endSoon(gone.response, "no");
  endSoon(other.response, "ok");
  gone.response.destroy();

  expect(await text(other.client)).toMatch(/\r\n\r\nok$/);
});
