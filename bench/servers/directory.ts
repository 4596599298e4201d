/** InvoiceGraph with its customers in a file, which also tells how much CPU it took to load them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { startService } from "../../src/service.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { given, ready } from "../rig/child.ts";
import { keyOf, sha256Of, sourcesAt, viewers } from "../world.ts";

const { upstream, path } = given<{ upstream: string; path: string }>();
const folder = mkdtempSync(join(tmpdir(), "invoicegraph-bench-"));
const file = join(folder, "invoicegraph.json");
writeFileSync(
  file,
  JSON.stringify({
    server: { host: "127.0.0.1", port: 0 },
    auth: {
      apiKeys: viewers.map((customer) => ({
        name: customer,
        sha256: sha256Of(keyOf(customer)),
        role: "customer",
        customer,
      })),
    },
    sources: sourcesAt(upstream),
    directory: path,
  }),
);
const begun = process.cpuUsage();
const config = await loadConfig(file, { kinds: sourceKinds, env: {} });
const { user, system } = process.cpuUsage(begun);
const loadMs = (user + system) / 1_000;
rmSync(folder, { recursive: true });
const { url } = await startService(config, { log: createLog("silent"), sandbox: null });
ready(url, { loadMs });
