/** Bodies that end with their connection: whole when it was closed, cut off when it was reset. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createConnector } from "../../src/http/connector.ts";
import { Ending } from "../../src/model/ending.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A connection to a source that answers with "part" as a body without a length, and then does that; and how often it was asked. */
async function connectTo(end: (socket: Socket) => void) {
  let count = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      count += 1;
      socket.write("HTTP/1.1 200 OK\r\n\r\npart");
      setTimeout(() => end(socket), 20);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const connector = createConnector({ random: () => 0 });
  const connection = connector.connect({ source: "up", url: `http://127.0.0.1:${port}` });
  open.push(connection, { close: async () => void server.close() });
  return { connection, asked: () => count };
}

const get = { method: "GET", path: "/" } as const;
const call = () => ({ signal: new Ending(), deadlineAt: Date.now() + 5_000 });

it("a whole answer whose connection is closed is there", async () => {
  const { connection } = await connectTo((socket) => void socket.end());

  const text = await connection.ask(get, call(), ({ body }) => body.toString());

  expect(text).toBe("part");
});

it("a whole answer whose connection is reset is cut off, and asked for again", async () => {
  const { connection, asked } = await connectTo((socket) => void socket.resetAndDestroy());

  const answer = connection.ask(get, call(), ({ body }) => body.toString());

  await expect(answer).rejects.toMatchObject({ code: "SOURCE_DISCONNECTED", source: "up", retryable: true });
  expect(asked()).toBe(3);
});

it.each([
  ["read as it arrives", "stream"],
  ["of a file", "open"],
] as const)("an answer %s whose connection is reset is cut off", async (_, how) => {
  const { connection } = await connectTo((socket) => void socket.resetAndDestroy());
  let text = "";

  const reading = (async () => {
    const body =
      how === "stream"
        ? connection.stream(get, call(), (reply) => reply.body)
        : (await connection.open(get, call(), () => {})).body;
    for await (const piece of body) text += Buffer.from(piece).toString();
  })();

  await expect(reading).rejects.toMatchObject({ code: "SOURCE_DISCONNECTED" });
  expect(text).toBe("part");
});
