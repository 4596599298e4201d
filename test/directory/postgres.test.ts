/** The customers' database in trouble: slow, hung, killed, restarted, not there yet; and what its questions cost. */
import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Notice } from "../../src/directory/notice.ts";
import { type PostgresConfig, postgresConfig } from "../../src/directory/postgres/config.ts";
import { createPostgresDirectory } from "../../src/directory/postgres/directory.ts";
import { importCustomers } from "../../src/directory/postgres/import.ts";
import { migrate, pendingMigrations } from "../../src/directory/postgres/migrate.ts";
import type { Directory } from "../../src/model/directory.ts";
import { Failure } from "../../src/model/errors.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { watchStalls } from "../support/stalls.ts";
import { manyCustomers, prepare } from "./database.ts";

const unavailable = { code: "DIRECTORY_UNAVAILABLE", retryable: true };

describe.runIf(hasPostgres)("the directory in PostgreSQL", () => {
  let postgres: TestPostgres;
  let open: Directory[];
  let notices: Notice[];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());
  afterEach(async () => {
    for (const directory of open) await directory.close();
  });

  function start(config: PostgresConfig): Directory {
    notices = [];
    const directory = createPostgresDirectory(config, (notice) => notices.push(notice));
    open = [directory];
    return directory;
  }

  async function connections(): Promise<number> {
    const [row] = await postgres.run(
      "select count(*)::int as count from pg_stat_activity where application_name = 'invoicegraph'",
    );
    return row.count;
  }

  /** Asks without a pause, eight at a time, until it is ended; what came back and how long it took, less what the machine held us up. */
  function askUnderLoad(directory: Directory) {
    const stalls = watchStalls();
    const outcomes: { at: number; tookMs: number; key: string | null; failure: Failure | null }[] = [];
    let isOver = false;
    const worker = async (number: number) => {
      for (let round = 0; !isOver; round++) {
        const key = `customer-${(number * 131 + round) % 1_000}`;
        const at = performance.now();
        const [answer, failure] = await directory.customers([key]).then(
          ([found]) => [found?.key ?? "NOTHING", null] as const,
          (thrown: Failure) => [null, thrown] as const,
        );
        outcomes.push({ at, tookMs: stalls.since(at), key: answer === key ? key : answer, failure });
        if (answer !== null && answer !== key) throw new Error(`${key} was answered with ${answer}`);
        // Refusals come at once: without a pause they would be all that this process does.
        if (failure !== null) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const workers = Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
    return {
      outcomes,
      async end() {
        isOver = true;
        await workers;
        stalls.stop();
        return outcomes;
      },
    };
  }

  it("asks one query for any number of keys, over an index even among 50,000 customers", async () => {
    const config = await prepare(postgres, manyCustomers(50_000), { timeoutMs: 20_000 });
    await postgres.run(`analyze ${config.schema}.customers, ${config.schema}.accounts`);
    const directory = start(config);
    const keys = Array.from({ length: 20 }, (_, index) => `customer-${index * 2_010}`);
    const plansOf = async (question: () => Promise<unknown>) => {
      await directory.customers(["customer-1"]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      postgres.plans();
      await question();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return postgres.plans().filter((plan) => plan.includes("json_agg"));
    };

    const plans = {
      customers: await plansOf(() => directory.customers(keys)),
      owners: await plansOf(() =>
        directory.owners(
          keys.map((key) => ({ source: "freight", reference: key.replace("customer-", "f") })),
        ),
      ),
      children: await plansOf(() => directory.children(keys)),
      page: await plansOf(() => directory.page("customer-3", 20)),
    };

    for (const [name, all] of Object.entries(plans)) {
      expect({ name, queries: all.length }).toEqual({ name, queries: 1 });
      expect(all[0]).not.toMatch(/Seq Scan on (?:customers|accounts)/);
    }
    expect(plans.customers[0]).toContain("customers_pkey");
    expect(plans.owners[0]).toContain("accounts_pkey");
    expect(plans.children[0]).toContain("customers_by_parent");
    expect(plans.page[0]).toContain("customers_pkey");
    for (const [plan = ""] of Object.values(plans)) expect(plan).toContain("accounts_by_customer");
  });

  it("answers as if nothing had happened when its connections are ended", async () => {
    const directory = start(await prepare(postgres, manyCustomers(1_000)));
    const load = askUnderLoad(directory);
    const more = async (count: number) => {
      const until = load.outcomes.length + count;
      await expect.poll(() => load.outcomes.length, { interval: 5 }).toBeGreaterThan(until);
    };

    for (let round = 0; round < 5; round++) {
      await more(20);
      await postgres.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'invoicegraph' and query like '%json_agg%'",
      );
    }
    await more(20);
    const outcomes = await load.end();

    expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  });

  it("fails within its time while the database hangs, at once when it is known, and recovers alone", async () => {
    const limits = { timeoutMs: 1_500, checkMs: 200, connections: 4 };
    const directory = start(await prepare(postgres, manyCustomers(1_000), limits));
    await directory.customers(["customer-1"]);
    const load = askUnderLoad(directory);
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(20);

    postgres.freeze();
    await vi.waitFor(() => expect(directory.unavailable?.()).not.toBeNull(), 30_000);
    const knownAt = performance.now();
    const version = directory.version?.();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const known = () => load.outcomes.filter(({ at, failure }) => failure !== null && at > knownAt);
    await expect.poll(() => known().length).toBeGreaterThan(20);
    postgres.thaw();
    await vi.waitFor(() => expect(directory.unavailable?.()).toBeNull(), 30_000);
    await expect.poll(() => load.outcomes.at(-1)?.failure).toBeNull();
    const outcomes = await load.end();

    const failures = outcomes.filter(({ failure }) => failure !== null);
    expect(version).toBeNull();
    for (const { failure } of failures) expect(failure).toMatchObject(unavailable);
    expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(2_500);
    const refusedInMs = known().map(({ tookMs }) => tookMs);
    expect(refusedInMs.toSorted((a, b) => a - b)[Math.floor(refusedInMs.length / 2)]).toBeLessThan(50);
    expect(await connections()).toBeLessThanOrEqual(5);
    expect(notices.map(({ level }) => level)).toEqual(["info", "warn", "info"]);
    expect(notices[1]?.message).toBe(
      "The customers' database cannot be asked: the database did not answer in time. Until it can, nothing about customers is answered.",
    );
  });

  it("fails by name, never with an empty answer, while the database is killed, and recovers alone", async () => {
    const limits = { timeoutMs: 1_500, checkMs: 200, connections: 4 };
    const directory = start(await prepare(postgres, manyCustomers(1_000), limits));
    await directory.customers(["customer-1"]);
    const load = askUnderLoad(directory);
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(20);

    await postgres.kill();
    await vi.waitFor(() => expect(directory.unavailable?.()).not.toBeNull(), 30_000);
    for (const question of [
      directory.customers(["customer-1"]),
      directory.owners([{ source: "freight", reference: "f1" }]),
      directory.children(["customer-0"]),
      directory.page(null, 10),
    ])
      await expect(question).rejects.toMatchObject(unavailable);
    await postgres.restart();
    await vi.waitFor(() => expect(directory.unavailable?.()).toBeNull(), 30_000);
    await expect.poll(() => load.outcomes.at(-1)?.failure).toBeNull();
    const outcomes = await load.end();

    const failures = outcomes.filter(({ failure }) => failure !== null);
    expect(failures.length).toBeGreaterThan(5);
    for (const { failure } of failures) expect(failure).toMatchObject(unavailable);
    expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(2_500);
  });

  it("gives one slow question up and goes on with its connections", async () => {
    const config = await prepare(postgres, manyCustomers(10), { timeoutMs: 1_500, connections: 2 });
    const directory = start(config);
    await Promise.all([directory.customers(["customer-1"]), directory.customers(["customer-2"])]);
    const pids = () =>
      postgres.run(
        "select pid from pg_stat_activity where application_name = 'invoicegraph' and query like '%json_agg%' order by pid",
      );
    const before = await pids();

    const release = await postgres.hold(`lock table ${config.schema}.customers in access exclusive mode`);
    const asked = await Promise.allSettled(
      [1, 2, 3, 4].map((number) => directory.customers([`customer-${number}`])),
    );
    await release();

    for (const each of asked) expect(each).toMatchObject({ status: "rejected", reason: unavailable });
    expect(directory.unavailable?.()).toBeNull();
    expect((await directory.customers(["customer-1"]))[0]?.key).toBe("customer-1");
    expect(await pids()).toEqual(before);
  });

  it("never asks again on a connection that hangs", async () => {
    const limits = { timeoutMs: 3_000, connections: 1 };
    const directory = start(await prepare(postgres, manyCustomers(3), limits));
    await directory.customers(["customer-1"]);
    const [{ pid }] = await postgres.run(
      "select pid from pg_stat_activity where application_name = 'invoicegraph' and query like '%json_agg%'",
    );

    process.kill(pid, "SIGSTOP");
    const first = directory.customers(["customer-1"]);
    await expect(first).rejects.toMatchObject(unavailable);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await directory.customers(["customer-1"]).finally(() => process.kill(pid, "SIGCONT"));

    expect(second[0]?.key).toBe("customer-1");
  });

  it("says what is missing before the tables are there, and takes them up when they are", async () => {
    const config = postgresConfig.parse({ url: postgres.url, schema: "yet_to_come", checkMs: 100 });
    const directory = start(config);

    await expect(directory.page(null, 1)).rejects.toMatchObject(unavailable);
    const why = directory.unavailable?.();
    await migrate(config);
    await importCustomers(config, manyCustomers(3));
    await vi.waitFor(() => expect(directory.unavailable?.()).toBeNull(), 30_000);

    expect(why).toBe("the tables are not there: run invoicegraph migrate");
    expect(await directory.page(null, 9)).toHaveLength(3);
  });

  it.each([
    ["nothing listens", "postgres://u:hunter2@127.0.0.1:1/x", "nothing listens there (ECONNREFUSED)"],
    [
      "the host has no name",
      "postgres://u:hunter2@no-such-host.invalid/x",
      /^its host's name has no address/,
    ],
  ])("can be opened when %s, and says so without the password", async (_, url, why) => {
    const directory = start(postgresConfig.parse({ url, timeoutMs: 5_000 }));

    const failure: unknown = await directory.customers(["a"]).catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ ...unavailable, detail: directory.unavailable?.() });
    expect(directory.unavailable?.()).toMatch(why);
    expect(JSON.stringify([notices, String(failure), failure])).not.toContain("hunter2");
  });

  it("knows another database and a wrong user by the database's own words", async () => {
    const url = new URL(postgres.url);
    url.pathname = "/nowhere";
    const directory = start(postgresConfig.parse({ url: url.href }));

    await expect(directory.customers(["a"])).rejects.toMatchObject(unavailable);

    expect(directory.unavailable?.()).toBe('the database says: database "nowhere" does not exist (3D000)');
  });

  it("is told of changes, and of those that it is not told of it learns by asking", async () => {
    const told = await prepare(postgres, manyCustomers(3), { checkMs: 60_000 });
    const directory = start(told);
    await directory.page(null, 1);
    const before = directory.version?.();
    await postgres.run(`update ${told.schema}.customers set name = 'X' where key = 'customer-0'`);
    await vi.waitFor(() => expect(directory.version?.()).not.toBe(before), 30_000);
    expect((await directory.customers(["customer-0"]))[0]?.name).toBe("X");
    await directory.close();

    const untold = await prepare(postgres, manyCustomers(3), { checkMs: 100 });
    const other = start(untold);
    await other.page(null, 1);
    const earlier = other.version?.();
    await postgres.run(`update ${untold.schema}.directory_state set version = version + 1`);
    await vi.waitFor(() => expect(other.version?.()).not.toBe(earlier), 30_000);
  });

  it("has another version after every kind of change, and none before it is committed", async () => {
    const { schema } = await prepare(postgres, manyCustomers(20));
    const versionOf = async () =>
      (await postgres.run(`select version from ${schema}.directory_state`))[0].version;
    const versions = [await versionOf()];

    for (const change of [
      `insert into ${schema}.customers values ('new', 'New', null)`,
      `update ${schema}.customers set parent_key = 'customer-0' where key = 'new'`,
      `insert into ${schema}.accounts values ('cdn', 'n', 'new')`,
      `update ${schema}.accounts set customer_key = 'customer-1' where reference = 'n'`,
      `delete from ${schema}.accounts where reference = 'n'`,
      `delete from ${schema}.customers where key = 'new'`,
      `truncate ${schema}.customers, ${schema}.accounts`,
    ]) {
      await postgres.run(change);
      versions.push(await versionOf());
    }

    expect(new Set(versions).size).toBe(8);
  });

  it("lets nobody link one account twice, name a parent that is not there, or close a circle", async () => {
    const { schema } = await prepare(postgres, manyCustomers(30));
    const { customers, accounts } = { customers: `${schema}.customers`, accounts: `${schema}.accounts` };

    await expect(
      postgres.run(`insert into ${accounts} values ('freight', 'f1', 'customer-2')`),
    ).rejects.toMatchObject({ code: "23505" });
    await expect(
      postgres.run(`update ${customers} set parent_key = 'nobody' where key = 'customer-0'`),
    ).rejects.toMatchObject({ code: "23503" });
    await expect(postgres.run(`delete from ${customers} where key = 'customer-0'`)).rejects.toMatchObject({
      code: "23503",
    });
    for (const parent of ["customer-0", "customer-1"])
      await expect(
        postgres.run(`update ${customers} set parent_key = '${parent}' where key = 'customer-0'`),
      ).rejects.toThrow("the parents of the customer customer-0 go round in a circle");
    await expect(
      postgres.run(`insert into ${customers} values ('x', 'X', 'y'), ('y', 'Y', 'x')`),
    ).rejects.toThrow("go round in a circle");
    await expect(postgres.run(`insert into ${customers} values (' x', 'X', null)`)).rejects.toMatchObject({
      code: "23514",
    });
  });

  it("lets two who change customers at a time neither close a circle together nor end in a deadlock", async () => {
    const { schema } = await prepare(postgres, manyCustomers(30));
    const both = await Promise.allSettled(
      [
        ["customer-0", "customer-10"],
        ["customer-10", "customer-0"],
      ].map(([key, parent]) =>
        postgres.run(
          `begin; update ${schema}.customers set parent_key = '${parent}' where key = '${key}'; select pg_sleep(0.3);
           update ${schema}.customers set name = 'X' where key = '${parent}'; commit`,
        ),
      ),
    );

    const [failed, ...more] = both.filter(({ status }) => status === "rejected");
    expect(more).toEqual([]);
    expect(String((failed as PromiseRejectedResult).reason)).toContain("go round in a circle");
  });

  it("needs no more rights than docs/operations.md gives", async () => {
    const { schema } = await prepare(postgres, manyCustomers(3));
    await postgres.run(`create role reader login; create role writer login;
      grant usage on schema ${schema} to reader, writer;
      grant select on all tables in schema ${schema} to reader;
      grant select, insert, update, delete on all tables in schema ${schema} to writer`);
    const configOf = (role: string) => {
      const url = new URL(postgres.url);
      url.username = role;
      return postgresConfig.parse({ url: url.href, schema });
    };

    const directory = start(configOf("reader"));
    const before = await directory.page(null, 9);
    const refused = importCustomers(configOf("reader"), manyCustomers(4));
    await expect(refused).rejects.toThrow("Nothing was imported: the database says: permission denied");
    await importCustomers(configOf("writer"), manyCustomers(4));

    expect(before).toHaveLength(3);
    expect(await directory.page(null, 9)).toHaveLength(4);
    expect(await pendingMigrations(configOf("reader"))).toEqual([]);
  });

  it("leaves a database that refuses alone, however many ask", async () => {
    let attempts = 0;
    const refusing = createServer((socket) => {
      attempts++;
      socket.destroy();
    });
    await new Promise<void>((listening) => refusing.listen(0, "127.0.0.1", listening));
    const { port } = refusing.address() as AddressInfo;
    const directory = start(postgresConfig.parse({ url: `postgres://u@127.0.0.1:${port}/x` }));

    const began = performance.now();
    const load = askUnderLoad(directory);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await expect.poll(() => load.outcomes.length).toBeGreaterThan(100);
    await load.end();
    const lastedMs = performance.now() - began;
    refusing.close();

    expect(attempts).toBeGreaterThan(1);
    // One each quarter of a second.
    expect(attempts).toBeLessThan(4 + lastedMs / 250);
  });

  it("leaves no connection behind when it is closed before it has one", async () => {
    const config = await prepare(postgres, []);

    await Promise.all(
      Array.from({ length: 5 }, async (_, number) => {
        const directory = createPostgresDirectory(config, () => {});
        await new Promise((resolve) => setTimeout(resolve, number * 4));
        await directory.close();
      }),
    );

    await vi.waitFor(async () => expect(await connections()).toBe(0), 30_000);
  });

  it("closes in a moment while the database hangs", async () => {
    const directory = start(await prepare(postgres, manyCustomers(3)));
    await directory.page(null, 1);

    postgres.freeze();
    const startedAt = performance.now();
    await directory.close();
    const tookMs = performance.now() - startedAt;
    postgres.thaw();

    // A question has twenty.
    expect(tookMs).toBeLessThan(10_000);
  });
});
