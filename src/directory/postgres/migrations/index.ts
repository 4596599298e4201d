/** The steps that make the tables, in order; each is run once, and none is ever changed after a release. */
import type { Migration } from "kysely";
import { createTables } from "./0001-customers.ts";

/** The steps by name for tables in this schema. */
export function migrationsFor(schema: string): Readonly<Record<string, Migration>> {
  return {
    "0001-customers": createTables(schema),
  };
}
