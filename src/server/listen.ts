/** The socket: listens with timeouts fit for an edge, and drains without cutting anybody off. */
import { type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Ending } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import { IdentifiedResponse } from "../telemetry/request-id.ts";
import { writeFailure } from "./edge/edge.ts";
import type { Handler } from "./handler.ts";

/** A socket that is listened on. */
export interface Listener {
  /** Such as "http://127.0.0.1:4000". */
  readonly url: string;
  /**
   * Asks every client to leave its connection after the next answer, for `graceMs` in which load balancers notice that
   * no traffic is wanted; then stops listening, lets requests in flight finish for at most `drainMs`, and closes what is left.
   */
  stop(drainMs: number, graceMs?: number): Promise<void>;
}

/** How long clients may take, in milliseconds. */
export interface Patience {
  /** For the head of a request. */
  readonly headMs: number;
  /** For a whole request, body included. */
  readonly requestMs: number;
  /** Without a byte in either direction while a request is open: longer than any answer may be waited for. */
  readonly idleMs: number;
  /**
   * After about so long a client is asked to leave its connection with the next answer: one that is kept for ever stays with the process
   * that it began with, whatever processes have come since.
   */
  readonly lifeMs: number;
}

/** A client's connection. */
interface Connection {
  /** From when on, by `performance.now()`, the client is asked to leave it. */
  readonly renewAt: number;
  /** The answer under way that will be the last to be sent, of however many the client asked for at once; null: none is. */
  last: ServerResponse | null;
  /** Of the requests under way: when a client leaves, Node closes no answer that was still waiting for its turn on the socket. */
  readonly open: Ending[];
}

const usualPatience: Patience = { headMs: 10_000, requestMs: 30_000, idleMs: 660_000, lifeMs: 120_000 };

/** Listens; throws a sentence that helps when the port is taken or not allowed. */
export async function listen(
  handler: Handler,
  host: string,
  port: number,
  patience: Partial<Patience> = {},
): Promise<Listener> {
  const { headMs, requestMs, idleMs, lifeMs } = { ...usualPatience, ...patience };
  const server = createServer({
    ServerResponse: IdentifiedResponse,
    // Longer than load balancers keep theirs (60 s is usual): so a connection is never closed under a request of theirs.
    keepAliveTimeout: 65_000,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    // Node's own is 30 s, and by so much it may cut off late.
    connectionsCheckingInterval: Math.min(2_000, headMs / 2),
    maxHeaderSize: 16_384,
  });
  server.setTimeout(idleMs);
  const connections = new Map<Duplex, Connection>();
  let isLeaving = false;
  server.on("connection", (socket) => {
    // Not all at the same time: those that came together shall not come again together.
    const renewAt = performance.now() + lifeMs * (0.75 + Math.random() / 2);
    const open: Ending[] = [];
    const connection = { renewAt, last: null, open };
    connections.set(socket, connection);
    socket.once("close", () => {
      connections.delete(socket);
      endAll(connection);
    });
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    if (connection !== undefined) connection.last = response;
    const ended = new Ending();
    connection?.open.push(ended);
    response.on("close", () => {
      const isLast = connection?.last === response;
      if (connection !== undefined && isLast) connection.last = null;
      const at = connection?.open.indexOf(ended) ?? -1;
      if (at !== -1) connection?.open.splice(at, 1);
      ended.end();
      // Whose head was gone already, such as a stream's, was not told that the connection ends with it.
      if (isLeaving && isLast) socket.end();
    });
    if (isLeaving || connection === undefined || performance.now() > connection.renewAt)
      response.setHeader("connection", "close");
    void handler(request, response, ended);
  });
  server.on("clientError", refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new Error(listenSentence(error, host, port), { cause: error })));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.address === "0.0.0.0" || address.address === "::" ? "localhost" : address.address;
  return {
    url: `http://${shownHost.includes(":") ? `[${shownHost}]` : shownHost}:${address.port}`,
    async stop(drainMs, graceMs = 0) {
      isLeaving = true;
      for (const { last } of connections.values())
        if (last?.headersSent === false) last.setHeader("connection", "close");
      if (graceMs > 0) await sleep(graceMs);
      await close(server, drainMs, () => {
        server.closeAllConnections();
        // Node says that the server is closed before each connection does, and then nobody would be told.
        for (const connection of connections.values()) endAll(connection);
      });
    },
  };
}

function endAll({ open }: Connection): void {
  for (const ended of open.splice(0)) ended.end();
}

// What is no request that could be handled: too slow, too long or not HTTP.
function refuseUnreadable(error: Error, socket: Duplex): void {
  const code = "code" in error ? error.code : null;
  if (code === "ECONNRESET" || !socket.writable || ("bytesWritten" in socket && socket.bytesWritten !== 0)) {
    socket.destroy();
    return;
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") writeFailure(socket, new Failure("REQUEST_TIMEOUT"));
  else if (code === "HPE_HEADER_OVERFLOW") writeFailure(socket, new Failure("PAYLOAD_TOO_LARGE"));
  else writeFailure(socket, new Failure("BAD_INPUT", { message: "This is not a request of HTTP/1.1." }));
}

async function close(server: Server, drainMs: number, cutOff: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(cutOff, drainMs);
  await closed;
  clearTimeout(timer);
}

function listenSentence(error: Error, host: string, port: number): string {
  const code = "code" in error ? error.code : null;
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is in use: stop the other process, or choose another port with PORT=${port + 1} or \`server.port\`.`;
  }
  if (code === "EACCES") return `This process may not listen on port ${port}: choose one above 1023.`;
  if (code === "EADDRNOTAVAIL")
    return `This machine has no address ${host}: set \`server.host\` to one of its own, or to 0.0.0.0.`;
  return `Cannot listen on ${host}:${port}: ${error.message}.`;
}
