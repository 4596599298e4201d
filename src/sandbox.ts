/** The sandbox: four simulated upstreams in this process, a configuration that reaches them, and three viewers to be. */
import { type SandboxToken, sandboxTokens } from "./auth/sandbox.ts";
import { ConfigError } from "./config/mistake.ts";
import { type Config, readConfig } from "./config/read.ts";
import { createDirectory } from "./directory/create.ts";
import {
  type Simulators,
  type SimulatorsConfig,
  type SimulatorsOptions,
  startSimulators,
} from "./simulators/index.ts";
import { sourceKinds } from "./sources/index.ts";

// Made up, like everything in the sandbox: without a seller no electronic invoice can be written.
const sellers = {
  freight: {
    name: "Sandbox Freight Pty Ltd",
    country: "AU",
    vatId: "AU51824753556",
    buyerCountry: "AU",
    itemName: "Freight",
    taxes: [{ category: "S", rate: "10" }, { category: "Z" }],
  },
};

// Akamai's 500 would be used up by trying a few large lists in GraphiQL.
const requestsPerMinute = 100_000;

/** A running sandbox: its configuration, the keys to its viewers, its simulators. */
export interface Sandbox {
  readonly config: Config;
  readonly tokens: readonly SandboxToken[];
  readonly simulators: Simulators;
}

/** Sections of the configuration, from the sandbox's own sources and customers. */
export type SandboxSections = (own: SimulatorsConfig) => Readonly<Record<string, unknown>>;

/** Starts the simulators; `sections` may replace or add to those of the sandbox's own configuration. */
export async function startSandbox(
  options: SimulatorsOptions = {},
  sections: SandboxSections = () => ({}),
): Promise<Sandbox> {
  const simulators = await startSimulators({
    ...options,
    each: { akamai: { requestsPerMinute }, ...options.each },
  });
  const own = simulators.config();
  const read = readConfig(
    { ...own, delivery: { ubl: { sellers } }, ...sections(own) },
    { kinds: sourceKinds, env: {}, baseDir: process.cwd(), sandbox: true },
  );
  if ("mistakes" in read) {
    await simulators.close();
    throw new ConfigError("the sandbox", read.mistakes);
  }
  const { config } = read;
  const everybody = await createDirectory(config.customers).page(null, config.customers.length);
  const { tokens, apiKeys } = sandboxTokens(everybody);
  return {
    config: { ...config, auth: { ...config.auth, apiKeys: [...config.auth.apiKeys, ...apiKeys] } },
    tokens,
    simulators,
  };
}
