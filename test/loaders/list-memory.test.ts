/** Lists of kept answers are remembered: whoever asks, and whatever changes, they are what they would be without a memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { maySeeCustomer } from "../../src/auth/authorize.ts";
import { createDirectory } from "../../src/directory/create.ts";
import { Collected } from "../../src/loaders/collected.ts";
import { ListMemory } from "../../src/loaders/list-memory.ts";
import { type InvoiceList, ListedPage } from "../../src/loaders/list-page.ts";
import type { PageArguments } from "../../src/loaders/lists.ts";
import type { Answer } from "../../src/model/source.ts";
import type { Viewer } from "../../src/model/viewer.ts";
import { invoiceOf, keptSource, memorySource, requestOver } from "./memory.ts";
import { everything, filters, invoices, orders, shapes, sourceIds } from "./worlds.ts";

const service: Viewer = { id: "key:service", role: "CUSTOMER_SERVICE", customerId: null, scopes: [] };
const viewerOf = (customer: string): Viewer => ({
  id: `key:${customer}`,
  role: "CUSTOMER",
  customerId: customer,
  scopes: [],
});
const order = { field: "ISSUED_ON", direction: "DESC" } as const;

/** Three customers with one account each; `moved`: the accounts of the second and the third are exchanged. */
function directoryWhere({ moved }: { moved: boolean }) {
  const accounts = moved ? ["a1", "c3", "b2"] : ["a1", "b2", "c3"];
  return createDirectory(
    ["one", "two", "three"].map((key, index) => ({
      key,
      name: `Customer ${key}`,
      parentKey: key === "two" ? "one" : null,
      accounts: sourceIds.map((source) => ({ source, reference: accounts[index] as string })),
    })),
  );
}

/** All that can be read of a list. */
async function seen(list: InvoiceList) {
  const { edges, nodes, pageInfo, totalCount, isComplete, sources, issuedOn } = list;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
  const shown = edges.map(({ node, cursor }) => ({ id: node.id, amount: node.totalAmount, cursor }));
  const totals = [await list.totals([]), await list.totals(["CUSTOMER", "MONTH"])];
  const page = { hasNextPage, hasPreviousPage, startCursor, endCursor };
  return { shown, ids: nodes.map(({ id }) => id), page, totalCount, isComplete, sources, issuedOn, totals };
}

const steps = fc.record({
  viewer: fc.constantFrom(service, service, viewerOf("one"), viewerOf("two"), viewerOf("three")),
  of: fc.constantFrom(null, "one", "two", "three"),
  withSubCustomers: fc.boolean(),
  /** Which of the few filters and orders of this world. */
  filter: fc.nat({ max: 2 }),
  order: fc.nat({ max: 1 }),
  size: fc.constantFrom(2, 30),
  goesOn: fc.boolean(),
  moved: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  nextMonth: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  /** Of a hundred answers, how many are replaced before it. */
  replaced: fc.constantFrom(0, 0, 0, 0, 20),
  fails: fc.constantFrom(0, 0, 0, 0, 0, 20),
});

test("a list is the same with a memory and without one, over whatever is asked in a row", async () => {
  const worlds = fc.record({
    invoices,
    filters: fc.array(filters, { minLength: 3, maxLength: 3 }),
    orders: fc.array(orders, { minLength: 2, maxLength: 2 }),
    steps: fc.array(steps, { minLength: 4, maxLength: 24 }),
    seed: fc.nat(),
  });
  let remembered = 0;
  let asked = 0;

  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const memory = new ListMemory();
      const directories = [directoryWhere({ moved: false }), directoryWhere({ moved: true })] as const;
      let now = 0;
      let failing = 0;
      const kept = sourceIds.map((id) =>
        keptSource(
          memorySource(
            id,
            shapes[id]!,
            // What appears later is there once its answer is replaced.
            () =>
              world.invoices
                .filter(({ appears, invoice }) => appears <= now && invoice.source === id)
                .map(({ invoice }) => invoice),
            (key) => luck(`${world.seed} ${now} ${id} ${key}`) < failing,
          ),
        ),
      );
      const reads = () => kept.reduce((sum, { counts }) => sum + counts.reads, 0);
      let cursor: string | null = null;
      for (const [n, step] of world.steps.entries()) {
        now = n;
        for (const [index, { keys, forget }] of kept.entries())
          for (const key of keys())
            if (luck(`${n} ${index} ${key} ${world.seed}`) < step.replaced) forget(key);
        failing = step.fails;
        const directory = directories[step.moved ? 1 : 0];
        const [customer] = step.of === null ? [null] : await directory.customers([step.of]);
        const args: PageArguments = { first: step.size, after: step.goesOn ? cursor : null };
        const request = (own: ListMemory) =>
          requestOver(
            kept.map(({ source }) => source),
            [],
            {
              directory,
              viewer: step.viewer,
              maySee: maySeeCustomer,
              memory: own,
              now: () => Date.parse(step.nextMonth ? "2026-07-01T12:00:00Z" : "2026-06-30T12:00:00Z"),
            },
          ).lists.page(
            { customer: customer ?? null, withSubCustomers: step.withSubCustomers },
            world.filters[step.filter]!,
            world.orders[step.order]!,
            args,
          );
        const outcome = (own: ListMemory) => request(own).then(seen, (thrown: Error) => thrown.message);

        const plain = await outcome(new ListMemory());
        const before = reads();
        const withMemory = await outcome(memory);
        asked += 1;
        if (reads() === before) remembered += 1;

        expect(withMemory).toEqual(plain);
        cursor = typeof plain === "string" ? null : plain.page.endCursor;
      }
    }),
    { numRuns: 400 },
  );

  // Of what is asked again, or it would show nothing.
  expect(remembered / asked).toBeGreaterThan(0.1);
}, 120_000);

