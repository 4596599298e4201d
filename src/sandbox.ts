/** The sandbox: four simulated upstreams in this process, a configuration that reaches them, and three viewers to be. */
import { type SandboxToken, sandboxTokens } from "./auth/sandbox.ts";
import { ConfigError } from "./config/mistake.ts";
import { type Config, readConfig } from "./config/read.ts";
import { createDirectory } from "./directory/create.ts";
import { type Simulators, type SimulatorsOptions, startSimulators } from "./simulators/index.ts";
import { sourceKinds } from "./sources/index.ts";

export interface Sandbox {
  readonly config: Config;
  readonly tokens: readonly SandboxToken[];
  readonly simulators: Simulators;
}

/** Starts the simulators; `overrides` are sections that replace or extend those of the sandbox's own configuration. */
export async function startSandbox(
  options: SimulatorsOptions = {},
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Sandbox> {
  const simulators = await startSimulators(options);
  const read = readConfig(
    { ...simulators.config(), ...overrides },
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
