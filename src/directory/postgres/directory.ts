/** The directory in PostgreSQL: every question is one query over an index, and nothing is kept between questions. */
import { type Kysely, sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import { type Account, accountKey, type Customer } from "../../model/customer.ts";
import type { Directory } from "../../model/directory.ts";
import { Failure } from "../../model/errors.ts";
import { writeId } from "../../model/id.ts";
import type { Notice } from "../notice.ts";
import type { PostgresConfig } from "./config.ts";
import { openDatabase } from "./connect.ts";
import { isLost, toUnavailable } from "./failures.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Tables } from "./tables.ts";

type Db = Kysely<Tables>;

/**
 * Opens the directory and begins to watch the database; it need not be there yet. Questions throw DIRECTORY_UNAVAILABLE
 * when it does not answer within the configured time, and at once while it is known not to answer.
 */
export function createPostgresDirectory(
  config: PostgresConfig,
  onNotice: (notice: Notice) => void,
): Directory {
  const { connections, timeoutMs } = config;
  const { db, close } = openDatabase(config, { connections, timeoutMs });
  const heartbeat = startHeartbeat(config, (fault) =>
    onNotice(
      fault === null
        ? { level: "info", message: "The customers' database answers." }
        : {
            level: "warn",
            message: `The customers' database cannot be asked: ${fault}. Until it can, nothing about customers is answered.`,
          },
    ),
  );

  async function ask<T>(question: (on: Db) => Promise<T>): Promise<T> {
    try {
      return await withinTime(answer(question));
    } catch (thrown) {
      heartbeat.doubt();
      throw toUnavailable(thrown);
    }
  }

  async function answer<T>(question: (on: Db) => Promise<T>): Promise<T> {
    await heartbeat.started;
    const fault = heartbeat.fault();
    if (fault !== null) throw new Failure("DIRECTORY_UNAVAILABLE", { detail: fault });
    // After a restart of the database a pool finds out one connection at a time: all that it has may be lost.
    for (let lost = 0; ; lost++) {
      try {
        return await question(db);
      } catch (thrown) {
        if (lost === connections || !isLost(thrown)) throw thrown;
      }
    }
  }

  function withinTime<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The question timed out.")), timeoutMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  return {
    async customers(keys) {
      const wanted = keys.filter(isText);
      if (wanted.length === 0) return keys.map(() => null);
      const found = await ask((on) => customersIn(on).where("key", "=", anyOf(wanted)).execute());
      const byKey = new Map(found.map((row) => [row.key, toCustomer(row)]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    async owners(accounts) {
      const wanted = accounts.filter(({ source, reference }) => isText(source) && isText(reference));
      if (wanted.length === 0) return accounts.map(() => null);
      const found = await ask((on) => ownersOf(on, wanted).execute());
      const byAccount = new Map(
        found.flatMap((row) => {
          const customer = toCustomer(row);
          return customer.accounts.map((account) => [accountKey(account), customer] as const);
        }),
      );
      return accounts.map((account) => byAccount.get(accountKey(account)) ?? null);
    },
    async children(parentKeys) {
      const wanted = parentKeys.filter(isText);
      if (wanted.length === 0) return parentKeys.map(() => []);
      const found = await ask((on) =>
        customersIn(on).where("parent_key", "=", anyOf(wanted)).orderBy("key").execute(),
      );
      const byParent = new Map<string | null, Customer[]>();
      for (const row of found) {
        const siblings = byParent.get(row.parent_key);
        if (siblings === undefined) byParent.set(row.parent_key, [toCustomer(row)]);
        else siblings.push(toCustomer(row));
      }
      return parentKeys.map((key) => byParent.get(key) ?? []);
    },
    async page(after, limit) {
      if (limit <= 0) return [];
      // No key holds a NUL: those after "a\0b" are those after "a".
      const from = after?.split("\0", 1)[0];
      const found = await ask((on) =>
        customersIn(on)
          .$if(from !== undefined, (query) => query.where("key", ">", from ?? ""))
          .orderBy("key")
          .limit(limit)
          .execute(),
      );
      return found.map(toCustomer);
    },
    version: () => heartbeat.version(),
    unavailable: () => heartbeat.fault(),
    async close() {
      await heartbeat.close();
      await close();
    },
  };
}

/** Customers, each with its accounts. */
function customersIn(db: Db) {
  return db
    .selectFrom("customers")
    .select(["key", "name", "parent_key"])
    .select((from) =>
      jsonArrayFrom(
        from
          .selectFrom("accounts")
          .select(["source", "reference"])
          .whereRef("customer_key", "=", "customers.key")
          .orderBy("position"),
      ).as("accounts"),
    );
}

function ownersOf(db: Db, accounts: readonly Account[]) {
  const sources = accounts.map(({ source }) => source);
  const references = accounts.map(({ reference }) => reference);
  const asked = sql<Account>`unnest(${sources}::text[], ${references}::text[])`.as<"asked">(
    sql`asked(source, reference)`,
  );
  return customersIn(db).where("key", "in", (from) =>
    from
      .selectFrom("accounts as linked")
      .innerJoin(asked, (join) =>
        join.onRef("asked.source", "=", "linked.source").onRef("asked.reference", "=", "linked.reference"),
      )
      .select("linked.customer_key"),
  );
}

function anyOf(texts: readonly string[]) {
  return sql<string>`any(${texts}::text[])`;
}

interface CustomerRow {
  readonly key: string;
  readonly name: string;
  readonly parent_key: string | null;
  readonly accounts: readonly Account[];
}

function toCustomer({ key, name, parent_key: parentKey, accounts }: CustomerRow): Customer {
  return { id: writeId("Customer", [key]), key, name, parentKey, accounts };
}

// PostgreSQL has no text with a NUL in it: nothing of that name can be there.
function isText(text: string): boolean {
  return !text.includes("\0");
}
