/** Where the configuration is, when the command does not say. */
import { existsSync } from "node:fs";
import type { Environment } from "../config/variables.ts";
import { UsageMistake } from "./mistake.ts";

const usualName = "invoicegraph.yaml";

/** The file that is named, else that of INVOICEGRAPH_CONFIG, else invoicegraph.yaml in this folder; throws a UsageMistake where there is none. */
export function mustFindConfig(named: string | undefined, env: Environment): string {
  const path = named ?? env["INVOICEGRAPH_CONFIG"] ?? (existsSync(usualName) ? usualName : undefined);
  if (path !== undefined) return path;
  throw new UsageMistake(
    `There is no ${usualName} here: name your configuration with --config or INVOICEGRAPH_CONFIG, copy invoicegraph.example.yaml to ${usualName} and fill it in, or try made-up data with invoicegraph sandbox.`,
  );
}
