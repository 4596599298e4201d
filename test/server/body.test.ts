/** A request's body is read whole, however it arrives, and never beyond its limit. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Ending } from "../../src/model/ending.ts";
import { Failure } from "../../src/model/errors.ts";
import { readBody } from "../../src/server/edge/body.ts";

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = async () => {
      // As the front door does: meanwhile Node reads what was sent together with the head.
      await undefined;
      const read = readBody(request, 100, new Ending());
      return `${read instanceof Promise ? "later" : "at once"}: ${(await read).toString()}`;
    };
    answer().then(
      (told) => response.end(told),
      (thrown: unknown) => response.end(thrown instanceof Failure ? thrown.code : "a bug"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function answerTo(pieces: readonly string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.setNoDelay();
  const [first = "", ...later] = pieces;
  const begun = once(server, "request");
  socket.write(first);
  await begun;
  for (const piece of later) {
    socket.write(piece);
    await sleep(30);
  }
  const answer = await text(socket);
  return answer.slice(answer.lastIndexOf("\r\n\r\n") + 4);
}

const head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
const sized = `${head}content-length: 8\r\n\r\n`;
const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;
const long = "x".repeat(60);

describe("a body", () => {
  it.each([
    ["sent together with its head", [`${sized}question`], "at once: question"],
    ["sent after its head", [sized, "question"], "later: question"],
    ["sent in part with its head", [`${sized}ques`, "tion"], "later: question"],
    [
      "of chunks sent together with its head",
      [`${chunked}4\r\nques\r\n4\r\ntion\r\n0\r\n\r\n`],
      "later: question",
    ],
    [
      "sent together with another request",
      [`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nother${sized}question`],
      "at once: question",
    ],
    ["without anything in it", [`${head}content-length: 0\r\n\r\n`], "at once: "],
  ])("%s is read whole", async (_how, pieces, told) => {
    const answer = await answerTo(pieces);

    expect(answer).toContain(told);
  });

  it.each([
    ["of a length told beforehand", [`${head}content-length: 120\r\n\r\n${long}${long}`]],
    ["of chunks sent together with its head", [`${chunked}3c\r\n${long}\r\n3c\r\n${long}\r\n0\r\n\r\n`]],
    ["of chunks that come one by one", [`${chunked}3c\r\n${long}\r\n`, `3c\r\n${long}\r\n`, "0\r\n\r\n"]],
  ])("%s is refused beyond the limit", async (_how, pieces) => {
    const answer = await answerTo(pieces);

    expect(answer).toContain("PAYLOAD_TOO_LARGE");
  });
});
