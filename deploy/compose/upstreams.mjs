/** Four simulated upstreams that other containers can reach, on the ports 4501 to 4504 or those from FIRST_PORT on. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { pathToFileURL } from "node:url";

const { env } = process;
const app = env.INVOICEGRAPH_APP ?? "/app";
const { startSimulators } = await import(pathToFileURL(`${app}/dist/simulators/index.js`).href);
const simulators = await startSimulators({ each: { akamai: { requestsPerMinute: 100_000 } } });
const firstPort = Number(env.FIRST_PORT ?? 4_501);

// They listen to their own machine only, on ports of their own.
const servers = ["flolive", "akamai", "v6", "ddapi"].map((kind, place) => {
  const { port } = new URL(simulators[kind].url);
  const server = createServer((socket) => {
    const upstream = connect(Number(port), "127.0.0.1");
    socket.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    upstream.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return server.listen(firstPort === 0 ? 0 : firstPort + place, env.HOST ?? "0.0.0.0");
});
await Promise.all(servers.map((server) => once(server, "listening")));
process.stdout.write(
  `Simulated upstreams are on the ports ${servers.map((server) => server.address().port).join(", ")}.\n`,
);

process.once("SIGTERM", () => {
  for (const server of servers) server.close();
  process.exit();
});
