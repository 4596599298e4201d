/** What every directory promises, whatever its customers live in. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createDirectory, type CustomerEntry } from "../../src/directory/create.ts";
import { postgresConfig } from "../../src/directory/postgres/config.ts";
import { createPostgresDirectory } from "../../src/directory/postgres/directory.ts";
import { importCustomers } from "../../src/directory/postgres/import.ts";
import { migrate } from "../../src/directory/postgres/migrate.ts";
import { watchDirectory } from "../../src/directory/watch.ts";
import type { Account } from "../../src/model/customer.ts";
import type { Directory } from "../../src/model/directory.ts";
import { writeId } from "../../src/model/id.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";

interface Opened {
  readonly directory: Directory;
  /** Puts other customers in the place of these. Null: these are for ever. */
  readonly replace: ((entries: readonly CustomerEntry[]) => Promise<unknown>) | null;
}

let postgres: TestPostgres;
let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "invoicegraph-directories-"));
  if (hasPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.close();
  await rm(folder, { recursive: true, force: true });
});

async function openFile(entries: readonly CustomerEntry[]): Promise<Opened> {
  const path = join(folder, `customers-${++made}.json`);
  await writeFile(path, JSON.stringify(entries));
  const directory = watchDirectory(path, {
    initial: { customers: entries, version: null },
    read: (bytes) => ({ customers: JSON.parse(bytes.toString()) as CustomerEntry[] }),
    onNotice: () => {},
    settleMs: 10,
    pollMs: 50,
  });
  return { directory, replace: (others) => writeFile(path, JSON.stringify(others)) };
}

async function openPostgres(entries: readonly CustomerEntry[]): Promise<Opened> {
  const config = postgresConfig.parse({ url: postgres.url, schema: `contract_${++made}`, timeoutMs: 20_000 });
  await migrate(config);
  await importCustomers(config, entries);
  const directory = createPostgresDirectory(config, () => {});
  await directory.page(null, 1);
  return { directory, replace: (others) => importCustomers(config, others, { prune: true }) };
}

function entry(key: string, parentKey: string | null = null, ...references: string[]): CustomerEntry {
  return { key, name: `${key}!`, parentKey, accounts: references.map((each) => account(each)) };
}

function account(reference: string, source = "freight"): Account {
  return { source, reference };
}

// All of them are there as customers somewhere below, and none stands for more than itself.
const oddTexts = [
  "it's",
  'a "quoted" one',
  "{a,b}",
  "back\\slash",
  "NULL",
  "%_",
  "a,b",
  "$1",
  "--x",
  "zürich",
  "東京",
  "😀",
  "__proto__",
];

