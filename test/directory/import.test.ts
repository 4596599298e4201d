/** A list of customers on its way into the database: from the command line, all or nothing, only what differs. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CustomerEntry } from "../../src/directory/create.ts";
import type { PostgresConfig } from "../../src/directory/postgres/config.ts";
import { importCustomers, ImportRefused } from "../../src/directory/postgres/import.ts";
import { migrate, pendingMigrations } from "../../src/directory/postgres/migrate.ts";
import { Secret } from "../../src/model/secret.ts";
import { invoicegraph } from "../cli/terminal.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { manyCustomers, prepare } from "./database.ts";

function entry(key: string, parentKey: string | null = null, ...references: string[]): CustomerEntry {
  const accounts = references.map((reference) => ({ source: "freight", reference }));
  return { key, name: key, parentKey, accounts };
}

const head = [
  `auth: { apiKeys: [{ name: x, role: customer_service, sha256: "${"0f".repeat(32)}" }] }`,
  "sources: { freight: { kind: v6, url: https://carrier.example/v6-api/rest, apiKey: k, currency: AUD } }",
];

describe.runIf(hasPostgres)("importing customers", () => {
  let postgres: TestPostgres;
  let folder: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    folder = await mkdtemp(join(tmpdir(), "invoicegraph-import-"));
  });
  afterAll(async () => {
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Everything in the tables, and the count of changes. */
  async function contents({ schema }: PostgresConfig) {
    const [row] = await postgres.run(`select
      (select version from ${schema}.directory_state) as version,
      (select json_agg(concat_ws(' < ', key, parent_key) order by key) from ${schema}.customers) as customers,
      (select json_agg(concat(reference, ' of ', customer_key) order by reference) from ${schema}.accounts) as accounts`);
    return row;
  }

  it("changes only what differs, and nothing the second time", async () => {
    const config = await prepare(postgres, [
      entry("a", null, "1", "2"),
      entry("b", "a"),
      entry("c", null, "3"),
    ]);
    const list = [entry("a", null, "2", "1"), entry("b", "d"), entry("c", null, "3"), entry("d", null, "4")];

    const first = await importCustomers(config, list);
    const after = await contents(config);
    const second = await importCustomers(config, list);

    expect(first).toEqual({ added: ["d"], changed: ["a", "b"], missing: [], unchanged: 1 });
    expect(after.customers).toEqual(["a", "b < d", "c", "d"]);
    expect(after.accounts).toEqual(["1 of a", "2 of a", "3 of c", "4 of d"]);
    expect(second).toEqual({ added: [], changed: [], missing: [], unchanged: 4 });
    expect(await contents(config)).toEqual(after);
  });

  it("moves accounts between customers, also in a ring, and takes away those that are no longer named", async () => {
    const config = await prepare(postgres, [
      entry("a", null, "1"),
      entry("b", null, "2"),
      entry("c", null, "3", "4"),
    ]);

    const report = await importCustomers(config, [
      entry("a", null, "3"),
      entry("b", null, "1"),
      entry("c", null, "2"),
    ]);

    expect(report.changed).toEqual(["a", "b", "c"]);
    expect((await contents(config)).accounts).toEqual(["1 of b", "2 of c", "3 of a"]);
  });

  it("turns a family upside down in one step", async () => {
    const config = await prepare(postgres, [entry("a"), entry("b", "a"), entry("c", "b")]);

    await importCustomers(config, [entry("a", "b"), entry("b", "c"), entry("c")]);

    expect((await contents(config)).customers).toEqual(["a < b", "b < c", "c"]);
  });

  it("leaves customers alone that the list does not have, and removes them with prune", async () => {
    const config = await prepare(postgres, [
      entry("a"),
      entry("b", "a", "1"),
      entry("c", "b", "2"),
      entry("d"),
    ]);

    const kept = await importCustomers(config, [entry("d", null, "9")]);
    const pruned = await importCustomers(config, [entry("d", null, "1")], { prune: true });

    expect(kept).toEqual({ added: [], changed: ["d"], missing: ["a", "b", "c"], unchanged: 0 });
    expect(pruned).toEqual({ added: [], changed: ["d"], missing: ["a", "b", "c"], unchanged: 0 });
    expect(await contents(config)).toMatchObject({ customers: ["d"], accounts: ["1 of d"] });
  });

  it("only tells what it would do in a dry run", async () => {
    const config = await prepare(postgres, [entry("a"), entry("b")]);
    const before = await contents(config);

    const report = await importCustomers(config, [entry("a", "c"), entry("c")], {
      dryRun: true,
      prune: true,
    });

    expect(report).toEqual({ added: ["c"], changed: ["a"], missing: ["b"], unchanged: 0 });
    expect(await contents(config)).toEqual(before);
  });

  it("imports nothing when an account belongs to a customer that the list does not have", async () => {
    const config = await prepare(postgres, [entry("a", null, "1"), entry("b")]);
    const before = await contents(config);

    const refused = importCustomers(config, [entry("b", "c", "7"), entry("c", null, "1")]);

    await expect(refused).rejects.toThrow(ImportRefused);
    await expect(refused).rejects.toThrow(
      "Nothing was imported: an account belongs to one customer.\n  - 1 of freight is to be linked to c, but the database links it to a, which the list does not have.\nRemove customers",
    );
    expect(await contents(config)).toEqual(before);
  });

  it("refuses to remove everybody, and texts that a database cannot hold", async () => {
    const config = await prepare(postgres, [entry("a")]);

    await expect(importCustomers(config, [], { prune: true })).rejects.toThrow(
      "The list is empty: all 1 customers of the database would be removed.",
    );
    await expect(importCustomers(config, [entry("b", null, "x\0")])).rejects.toThrow(
      "a NUL or half a character",
    );
    await expect(importCustomers(config, [entry("b\uD800")])).rejects.toThrow("a NUL or half a character");
    expect((await contents(config)).customers).toEqual(["a"]);
  });

  it("leaves nothing behind when it is cut off in the middle", async () => {
    const config = await prepare(postgres, manyCustomers(10));
    const before = await contents(config);
    const release = await postgres.hold(`lock table ${config.schema}.accounts in exclusive mode`);

    const cut = importCustomers(config, [...manyCustomers(10), entry("new", null, "n")]).catch(String);
    const waiting = () =>
      postgres.run(
        "select 1 from pg_stat_activity where application_name = 'invoicegraph' and wait_event_type = 'Lock'",
      );
    await expect.poll(waiting).toHaveLength(1);
    await postgres.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'invoicegraph'",
    );

    expect(await cut).toMatch(/^Error: Nothing was imported: /);
    await release();
    expect(await contents(config)).toEqual(before);
  });

  it("says that it does not know when the answer to the last step is lost", async () => {
    const config = await prepare(postgres, manyCustomers(10));
    const { port } = new URL(postgres.url);
    const proxy = createServer((client) => {
      const server = connect(Number(port), "127.0.0.1");
      let isLast = false;
      client.on("error", () => {}).on("close", () => server.end());
      server.on("error", () => {}).on("close", () => client.destroy());
      client.on("data", (chunk: Buffer) => {
        isLast = chunk.includes("commit\0");
        server.write(chunk);
      });
      server.on("data", (chunk: Buffer) => (isLast ? client.destroy() : client.write(chunk)));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const there = String((proxy.address() as AddressInfo).port);
    const url = new Secret(postgres.url.replace(port, there));

    const said = await importCustomers({ ...config, url }, [entry("new")]).catch(String);

    expect(said).toMatch(/^Error: It is not known whether the list was imported, .*: the connection failed/);
    expect((await contents(config)).customers).toContain("new");
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("waits for another import, so that the last one stands whole", async () => {
    const config = await prepare(postgres, []);
    const lists = ["x", "y"].map((name) => manyCustomers(500).map((each) => ({ ...each, name })));

    await Promise.all(lists.map((list) => importCustomers(config, list, { prune: true })));

    const names = await postgres.run(`select distinct name from ${config.schema}.customers`);
    expect(names).toHaveLength(1);
  });

  it("takes 100,000 customers with 200,000 accounts in reasonable time", async () => {
    const config = await prepare(postgres, []);
    const list = manyCustomers(100_000);

    const startedAt = performance.now();
    const report = await importCustomers(config, list);
    const tookMs = performance.now() - startedAt;

    expect(report.added).toHaveLength(100_000);
    // Five seconds on a busy machine with two cores.
    expect(tookMs).toBeLessThan(90_000);
  });

  describe("from the command line", () => {
    let env: Record<string, string>;

    beforeAll(async () => {
      const config = join(folder, "invoicegraph.yaml");
      env = { INVOICEGRAPH_CONFIG: config, DATABASE_URL: postgres.url };
      await writeFile(
        config,
        [...head, "directory: { postgres: { url: ${DATABASE_URL}, schema: from_cli } }"].join("\n"),
      );
    });

    it("migrates, imports, and does both twice without harm", async () => {
      const file = join(folder, "customers.yaml");
      await writeFile(
        file,
        '- { id: acme, name: Acme, accounts: { freight: ["001", "002"] } }\n- { id: sub, name: Sub, parent: acme }\n',
      );

      const unready = await invoicegraph(["directory", "import", file], { env });
      const pending = await invoicegraph(["migrate", "--check"], { env });
      const migrated = await invoicegraph(["migrate"], { env });
      const again = await invoicegraph(["migrate"], { env });
      const check = await invoicegraph(["migrate", "--check"], { env });
      const dry = await invoicegraph(["directory", "import", file, "--dry-run"], { env });
      const imported = await invoicegraph(["directory", "import", file], { env });
      const repeated = await invoicegraph(["directory", "import", file, "--prune"], { env });

      expect(unready).toMatchObject({
        code: 1,
        err: "Nothing was imported: the tables are not there: run invoicegraph migrate.\n",
      });
      expect(pending).toMatchObject({
        code: 1,
        out: "Yet to be taken: 0001-customers. Run invoicegraph migrate.\n",
      });
      expect(migrated.out).toBe("Taken: 0001-customers. The tables are up to date.\n");
      expect(again).toEqual({ code: 0, out: "The tables are up to date.\n", err: "" });
      expect(check).toEqual({ code: 0, out: "The tables are up to date.\n", err: "" });
      expect(dry.out).toBe(
        "To be added: 2 (acme, sub)\nTo be changed: 0\nNot in the file, and left alone (--prune removes them): 0\nUnchanged: 0\nNothing was changed: this was a dry run.\n",
      );
      expect(imported.out).toMatch(/^Added: 2 \(acme, sub\)\nChanged: 0\n/);
      expect(repeated.out).toBe("Added: 0\nChanged: 0\nRemoved: 0\nUnchanged: 2\n");
    });

    it("refuses a file with the sentences that a directory file gets", async () => {
      const file = join(folder, "wrong.yaml");
      await writeFile(
        file,
        '- { id: a, name: A, parent: nobody, accounts: { freigt: ["1"] } }\n- { id: a, name: B }\n',
      );

      const { code, err } = await invoicegraph(["directory", "import", file], { env });

      expect(code).toBe(1);
      expect(err).toContain(`${file} has 3 mistakes:`);
      expect(err).toContain("does not name a configured source; did you mean freight?");
      expect(err).toContain("every customer needs its own");
      expect(err).toContain("does not name a customer of this list");
    });

    it("says what is missing where there is no database, no file, or no action", async () => {
      const plain = join(folder, "plain.yaml");
      await writeFile(plain, [...head, "customers: []"].join("\n"));

      const none = await invoicegraph(["migrate", "--config", plain], { env });
      const lost = await invoicegraph(["directory", "import", join(folder, "lost.yaml")], { env });
      const vague = await invoicegraph(["directory"], { env });
      const down = await invoicegraph(["migrate"], {
        env: { ...env, DATABASE_URL: "postgres://u:hunter2@127.0.0.1:1/x" },
      });

      expect(none).toMatchObject({ code: 2 });
      expect(none.err).toMatch(/has no database of customers: write directory: \{ postgres: /);
      expect(lost).toMatchObject({ code: 2 });
      expect(vague.err).toBe(
        "Write invoicegraph directory import FILE; see invoicegraph directory --help.\n",
      );
      expect(down).toEqual({
        code: 1,
        out: "",
        err: "The customers' database cannot be used: nothing listens there (ECONNREFUSED).\n",
      });
    });

    it("takes tables of a newer version as they are", async () => {
      const config = await prepare(postgres, []);
      await postgres.run(`insert into ${config.schema}.migrations values ('0002-of-a-newer-version', 'now')`);

      const taken = await migrate(config);

      expect(taken).toEqual([]);
    });

    it("migrates once when several do so at a time", async () => {
      const config = await prepare(postgres, []);
      await postgres.run(`drop schema ${config.schema} cascade`);
      const file = join(folder, "together.yaml");
      await writeFile(
        file,
        [...head, `directory: { postgres: { url: "${postgres.url}", schema: ${config.schema} } }`].join("\n"),
      );

      const all = await Promise.all([1, 2, 3].map(() => invoicegraph(["migrate", "--config", file])));

      expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(all.filter(({ out }) => out.startsWith("Taken"))).toHaveLength(1);
      expect(await pendingMigrations(config)).toEqual([]);
    });
  });
});
