/** Two workers, of which one dies, or is yet to be started, while the system starts no process; tells what became of them. Run by test/replicas/crew.test.ts. */
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../src/config/read.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { asWorker, startWorkers } from "../../src/workers.ts";

// "tells": Node says afterwards that a process could not be started; "throws": it says so at once.
const breakages = {
  tells: [() => cluster.setupPrimary({ cwd: "/no/such/folder" }), () => cluster.setupPrimary({ cwd: "." })],
  throws: [() => (process.env["TOO_LONG"] = "x".repeat(8_000_000)), () => delete process.env["TOO_LONG"]],
} as const;

if (cluster.isWorker) await work();
else await lead(process.argv[2] as keyof typeof breakages, process.argv[3] === "early");

async function work(): Promise<void> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => void server.close();
  const own = asWorker({ url, metricsUrl: null, metrics: null, stop });
  process.once("SIGTERM", () => void own.stop());
}

async function lead(how: keyof typeof breakages, isEarly: boolean): Promise<void> {
  const said: string[] = [];
  const log = createLog("info", { write: (line: string) => void said.push(JSON.parse(line).msg) });
  const count = (msg: string) => said.filter((each) => each === msg).length;
  const config = { server: { drainGraceMs: 0, drainMs: 100 }, telemetry: {} } as unknown as Config;
  const [spoil, mend] = breakages[how];

  // Early: when the first one serves, which is before the second is started.
  if (isEarly) cluster.once("message", spoil);
  const service = await startWorkers(config, 2, log);
  spoil();
  if (!isEarly) Object.values(cluster.workers ?? {})[0]?.process.kill("SIGKILL");
  await within(30_000, () => count("a worker could not be started") > 1);
  mend();
  const isReplaced = await within(60_000, () => count("a worker serves") === (isEarly ? 2 : 3));
  let isStopped = false;
  void service.stop(0).then(() => (isStopped = true));
  await within(60_000, () => isStopped);

  process.stdout.write(JSON.stringify({ isReplaced, isStopped, said }), () => process.exit());
}

async function within(ms: number, isSo: () => boolean): Promise<boolean> {
  const until = performance.now() + ms;
  while (!isSo() && performance.now() < until) await sleep(50);
  return isSo();
}
