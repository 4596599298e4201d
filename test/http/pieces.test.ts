/** Answers that are read as they arrive: decoded, at their reader's pace, and cancelled when it leaves. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { Connection } from "../../src/http/connection.ts";
import { createConnector } from "../../src/http/connector.ts";
import { Ending } from "../../src/model/ending.ts";
import type { Answer } from "../../src/simulators/exchange.ts";
import { startServer } from "../../src/simulators/server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function start(answer: Answer) {
  const server = await startServer({ name: "upstream", handle: () => answer });
  const connection = createConnector().connect({ source: "up", url: server.url });
  open.push(connection, server);
  return { server, connection };
}

const get = { method: "GET", path: "/" } as const;
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const piecesOf = (connection: Connection, signal = new Ending()) =>
  connection.stream(get, { signal, deadlineAt: Date.now() + 10_000 }, ({ body }) => body);

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Writes for ever, as fast as it is read; how many bytes it could write so far. */
function endless(encode: (piece: Buffer) => Buffer = (piece) => piece) {
  const piece = encode(Buffer.alloc(100_000));
  let written = 0;
  function* pieces() {
    for (;;) {
      written += piece.length;
      yield piece;
    }
  }
  const raw = (response: ServerResponse) => void Readable.from(pieces()).pipe(response);
  return { raw, written: () => written };
}

describe("An answer that is read as it arrives", () => {
  const large = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));

  it.each([
    ["none", (body: Buffer) => body],
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("comes whole in the encoding %s", async (encoding, encode) => {
    const headers = encoding === "none" ? {} : { "content-encoding": encoding };
    const { connection } = await start({ headers, body: encode(large) });

    const bytes = await bytesOf(piecesOf(connection));

    expect(bytes.equals(large)).toBe(true);
  });

  it.each([
    ["of a length that is said", (bytes: number) => `content-length: ${bytes}\r\n`],
    ["that ends with its connection", () => ""],
  ])(
    "%s comes whole to a slow reader from a source that closes its connections",
    async (_title, lengthOf) => {
      const uncaught: unknown[] = [];
      const note = (thrown: unknown) => uncaught.push(thrown);
      process.on("uncaughtException", note);
      // Where a transfer is paused when its last piece has come hangs on its size.
      const sizes = Array.from({ length: 20 }, (_, i) => (i + 1) * 50_000);
      const server = await startServer({
        name: "upstream",
        handle: ({ path }) => ({
          raw(response) {
            const bytes = Number(path.slice(1));
            response.socket?.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${lengthOf(bytes)}\r\n`);
            response.socket?.end(Buffer.alloc(bytes, "a"));
          },
        }),
      });
      const connection = createConnector().connect({ source: "up", url: server.url });
      open.push(connection, server);

      const read = await Promise.all(
        sizes.map(async (bytes) => {
          const call = { signal: new Ending(), deadlineAt: Date.now() + 5_000 };
          let size = 0;
          for await (const piece of connection.stream(
            { method: "GET", path: `/${bytes}` },
            call,
            ({ body }) => body,
          )) {
            size += piece.length;
            await later(3);
          }
          return size;
        }),
      );
      process.off("uncaughtException", note);

      expect(uncaught).toEqual([]);
      expect(read).toEqual(sizes);
    },
  );

  it("is given up where it can neither be held back nor kept", async () => {
    const server = await startServer({
      name: "upstream",
      handle: () => ({
        raw(response: ServerResponse) {
          response.socket?.write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
          response.socket?.end(Buffer.alloc(3_000_000, "a"));
        },
      }),
    });
    const connection = createConnector().connect({ source: "up", url: server.url, maxBytes: 1_000_000 });
    open.push(connection, server);

    const pieces = piecesOf(connection);
    await pieces.next();
    await later(300);
    const rest = bytesOf(pieces);

    await expect(rest).rejects.toMatchObject({ code: "SOURCE_TOO_LARGE" });
  });

  it("is taken from the socket no faster than it is read", async () => {
    const answer = endless();
    const { connection } = await start(answer);
    const pieces = piecesOf(connection);

    await pieces.next();
    await later(300);
    const early = answer.written();
    for (let read = 0; read < 3 * early;) read += (await pieces.next()).value?.length ?? 0;
    await pieces.return();

    // Sockets hold some megabytes; in that time a reader that does not wait takes hundreds.
    expect(early).toBeLessThan(20_000_000);
    expect(answer.written()).toBeGreaterThan(2 * early);
  });

  it.each([
    ["plain", {}, (piece: Buffer) => piece],
    ["encoded", { "content-encoding": "gzip" }, (piece: Buffer) => gzipSync(piece, { level: 0 })],
  ])("and %s is cancelled by a reader that leaves", async (_what, headers, encode) => {
    const { raw } = endless(encode);
    const { server, connection } = await start({
      raw: (response) => raw(response.writeHead(200, headers)),
    });

    for await (const piece of piecesOf(connection)) if (piece.length > 0) break;

    await expect.poll(() => server.log[0]?.closedAt).toBeTypeOf("number");
  });

  it.each([
    ["plain", {}],
    ["encoded", { "content-encoding": "gzip" }],
  ])("and %s is cancelled by a caller that leaves while nothing comes", async (_what, headers) => {
    const leaving = new Ending();
    const { server, connection } = await start({
      raw: (response) => void response.writeHead(200, headers).write(gzipSync("a").subarray(0, 5)),
    });

    const read = bytesOf(piecesOf(connection, leaving));
    await expect.poll(() => server.log.length).toBe(1);
    await later(50);
    leaving.end();

    await expect(read).rejects.toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => server.log[0]?.closedAt).toBeTypeOf("number");
  });
});
