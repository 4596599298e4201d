/** The socket: listens with timeouts fit for an edge, and drains without cutting anybody off. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Handler } from "./handler.ts";

export interface Listener {
  /** Such as "http://127.0.0.1:4000". */
  readonly url: string;
  /** Stops listening, lets requests in flight finish for at most that long, then closes what is left. */
  stop(drainMs: number): Promise<void>;
}

/** Listens; throws a sentence that helps when the port is taken or not allowed. */
export async function listen(handler: Handler, host: string, port: number): Promise<Listener> {
  const server = createServer({
    keepAliveTimeout: 65_000,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    maxHeaderSize: 16_384,
  });
  server.on("request", (request, response) => void handler(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new Error(listenSentence(error, host, port), { cause: error })));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shownHost = address.address === "0.0.0.0" || address.address === "::" ? "localhost" : address.address;
  return {
    url: `http://${shownHost.includes(":") ? `[${shownHost}]` : shownHost}:${address.port}`,
    stop: (drainMs) => stop(server, drainMs),
  };
}

async function stop(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
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