describe("a remembered list", () => {
  const place = { source: "freight", account: "a1" };
  const other = { source: "freight", account: "b2" };
  const world = () => [
    invoiceOf(place, "first", { issuedOn: "2026-06-01", number: "1" }),
    invoiceOf(other, "second", { issuedOn: "2026-06-02", number: "2" }),
  ];
  const namesOf = (list: InvoiceList) => list.nodes.map(({ key }) => key[1]);

  function startService() {
    const kept = keptSource(memorySource("freight", "MONTH", world));
    const memory = new ListMemory();
    const listed: (readonly string[])[] = [];
    const ask = (
      viewer: Viewer,
      filter: Parameters<ReturnType<typeof requestOver>["lists"]["page"]>[1] = {},
    ) =>
      requestOver([kept.source], ["a1", "b2"], {
        memory,
        viewer,
        maySee: maySeeCustomer,
        audit: { listed: (_viewer, ids) => void listed.push(ids), exported() {}, read() {} },
      }).lists.page(everything, filter, order, {});
    return { ...kept, memory, listed, ask };
  }

  it("is not worked out again from the third time of asking on", async () => {
    const { ask, counts } = startService();

    const reads = [];
    for (let n = 0; n < 5; n++) {
      await ask(service);
      reads.push(counts.reads);
    }

    // Twelve answers are looked through by the first two lists.
    expect(reads).toEqual([12, 24, 24, 24, 24]);
  });

  it("is not remembered by the only request that met its answers, however often it asks", async () => {
    const { source, counts } = keptSource(memorySource("freight", "MONTH", world));
    const { lists } = requestOver([source], ["a1", "b2"], { memory: new ListMemory() });

    const reads = [];
    for (let n = 0; n < 4; n++) {
      await lists.page(everything, {}, order, {});
      reads.push(counts.reads);
    }

    expect(reads).toEqual([12, 24, 36, 48]);
  });

  it("is written into the audit trail each time it is shown", async () => {
    const { ask, listed } = startService();
    const ids = world()
      .map(({ id }) => id)
      .toReversed();

    for (let n = 0; n < 4; n++) await ask(service);

    expect(listed).toEqual([ids, ids, ids, ids]);
  });

  it("is not shown to another customer, although the source's answers are the same", async () => {
    const { ask } = startService();

    const shown = [];
    for (let n = 0; n < 3; n++)
      for (const viewer of [service, viewerOf("a1"), viewerOf("b2")]) shown.push(namesOf(await ask(viewer)));

    const each = [["second", "first"], ["first"], ["second"]];
    expect(shown).toEqual([...each, ...each, ...each]);
  });

  it("gives each viewer cursors of its own", async () => {
    const { ask } = startService();
    const scoped = { customers: ["a1"] };

    const cursors = [];
    for (const viewer of [service, service, service, viewerOf("a1"), viewerOf("a1")])
      cursors.push((await ask(viewer, scoped)).pageInfo.endCursor);

    expect(new Set(cursors.slice(0, 3)).size).toBe(1);
    expect(new Set(cursors).size).toBe(2);
  });

  it("is another on another day: of the days asked for, and of how far its source reaches", async () => {
    const lastJuly = invoiceOf(place, "last July", { issuedOn: "2025-07-15", number: "3" });
    const { source } = keptSource(memorySource("freight", "ACCOUNT", () => [...world(), lastJuly]));
    const reach = (since: string) => [{ since, of: "INVOICES", reason: "It began today." }] as const;
    const reaching = { ...source, invoices: { ...source.invoices!, reach } };
    const memory = new ListMemory();
    const ask = (day: string, args: PageArguments, filter = {}) =>
      requestOver([reaching], ["a1", "b2"], { memory, now: () => Date.parse(day) }).lists.page(
        everything,
        filter,
        order,
        { first: 1, ...args },
      );
    const [june, july] = ["2026-06-30", "2026-07-01"] as const;
    const asked = { issuedOn: { from: "2026-01-01", to: "2026-12-31" } };
    const after = (await ask(june, {})).pageInfo.endCursor;

    const walks = [];
    const reports = [];
    for (let n = 0; n < 3; n++) {
      for (const args of [{ after }, {}]) walks.push((await ask(july, args)).sources[0]?.count);
      for (const day of [june, july]) reports.push((await ask(day, {}, asked)).sources[0]?.covered?.from);
    }

    // A walk goes on as it began, over the end of the month.
    const each = [3, 2];
    expect(walks).toEqual([...each, ...each, ...each]);
    expect(reports).toEqual([june, july, june, july, june, july]);
  });

  it("is forgotten with all others when they are too many", async () => {
    const kept = keptSource(
      memorySource("freight", "MONTH", () =>
        Array.from({ length: 5_000 }, (_, n) =>
          invoiceOf(place, `i${n}`, { issuedOn: "2026-06-01", number: `${n} everywhere` }),
        ),
      ),
    );
    const memory = new ListMemory();
    const ask = (contains: string) =>
      requestOver([kept.source], ["a1"], { memory }).lists.page(
        everything,
        { number: { contains } },
        order,
        {},
      );
    const isRemembered = async (contains: string) => {
      const before = kept.counts.reads;
      await ask(contains);
      return kept.counts.reads === before;
    };

    for (let n = 0; n < 2; n++) await ask("everywhere");
    const atFirst = await isRemembered("everywhere");
    // All of them match each time, and each is a list of its own.
    for (let spaces = 1; spaces <= 70; spaces++) await ask(`everywhere${" ".repeat(spaces)}`);
    const afterMany = await isRemembered("everywhere");

    expect([atFirst, afterMany, await isRemembered("everywhere")]).toEqual([true, false, true]);
  });

  it("keeps nothing of an answer that is replaced, though its other answers stay and nobody asks for it again", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const refs = new Map<string, WeakRef<object>>();
    const kept = keptSource(
      memorySource("freight", "MONTH", () =>
        ["2026-05-01", "2026-06-01"].map((issuedOn) => invoiceOf(place, issuedOn, { issuedOn })),
      ),
    );
    const memory = new ListMemory();
    const ask = async () => {
      const { lists } = requestOver([kept.source], ["a1"], { memory });
      const { nodes } = await lists.page(everything, {}, order, {});
      for (const node of nodes) refs.set(node.issuedOn!, new WeakRef(node));
    };
    for (let n = 0; n < 3; n++) await ask();
    const alive = async () => {
      // What a WeakRef was made of or read from lives on to the end of the turn.
      await new Promise((resolve) => setTimeout(resolve, 10));
      collectGarbage();
      return [...refs].filter(([, ref]) => ref.deref() !== undefined).map(([day]) => day);
    };

    const before = await alive();
    kept.forget(kept.keys().find((key) => key.includes("2026-06")) as string);

    expect(before.toSorted()).toEqual(["2026-05-01", "2026-06-01"]);
    expect(await alive()).toEqual(["2026-05-01"]);
  });
});

