/** The `directory` section of the configuration: where customers are that are not in the configuration itself. */
import { z } from "zod";
import { postgresConfig, type PostgresConfig } from "../directory/postgres/config.ts";

/** A customers' file; it is watched. */
export interface DirectoryFile {
  /** Absolute. */
  readonly path: string;
  /** The SHA-256 of the text that `customers` came from; null when it has not been read. */
  readonly version: string | null;
}

/** A database of customers. */
export interface DirectoryDatabase {
  readonly postgres: PostgresConfig;
}

/** The section as it is written. */
export const directoryConfig = z.union([
  z
    .string()
    .min(1, "must not be empty")
    .describe("A YAML or JSON file that holds the list of customers, relative to this file; it is watched."),
  z.strictObject({ postgres: postgresConfig.describe("The customers are in a PostgreSQL database.") }),
]);