describe.each([
  ["in memory", true, (entries) => Promise.resolve({ directory: createDirectory(entries), replace: null })],
  ["in a file", true, openFile],
  ["in PostgreSQL", hasPostgres, openPostgres],
] satisfies [string, boolean, (entries: readonly CustomerEntry[]) => Promise<Opened>][])(
  "a directory %s",
  (_, isThere, open) => {
    const opened: Directory[] = [];
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
    });
    const start = async (...entries: CustomerEntry[]) => {
      const made = await open(entries);
      opened.push(made.directory);
      return made;
    };

    it.runIf(isThere)("answers in the order of what was asked, null where nothing is known", async () => {
      const { directory } = await start(entry("a", "b", "3"), entry("b", null, "1", "2"));

      const customers = await directory.customers(["x", "b", "a", "b", "__proto__", ""]);
      const owners = await directory.owners([
        account("3"),
        account("3", "other"),
        account("2"),
        account("4"),
        account("2"),
      ]);

      expect(customers.map((customer) => customer?.key)).toEqual([
        undefined,
        "b",
        "a",
        "b",
        undefined,
        undefined,
      ]);
      expect(owners.map((customer) => customer?.key)).toEqual(["a", undefined, "b", undefined, "b"]);
      expect(owners[2]).toEqual({
        id: writeId("Customer", ["b"]),
        key: "b",
        name: "b!",
        parentKey: null,
        accounts: [account("1"), account("2")],
      });
    });

    it.runIf(isThere)("lists direct sub-customers only, ordered by key", async () => {
      const { directory } = await start(
        entry("a"),
        entry("c", "a"),
        entry("B", "a"),
        entry("d", "c"),
        entry("b", "a"),
      );

      const children = await directory.children(["a", "x", "c", "a", "d"]);

      expect(children.map((list) => list.map(({ key }) => key))).toEqual([
        ["B", "b", "c"],
        [],
        ["d"],
        ["B", "b", "c"],
        [],
      ]);
    });

    it.runIf(isThere)("pages through all customers by key, also from a key that is not there", async () => {
      const { directory } = await start(...["d", "b", "a", "c", "Z", "é"].map((key) => entry(key)));
      const keysOf = async (after: string | null, limit: number) =>
        (await directory.page(after, limit)).map(({ key }) => key);

      expect(await keysOf(null, 3)).toEqual(["Z", "a", "b"]);
      expect(await keysOf("b", 2)).toEqual(["c", "d"]);
      expect(await keysOf("bb", 9)).toEqual(["c", "d", "é"]);
      expect(await keysOf("é", 2)).toEqual([]);
      expect(await keysOf(null, 0)).toEqual([]);
      expect(await keysOf(null, -1)).toEqual([]);
      expect(await keysOf("", 1)).toEqual(["Z"]);
      expect(await keysOf("b\0", 1)).toEqual(["c"]);
    });

    it.runIf(isThere)("keeps accounts in the order in which they were written", async () => {
      const accounts = [account("9"), account("1", "cdn"), account("5"), account("1"), account("10", "cdn")];
      const { directory } = await start({ key: "a", name: "A", parentKey: null, accounts });

      expect((await directory.customers(["a"]))[0]?.accounts).toEqual(accounts);
    });

    it.runIf(isThere)("takes every text as it is", async () => {
      const { directory } = await start(
        ...oddTexts.map((text) => ({
          key: text,
          name: `${text} `,
          parentKey: null,
          accounts: [account(text)],
        })),
      );

      const customers = await directory.customers(oddTexts);
      const owners = await directory.owners(oddTexts.map((text) => account(text)));
      const children = await directory.children(oddTexts);

      expect(customers.map((customer) => customer?.name)).toEqual(oddTexts.map((text) => `${text} `));
      expect(owners).toEqual(customers);
      expect(children).toEqual(oddTexts.map(() => []));
    });

    it.runIf(isThere)(
      "takes no text for another: not a longer, a cut, a cased, a composed or a broken one",
      async () => {
        const { directory } = await start(
          entry("a�", null, "x�"),
          entry("é", null, "y"),
          entry("k", null, "z"),
        );
        const others = ["a\uD800", "a\0", "a�\0b", "e\u0301", "É", "K", "K", "k ", " k", "k".repeat(5_000)];

        expect(await directory.customers(others)).toEqual(others.map(() => null));
        expect(await directory.children(others)).toEqual(others.map(() => []));
        expect(
          await directory.owners([account("x\uDC00"), account("x"), account("z\0"), account("z", "fr\0")]),
        ).toEqual([null, null, null, null]);
      },
    );

    it.runIf(isThere)("answers nothing to no question", async () => {
      const { directory } = await start(entry("a"));

      expect(await directory.customers([])).toEqual([]);
      expect(await directory.owners([])).toEqual([]);
      expect(await directory.children([])).toEqual([]);
    });

    it.runIf(isThere)("may be empty", async () => {
      const { directory } = await start();

      expect(await directory.page(null, 10)).toEqual([]);
      expect(await directory.customers(["a"])).toEqual([null]);
    });

    it.runIf(isThere)("answers a thousand questions at a time", async () => {
      const keys = Array.from({ length: 1_000 }, (__, index) => `customer-${index}`);
      const { directory } = await start(...keys.map((key) => entry(key, null, key)));

      const [customers, owners, ...single] = await Promise.all([
        directory.customers(keys),
        directory.owners(keys.map((key) => account(key))),
        ...keys.slice(0, 200).map((key) => directory.customers([key])),
      ]);

      expect(customers.map((customer) => customer?.key)).toEqual(keys);
      expect(owners).toEqual(customers);
      expect(single.flat()).toEqual(customers.slice(0, 200));
    });

    it.runIf(isThere)(
      "has another version when its customers are others, and the same one while they are the same",
      async () => {
        const { directory, replace } = await start(entry("a", null, "1"), entry("b", "a"));
        const before = directory.version?.();

        await directory.customers(["a"]);
        expect([typeof before, directory.version?.()]).toEqual(["string", before]);
        if (replace === null) return;
        await replace([entry("a"), entry("c", "a", "1")]);
        await vi.waitFor(() => expect(directory.version?.()).not.toBe(before), 30_000);

        expect((await directory.owners([account("1")]))[0]?.key).toBe("c");
        expect((await directory.customers(["b"]))[0]).toBeNull();
      },
    );

    it.runIf(isThere)("says the same as a plain search through the list", async () => {
      await fc.assert(
        fc.asyncProperty(worlds, async (world) => {
          const { directory } = await start(...world);
          const keys = [...world.map(({ key }) => key), "nobody"];
          const links = [...world.flatMap(({ accounts }) => accounts), account("no such account")];

          const customers = await directory.customers(keys);
          const owners = await directory.owners(links);
          const children = await directory.children(keys);

          expect(customers.map(plain)).toEqual(
            keys.map((key) => world.find((each) => each.key === key) ?? null),
          );
          expect(owners.map(plain)).toEqual(
            links.map((link) => world.find((each) => each.accounts.includes(link)) ?? null),
          );
          expect(children.map((list) => list.map(({ key }) => key))).toEqual(
            keys.map((key) =>
              world
                .filter((each) => each.parentKey === key)
                .map((each) => each.key)
                .sort(),
            ),
          );
        }),
        { numRuns: 15 },
      );
    });
  },
);

function plain(customer: CustomerEntry | null): CustomerEntry | null {
  if (customer === null) return null;
  const { key, name, parentKey, accounts } = customer;
  return { key, name, parentKey, accounts };
}

// Parents stand before their children, so that there is no circle.
const worlds: fc.Arbitrary<CustomerEntry[]> = fc
  .uniqueArray(fc.stringMatching(/^[a-eA-C0-2'"\\é{}%_]{1,4}$/), { maxLength: 12 })
  .chain((keys) =>
    fc.record({
      parents: fc.array(fc.nat(), { minLength: keys.length, maxLength: keys.length }),
      owners: fc.array(fc.nat(), { maxLength: 20 }),
      keys: fc.constant(keys),
    }),
  )
  .map(({ keys, parents, owners }) =>
    keys.map((key, index) => ({
      key,
      name: `Name of ${key}`,
      // The customer's own place stands for no parent.
      parentKey: keys.slice(0, index)[(parents[index] ?? 0) % (index + 1)] ?? null,
      accounts: owners.flatMap((owner, number) =>
        owner % keys.length === index ? [account(`${number}'"\\`, number % 2 === 0 ? "freight" : "cdn")] : [],
      ),
    })),
  );
