/** InvoiceGraph as it is run in production: API keys, limits on, shedding on; the rig may switch caches and telemetry. */
import { readConfig } from "../../src/config/read.ts";
import { startService } from "../../src/service.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { given, ready } from "../rig/child.ts";
import { customers, keyOf, sha256Of, sourcesAt, viewers } from "../world.ts";

export interface OursOptions {
  readonly upstream: string;
  /** Sections of the configuration in place of those below. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

const { upstream, sections = {} } = given<OursOptions>();
const read = readConfig(
  {
    server: { host: "127.0.0.1", port: 0, limits: { pageSize: 1_000 } },
    auth: {
      apiKeys: viewers.map((customer) => ({
        name: customer,
        sha256: sha256Of(keyOf(customer)),
        role: "customer",
        customer,
      })),
    },
    sources: sourcesAt(upstream),
    customers,
    ...sections,
  },
  { kinds: sourceKinds, env: {}, baseDir: process.cwd() },
);
if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
const { url } = await startService(read.config, { log: createLog("silent"), sandbox: null });
ready(url);
