/** How much is logged, as the environment says. */
import type { Environment } from "../config/variables.ts";
import { UsageMistake } from "./mistake.ts";

const levels = new Set(["debug", "info", "warn", "error", "silent"]);

/** LOG_LEVEL in either case, or `usual` where it is not set or empty; throws a UsageMistake for what is no level. */
export function readLogLevel(env: Environment, usual: string): string {
  const given = env["LOG_LEVEL"]?.trim() ?? "";
  if (given === "") return usual;
  const level = given.toLowerCase();
  if (levels.has(level)) return level;
  throw new UsageMistake(`LOG_LEVEL must be debug, info, warn, error or silent; it is "${given}".`);
}
