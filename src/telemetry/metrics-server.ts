/** Where Prometheus scrapes: a port of its own, so that no path of the public one can lead there. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { MetricsConfig } from "./config.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricsServer {
  /** The whole URL, such as "http://127.0.0.1:9464/metrics". */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves GET /metrics. Throws a sentence when it cannot listen. */
export async function serveMetrics(
  metrics: Pick<Metrics, "contentType" | "text">,
  { host, port }: MetricsConfig,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response
        .writeHead(404, { "content-type": "text/plain; charset=utf-8" })
        .end("Metrics are at /metrics.\n");
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === "EADDRINUSE" ? "is in use" : `cannot be had (${cause.code ?? cause.message})`;
      const says = `The metrics port ${port} on ${host} ${why}: choose another with telemetry.metrics.port.`;
      reject(new Error(says, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
