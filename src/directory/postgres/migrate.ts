/** Brings the tables up to date, and says whether they are. */
import { Migrator } from "kysely";
import type { PostgresConfig } from "./config.ts";
import { openDatabase } from "./connect.ts";
import { sentenceOf } from "./failures.ts";
import { migrationsFor } from "./migrations/index.ts";

/** The names of the steps that were taken, in order; none when the tables were up to date. Throws a sentence; then nothing has changed. */
export async function migrate(config: PostgresConfig): Promise<readonly string[]> {
  return await withMigrator(config, null, async (migrator) => {
    // Also where a newer version has taken steps that this one, on its way back, knows nothing of.
    if ((await pendingOf(migrator)).length === 0) return [];
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return results.map(({ migrationName }) => migrationName);
  });
}

/** The names of the steps that have yet to be taken. Throws a sentence. */
export async function pendingMigrations(
  config: PostgresConfig,
  timeoutMs = 10_000,
): Promise<readonly string[]> {
  return await withMigrator(config, timeoutMs, pendingOf);
}

async function pendingOf(migrator: Migrator): Promise<readonly string[]> {
  const all = await migrator.getMigrations();
  return all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

async function withMigrator<T>(
  config: PostgresConfig,
  timeoutMs: number | null,
  work: (migrator: Migrator) => Promise<T>,
): Promise<T> {
  const { schema } = config;
  // Its lock needs a connection of its own.
  const { db, close } = openDatabase(config, { connections: 2, timeoutMs });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrationsFor(schema)) },
    migrationTableSchema: schema,
    migrationTableName: "migrations",
    migrationLockTableName: "migrations_lock",
  });
  try {
    return await work(migrator);
  } catch (thrown) {
    throw new Error(`The customers' database cannot be used: ${sentenceOf(thrown)}.`, { cause: thrown });
  } finally {
    await close();
  }
}
