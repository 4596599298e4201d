/** Connections that are kept for long are renewed, so that clients find processes that have come since. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { expect, it } from "vitest";
import type { EndSignal } from "../../src/model/ending.ts";
import { listen } from "../../src/server/listen.ts";

it("asks a client to leave a connection that is old, after an answer, and not before", async () => {
  const sockets = new Set<number | undefined>();
  const listener = await listen(
    async (incoming, response) => {
      sockets.add(incoming.socket.remotePort);
      response.end("ok");
    },
    "127.0.0.1",
    0,
    { lifeMs: 5_000 },
  );
  const agent = new Agent({ connections: 1 });
  const connectionOf = async () => {
    const { headers, body } = await request(listener.url, { dispatcher: agent });
    await body.dump();
    return headers["connection"];
  };

  const young = [await connectionOf(), await connectionOf()];
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  const old = await connectionOf();
  const next = await connectionOf();
  await agent.close();
  await listener.stop(0);

  expect(young).toEqual(["keep-alive", "keep-alive"]);
  expect(old).toBe("close");
  expect(next).toBe("keep-alive");
  expect(sockets.size).toBe(2);
});

const two = "GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nhost: x\r\n\r\n";

it.each([
  ["later", 100, 250],
  ["sooner", 250, 100],
])(
  "answers both requests that came at once before it stops, the second one made %s",
  async (_title, a, b) => {
    const listener = await listen(
      async (incoming, response) => {
        await sleep(incoming.url === "/a" ? a : b);
        response.end(`answer to ${incoming.url}`);
      },
      "127.0.0.1",
      0,
    );
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.write(two);
    await sleep(30);

    await Promise.all([listener.stop(5_000), once(socket, "end")]);

    expect(text.match(/answer to \/[ab]/g)).toEqual(["answer to /a", "answer to /b"]);
    expect(text.match(/connection: close/gi)).toHaveLength(1);
  },
);

it("tells both of two requests that came at once when their client leaves", async () => {
  let ended = 0;
  const arrived: string[] = [];
  const listener = await listen(
    async (incoming, _response, ending) => {
      arrived.push(String(incoming.url));
      ending.addEventListener("abort", () => (ended += 1));
    },
    "127.0.0.1",
    0,
  );
  const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
  socket.write(two);
  await expect.poll(() => arrived).toEqual(["/a", "/b"]);

  socket.destroy();

  await expect.poll(() => ended).toBe(2);
  await listener.stop(0);
});

it("tells a request that is cut off at the end of the drain before it says that it has stopped", async () => {
  const ends: EndSignal[] = [];
  const listener = await listen(async (_incoming, _response, ended) => void ends.push(ended), "127.0.0.1", 0);
  const cutOff = request(listener.url).catch((error: unknown) => error);
  await expect.poll(() => ends.length).toBe(1);

  await listener.stop(50);

  expect(ends[0]?.aborted).toBe(true);
  expect(await cutOff).toBeInstanceOf(Error);
});
