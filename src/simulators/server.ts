/** A real HTTP server on this machine that a simulator answers through: it logs every request and applies faults. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeAnswer, sendAnswer, type Exchange, type Handle, type RequestRecord } from "./exchange.ts";
import { applyFault, createFaultBoard, type Fault, type FaultMatch } from "./faults.ts";

export interface ServerOptions {
  /** Names the server in its own failures. */
  name: string;
  handle: Handle;
  /** Before every answer, in milliseconds; 0 by default. */
  latencyMs?: number | undefined;
  faults?: readonly Fault[] | undefined;
  /** Any free port by default. */
  port?: number | undefined;
}

export interface SimulatorServer {
  /** The origin, without a slash at its end. */
  url: string;
  /** The last 10,000 requests, oldest first, entered when their headers have arrived. */
  log: RequestRecord[];
  /** Replaces all faults; of several, the first that matches a request is applied, after any latencies before it. */
  setFault(fault: Fault | readonly Fault[] | null, match?: FaultMatch): void;
  setLatency(ms: number): void;
  clearLog(): void;
  /** Stops listening and destroys every open socket at once. */
  close(): Promise<void>;
}

const logLimit = 10_000;

/** Starts a server on 127.0.0.1. */
export async function startServer(options: ServerOptions): Promise<SimulatorServer> {
  const { name, handle } = options;
  const log: RequestRecord[] = [];
  const board = createFaultBoard();
  board.set(options.faults ?? []);
  let latencyMs = options.latencyMs ?? 0;
  let isClosing = false;

  async function answer(exchange: Exchange): Promise<void> {
    const { request, response, record } = exchange;
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal: request.signal });
    for (const fault of board.take(request)) {
      await applyFault(fault, exchange, handle);
      if (fault.kind !== "latency") return;
    }
    const real = await handle(request);
    if (real.raw === undefined) return sendAnswer(exchange, encodeAnswer(real));
    await real.raw(response);
    if (response.headersSent) record.status = response.statusCode;
  }

  const server = createServer((incoming, response) => {
    const exchange = openExchange(incoming, response, () => isClosing);
    log.push(exchange.record);
    if (log.length > logLimit) log.shift();
    receive(incoming, exchange)
      .then(() => answer(exchange))
      .catch((error: unknown) => {
        if (exchange.request.signal.aborted) return;
        if (response.headersSent) return exchange.cut("close");
        const body = { simulator: name, failure: String(error) };
        return sendAnswer(exchange, encodeAnswer({ status: 500, body }));
      });
  });
  // Longer than any client keeps an idle socket, so that ours is never the side that closes it under a request.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    setFault(fault, match) {
      const faults = fault === null ? [] : Array.isArray(fault) ? (fault as Fault[]) : [fault as Fault];
      board.set(match === undefined ? faults : faults.map((each) => ({ ...each, match })));
    },
    setLatency(ms) {
      latencyMs = ms;
    },
    clearLog() {
      log.length = 0;
    },
    async close() {
      isClosing = true;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function openExchange(
  incoming: IncomingMessage,
  response: ServerResponse,
  isClosing: () => boolean,
): Exchange {
  const url = incoming.url ?? "/";
  const [path = "/", ...rest] = url.split("?");
  const query = rest.join("?");
  const method = incoming.method ?? "GET";
  const aborter = new AbortController();
  const { headers } = incoming;
  const record: RequestRecord = {
    method,
    path,
    query,
    headers,
    body: "",
    at: Date.now(),
    status: null,
    closedEarlyByClient: false,
    closedAt: null,
  };
  let isCutByUs = false;
  response.on("error", () => {});
  response.once("close", () => {
    record.closedAt = Date.now();
    record.closedEarlyByClient = !response.writableFinished && !isCutByUs && !isClosing();
    if (response.headersSent) record.status = response.statusCode;
    aborter.abort();
  });
  return {
    request: {
      method,
      path,
      url,
      headers,
      query: new URLSearchParams(query),
      rawBody: Buffer.alloc(0),
      signal: aborter.signal,
    },
    response,
    record,
    cut(how) {
      isCutByUs = true;
      if (how === "reset") response.socket?.resetAndDestroy();
      else response.socket?.destroy();
    },
  };
}

async function receive(incoming: IncomingMessage, { request, record }: Exchange): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  request.rawBody = Buffer.concat(chunks);
  record.body = request.rawBody.toString("utf8");
}
