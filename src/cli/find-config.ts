/** Where the configuration is, when the command does not say. */
import { existsSync } from "node:fs";
import { loadConfig } from "../config/load.ts";
import type { SourceConfig } from "../config/sources.ts";
import type { Environment } from "../config/variables.ts";
import type { PostgresConfig } from "../directory/postgres/config.ts";
import { sourceKinds } from "../sources/index.ts";
import { UsageMistake } from "./mistake.ts";

const usualName = "invoicegraph.yaml";

/** The file that INVOICEGRAPH_CONFIG names; throws a UsageMistake where it is set to nothing, as a variable of a variable may be. */
export function configInEnvironment(env: Environment): string | undefined {
  const path = env["INVOICEGRAPH_CONFIG"];
  if (path?.trim() !== "") return path;
  throw new UsageMistake(
    "INVOICEGRAPH_CONFIG is set but empty: name your configuration, such as INVOICEGRAPH_CONFIG=invoicegraph.yaml, or unset it.",
  );
}

/** The file that is named, else that of INVOICEGRAPH_CONFIG, else invoicegraph.yaml in this folder; throws a UsageMistake where there is none. */
export function mustFindConfig(named: string | undefined, env: Environment): string {
  if (named?.trim() === "") throw new UsageMistake("--config is empty: name your configuration.");
  const path = named ?? configInEnvironment(env) ?? (existsSync(usualName) ? usualName : undefined);
  if (path !== undefined) return path;
  throw new UsageMistake(
    `There is no ${usualName} here: name your configuration with --config or INVOICEGRAPH_CONFIG, copy invoicegraph.example.yaml to ${usualName} and fill it in, or try made-up data with invoicegraph sandbox.`,
  );
}

/** What the configuration says of the customers' database; throws a sentence when it has none. */
export async function mustFindDatabase(
  named: string | undefined,
  env: Environment,
): Promise<{ readonly postgres: PostgresConfig; readonly sources: readonly SourceConfig[] }> {
  const path = mustFindConfig(named, env);
  const { directory, sources } = await loadConfig(path, { kinds: sourceKinds, env });
  if (directory !== null && "postgres" in directory) return { postgres: directory.postgres, sources };
  throw new UsageMistake(
    `${path} has no database of customers: write directory: { postgres: { url: "\${DATABASE_URL}" } } in the place of its customers.`,
  );
}
