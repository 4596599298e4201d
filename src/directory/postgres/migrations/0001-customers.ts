/** Customers and their accounts, and a count of changes that everybody who watches is told of. */
import { type Migration, sql } from "kysely";
import { channelOf } from "../tables.ts";

/** Makes the tables, their indexes and triggers. */
export function createTables(schema: string): Migration {
  const customers = sql.id(schema, "customers");
  const accounts = sql.id(schema, "accounts");
  const state = sql.id(schema, "directory_state");
  const countChange = sql.id(schema, "count_directory_change");
  const refuseCircles = sql.id(schema, "refuse_circles_of_parents");

  return {
    async up(db) {
      // Collation C is the order of bytes, the same on every server and after every upgrade of its libraries.
      await sql`create table ${customers} (
        key text collate "C" primary key
          check (length(key) between 1 and 128 and key !~ '^\\s|\\s$|[[:cntrl:]]'),
        name text not null check (name ~ '\\S'),
        parent_key text collate "C" references ${customers}
      )`.execute(db);
      await sql`create index customers_by_parent on ${customers} (parent_key, key) where parent_key is not null`.execute(
        db,
      );
      await sql`create table ${accounts} (
        source text collate "C" not null check (source ~ '^[A-Za-z][A-Za-z0-9_-]{0,62}$'),
        reference text collate "C" not null check (reference <> ''),
        customer_key text collate "C" not null references ${customers} on delete cascade,
        position integer not null default 0,
        primary key (source, reference)
      )`.execute(db);
      await sql`create index accounts_by_customer on ${accounts} (customer_key, position)`.execute(db);

      await sql`create table ${state} (
        is_only boolean primary key default true check (is_only),
        version bigint not null default 1
      )`.execute(db);
      await sql`insert into ${state} default values`.execute(db);
      // Before the change, not after it: whoever changes customers waits here for others who do, so that they neither
      // end in a deadlock nor close a circle together.
      await sql`create function ${countChange}() returns trigger language plpgsql
        security definer set search_path = pg_catalog, pg_temp as ${sql.lit(`
        begin
          update ${quoted(schema, "directory_state")} set version = version + 1;
          perform pg_notify('${channelOf(schema)}', '');
          return null;
        end`)}`.execute(db);
      for (const table of [customers, accounts]) {
        await sql`create trigger count_change before insert or update or delete or truncate on ${table}
          for each statement execute function ${countChange}()`.execute(db);
      }

      await sql`create function ${refuseCircles}() returns trigger language plpgsql
        set search_path = pg_catalog, pg_temp as ${sql.lit(`
        declare circle text;
        begin
          with recursive above (start, key) as (
            select changed.key, changed.parent_key from changed where changed.parent_key is not null
            union
            select above.start, parent.parent_key
            from above join ${quoted(schema, "customers")} parent on parent.key = above.key
            where parent.parent_key is not null and above.key <> above.start
          )
          select start into circle from above where key = start order by start limit 1;
          if circle is not null then
            raise exception 'the parents of the customer % go round in a circle', circle
              using errcode = 'check_violation';
          end if;
          return null;
        end`)}`.execute(db);
      for (const event of ["insert", "update"]) {
        await sql`create trigger ${sql.id(`refuse_circles_on_${event}`)} after ${sql.raw(event)} on ${customers}
          referencing new table as changed for each statement execute function ${refuseCircles}()`.execute(
          db,
        );
      }
    },
  };
}

// A function's body is text: names in it are quoted here. The configuration lets a schema hold letters, digits and _ only.
function quoted(schema: string, table: string): string {
  return `"${schema}"."${table}"`;
}
