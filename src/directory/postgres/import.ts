/** Puts a whole list of customers into the database: in one transaction, and only what differs. */
import { sql, type Transaction } from "kysely";
import type { CustomerEntry } from "../create.ts";
import type { PostgresConfig } from "./config.ts";
import { openDatabase } from "./connect.ts";
import { isAnswer, sentenceOf } from "./failures.ts";
import type { Tables } from "./tables.ts";

export interface ImportOptions {
  /** Removes customers that the list does not have. Default: they stay. */
  readonly prune?: boolean;
  /** Changes nothing and tells what would. */
  readonly dryRun?: boolean;
}

/** Keys of customers, in order. */
export interface ImportReport {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** Not in the list: removed with `prune`, else left alone. */
  readonly missing: readonly string[];
  readonly unchanged: number;
}

/** A list that cannot be put into the database; the message says why. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

type Db = Transaction<Tables>;

const rowsAtOnce = 20_000;
const shownAtMost = 10;

/** Imports customers that were checked as those of a file are. Throws a sentence; then nothing has changed, unless that says otherwise. */
export async function importCustomers(
  config: PostgresConfig,
  customers: readonly CustomerEntry[],
  { prune = false, dryRun = false }: ImportOptions = {},
): Promise<ImportReport> {
  checkTexts(customers);
  const { db, close } = openDatabase(config, { connections: 1, timeoutMs: null });
  const { schema } = config;
  let isCommitting = false;
  try {
    // One import after the other, from the comparison on.
    const trx = await db.startTransaction().execute();
    try {
      await sql`select 1 from ${sql.id(schema, "directory_state")} for update`.execute(trx);
      await stage(trx, schema, customers);
      const report = await compare(trx, schema, customers.length);
      if (prune && customers.length === 0 && report.missing.length > 0)
        throw new ImportRefused(
          `The list is empty: all ${report.missing.length} customers of the database would be removed. Nothing was changed; if that is meant, delete them in the database.`,
        );
      if (!prune && report.missing.length > 0) await refuseTaken(trx, schema);
      if (!dryRun) await apply(trx, schema, report, prune);
      isCommitting = !dryRun;
      await (dryRun ? trx.rollback() : trx.commit()).execute();
      return report;
    } catch (thrown) {
      await trx
        .rollback()
        .execute()
        .catch(() => {});
      throw thrown;
    }
  } catch (thrown) {
    if (thrown instanceof ImportRefused) throw thrown;
    const says = isAnswer(thrown) && thrown.code === "23514" ? thrown.message : sentenceOf(thrown);
    const outcome =
      isCommitting && !isAnswer(thrown)
        ? "It is not known whether the list was imported, all or nothing of it; import it once more, which does no harm"
        : "Nothing was imported";
    throw new Error(`${outcome}: ${says}.`, { cause: thrown });
  } finally {
    await close();
  }
}

// What YAML and JSON can hold and a database cannot, or would store as something else.
function checkTexts(customers: readonly CustomerEntry[]): void {
  for (const { key, name, accounts } of customers) {
    const texts = [key, name, ...accounts.map(({ reference }) => reference)];
    if (texts.some((text) => /\0|\p{Surrogate}/u.test(text)))
      throw new ImportRefused(
        `The customer ${JSON.stringify(key)} has a text with a NUL or half a character in it, which a database cannot hold.`,
      );
  }
}

async function stage(db: Db, schema: string, customers: readonly CustomerEntry[]): Promise<void> {
  for (const table of ["customers", "accounts"]) {
    const staged = sql.id(`new_${table}`);
    await sql`create temporary table ${staged} (like ${sql.id(schema, table)}) on commit drop`.execute(db);
  }
  for (const some of chunksOf(customers)) {
    const keys = some.map(({ key }) => key);
    const names = some.map(({ name }) => name);
    const parents = some.map(({ parentKey }) => parentKey);
    await sql`insert into new_customers (key, name, parent_key)
      select * from unnest(${keys}::text[], ${names}::text[], ${parents}::text[])`.execute(db);
  }
  const links = customers.flatMap(({ key, accounts }) =>
    accounts.map((account, position) => ({ ...account, key, position })),
  );
  for (const some of chunksOf(links)) {
    const sources = some.map(({ source }) => source);
    const references = some.map(({ reference }) => reference);
    const keys = some.map(({ key }) => key);
    const positions = some.map(({ position }) => position);
    await sql`insert into new_accounts (source, reference, customer_key, position)
      select * from unnest(${sources}::text[], ${references}::text[], ${keys}::text[], ${positions}::integer[])`.execute(
      db,
    );
  }
  // Without knowing how many there are the planner would compare them one by one.
  await sql`analyze new_customers, new_accounts`.execute(db);
}

function* chunksOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsAtOnce) yield items.slice(start, start + rowsAtOnce);
}

async function compare(db: Db, schema: string, count: number): Promise<ImportReport> {
  const customers = sql.id(schema, "customers");
  const accounts = sql.id(schema, "accounts");
  const keysOf = async (query: ReturnType<typeof sql<{ key: string }>>) =>
    (await query.execute(db)).rows.map(({ key }) => key);
  const added = await keysOf(
    sql`select key from new_customers except select key from ${customers} order by key`,
  );
  const missing = await keysOf(
    sql`select key from ${customers} except select key from new_customers order by key`,
  );
  const changed = await keysOf(sql`
    with links as (select source, reference, customer_key, position from new_accounts),
    known as (
      select source, reference, customer_key, position from ${accounts}
      where customer_key in (select key from new_customers)
    ),
    different as (
      (select key from (select key, name, parent_key from new_customers
        except select key, name, parent_key from ${customers}) as entries)
      union (select customer_key from (select * from links except select * from known) as more)
      union (select customer_key from (select * from known except select * from links) as fewer)
    )
    select key from different where key in (select key from ${customers}) order by key`);
  return { added, changed, missing, unchanged: count - added.length - changed.length };
}

async function refuseTaken(db: Db, schema: string): Promise<void> {
  const { rows } = await sql<{ source: string; reference: string; owner: string; key: string }>`
    select source, reference, known.customer_key as owner, new_accounts.customer_key as key
    from new_accounts join ${sql.id(schema, "accounts")} as known using (source, reference)
    where known.customer_key not in (select key from new_customers)
    order by new_accounts.customer_key, source, reference`.execute(db);
  if (rows.length === 0) return;
  const lines = rows
    .slice(0, shownAtMost)
    .map(
      ({ source, reference, owner, key }) =>
        `  - ${reference} of ${source} is to be linked to ${key}, but the database links it to ${owner}, which the list does not have.`,
    );
  const rest = rows.length - lines.length;
  throw new ImportRefused(
    [
      "Nothing was imported: an account belongs to one customer.",
      ...lines,
      ...(rest > 0 ? [`  … and ${rest} more.`] : []),
      "Remove customers that the list does not have with --prune, or correct the list.",
    ].join("\n"),
  );
}

async function apply(db: Db, schema: string, report: ImportReport, prune: boolean): Promise<void> {
  const customers = sql.id(schema, "customers");
  const accounts = sql.id(schema, "accounts");
  // What differs in nothing is not touched: nobody is told of a change that is none.
  if (report.added.length + report.changed.length > 0) {
    await sql`insert into ${customers} as known (key, name, parent_key)
      select key, name, parent_key from new_customers
      on conflict (key) do update set name = excluded.name, parent_key = excluded.parent_key
      where (known.name, known.parent_key) is distinct from (excluded.name, excluded.parent_key)`.execute(db);
  }
  if (prune && report.missing.length > 0)
    await sql`delete from ${customers} where key not in (select key from new_customers)`.execute(db);
  if (report.added.length + report.changed.length > 0) {
    await sql`delete from ${accounts} as known where customer_key in (select key from new_customers)
      and not exists (select from new_accounts as new where new.source = known.source and new.reference = known.reference)`.execute(
      db,
    );
    await sql`insert into ${accounts} as known (source, reference, customer_key, position)
      select source, reference, customer_key, position from new_accounts
      on conflict (source, reference) do update set customer_key = excluded.customer_key, position = excluded.position
      where (known.customer_key, known.position) is distinct from (excluded.customer_key, excluded.position)`.execute(
      db,
    );
  }
}
