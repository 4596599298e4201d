/** What the tests of the customers' database share. */
import type { CustomerEntry } from "../../src/directory/create.ts";
import { type PostgresConfig, postgresConfig } from "../../src/directory/postgres/config.ts";
import { importCustomers } from "../../src/directory/postgres/import.ts";
import { migrate } from "../../src/directory/postgres/migrate.ts";
import type { TestPostgres } from "../support/postgres.ts";

let made = 0;

/**
 * A schema of its own in the database, with these customers; the configuration's limits can be set. A question has 20 s: on a busy
 * machine the usual second is not always enough.
 */
export async function prepare(
  postgres: TestPostgres,
  customers: readonly CustomerEntry[],
  limits: Partial<Omit<PostgresConfig, "url" | "schema">> = {},
): Promise<PostgresConfig> {
  const config = postgresConfig.parse({
    url: postgres.url,
    schema: `test_${++made}`,
    timeoutMs: 20_000,
    ...limits,
  });
  await migrate(config);
  await importCustomers(config, customers);
  return config;
}

/** So many customers with two accounts each; every tenth is the parent of the nine after it. */
export function manyCustomers(count: number): CustomerEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `customer-${index}`,
    name: `Customer ${index}`,
    parentKey: index % 10 === 0 ? null : `customer-${index - (index % 10)}`,
    accounts: [
      { source: "freight", reference: `f${index}` },
      { source: "cdn", reference: `c${index}` },
    ],
  }));
}
