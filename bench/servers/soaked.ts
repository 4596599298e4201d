/** The service that is soaked, over upstreams elsewhere: tells its heap after garbage collection, and what is open when it has closed. */
import { setTimeout as sleep } from "node:timers/promises";
import { createDirectory } from "../../src/directory/create.ts";
import { sandboxTokens } from "../../src/auth/sandbox.ts";
import { readConfig } from "../../src/config/read.ts";
import { startService } from "../../src/service.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { createLog } from "../../src/telemetry/log.ts";

const read = readConfig(JSON.parse(process.argv[2] ?? "{}"), {
  kinds: sourceKinds,
  env: {},
  baseDir: process.cwd(),
  sandbox: true,
});
if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
const { config } = read;
const { tokens, apiKeys } = sandboxTokens(await createDirectory(config.customers).page(null, 1_000));
const service = await startService(
  { ...config, auth: { ...config.auth, apiKeys: [...apiKeys] } },
  { log: createLog("silent"), sandbox: null },
);

process.on("message", (message) => {
  void (message === "heap" ? tellHeap() : close());
});
process.send?.({ url: service.url, keys: Object.fromEntries(tokens.map(({ name, key }) => [name, key])) });

async function tellHeap(): Promise<void> {
  // What ends with its connection, and what is dropped by finalizers, is gone a moment later.
  for (let n = 0; n < 4; n++) {
    await sleep(250);
    globalThis.gc?.();
  }
  process.send?.({ heap: process.memoryUsage().heapUsed });
}

async function close(): Promise<void> {
  await service.stop(0);
  // The pipes to the parent are its own.
  const leftOpen = () => process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
  // What is closed is gone a moment later.
  for (let n = 0; n < 50 && leftOpen().length > 0; n++) await sleep(100);
  const left = leftOpen();
  process.send?.({ left });
  process.disconnect();
}
