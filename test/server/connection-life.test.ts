/** Connections that are kept for long are renewed, so that clients find processes that have come since. */
import { Agent, request } from "undici";
import { expect, it } from "vitest";
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