describe("the memory of lists", () => {
  const answerOf = (): Answer => ({ invoices: [], fetchedAt: "2026-06-15T12:00:00.000Z", dropped: [] });
  const pageOf = (nodes: number) =>
    new ListedPage(
      null,
      new Collected([], []),
      { edges: Array.from({ length: nodes }, () => ({ invoice: {} })) } as never,
      {} as never,
    );

  /** A list of the memory, and how often each page of it was made. */
  function listIn(memory: ListMemory) {
    const collected = new Collected([], []);
    const answers = [answerOf()];
    memory.shelfOf(answers, 1);
    memory.shelfOf(answers, 2)?.set("list", collected);
    const made: string[] = [];
    const ask = (key: string, nodes = 1) =>
      memory.page(
        collected,
        () => key,
        async () => {
          made.push(key);
          return pageOf(nodes);
        },
      );
    return { ask, made, isKept: () => memory.shelfOf(answers, 3)?.get("list") === collected };
  }

  it("has no place for a list of which one answer is new", () => {
    const memory = new ListMemory();
    const [kept, other] = [answerOf(), answerOf()];
    memory.shelfOf([kept], 1);

    const shelves = [
      memory.shelfOf([kept, answerOf()], 2),
      memory.shelfOf([kept, other], 3),
      memory.shelfOf([kept, other], 4),
    ];

    expect(shelves.map((shelf) => shelf !== null)).toEqual([false, false, true]);
  });

  it("keeps the four pages of a list that were asked for last", async () => {
    const { ask, made } = listIn(new ListMemory());

    for (const key of ["a", "b", "c", "d", "a", "e", "a", "b"]) await ask(key);

    expect(made.join("")).toBe("abcdeb");
  });

  it("forgets nothing for pages that it keeps no longer", async () => {
    const memory = new ListMemory();
    const other = listIn(memory);
    const { ask, made } = listIn(memory);

    for (let n = 0; n < 1_000; n++) await ask(`page ${n}`, 100);

    expect(made.length).toBe(1_000);
    expect(other.isKept()).toBe(true);
  });
});

// 0 to 99, the same for the same text.
function luck(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) % 100;
}
