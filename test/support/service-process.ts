/** A whole service in a process of its own, over one floLIVE, that says how much memory it took; run by tests of large files. */
import { createApp } from "../../src/app.ts";
import { sandboxTokens } from "../../src/auth/sandbox.ts";
import { readConfig } from "../../src/config/read.ts";
import { createDirectory } from "../../src/directory/create.ts";
import { listen } from "../../src/server/listen.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { createLog } from "../../src/telemetry/log.ts";

const [upstream = "", account = "", folder = ""] = process.argv.slice(2);
const read = readConfig(
  {
    sources: { flolive: { kind: "flolive", url: upstream, token: "t", timeoutMs: 600_000 } },
    customers: [{ id: "acme", name: "Acme", accounts: { flolive: [account] } }],
    delivery: { folder },
    server: { requestTimeoutMs: 600_000 },
  },
  { kinds: sourceKinds, env: {}, baseDir: process.cwd(), sandbox: true },
);
if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
const { config } = read;
const everybody = await createDirectory(config.customers).page(null, 10);
const { tokens, apiKeys } = sandboxTokens(everybody);
let url = "";
const app = await createApp(
  { ...config, auth: { ...config.auth, apiKeys: [...apiKeys] } },
  { log: createLog("silent"), publicUrl: () => url },
);
({ url } = await listen(app.handle, "127.0.0.1", 0));

let before = 0;
let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
process.on("message", (what) => {
  if (what === "begin") {
    globalThis.gc?.();
    before = process.memoryUsage.rss();
    peak = before;
    process.send?.({ begun: true });
  } else process.send?.({ grewBy: peak - before });
});
process.send?.({ url, key: tokens.find(({ name }) => name === "sandbox-service")?.key });
