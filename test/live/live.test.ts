/** What listeners are told, with a directory and sources that can be changed at will. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Collection } from "../../src/listing/found.ts";
import { type InvoicesEvent, type Live, type Subscriber, createLive } from "../../src/live/live.ts";
import type { Customer } from "../../src/model/customer.ts";
import { Failure } from "../../src/model/errors.ts";
import { type Invoice, blankInvoice } from "../../src/model/invoice.ts";
import type { Viewer } from "../../src/model/viewer.ts";

const acme: Customer = { id: "c:acme", key: "acme", name: "Acme", parentKey: null, accounts: [] };
const today = new Date().toISOString().slice(0, 10);

function invoice(id: string, totalAmount: string, source = "freight"): Invoice {
  return { ...blankInvoice, id, source, account: "001", key: [id], issuedOn: today, totalAmount };
}

function report(source: string, failure: Failure | null) {
  return {
    source,
    status: failure === null ? ("OK" as const) : ("FAILED" as const),
    errors: failure === null ? [] : [failure],
    fetchedAt: null,
    asked: null,
    covered: null,
    missing: [],
    dropped: [],
    count: 0,
  };
}

/** A world of one customer and two sources. */
function startWorld(
  options: { maxSubscriptions?: number; perViewer?: number; lifetimeSeconds?: number } = {},
) {
  const world = {
    invoices: new Map([["1", invoice("1", "1.00")]]),
    failing: new Map<string, Failure>(),
    visible: new Set(["ann", "bob", "eve"]),
    proven: new Set(["ann", "bob", "eve"]),
    customer: acme as Customer | null,
    directoryFailure: null as Failure | null,
    looks: 0,
    listed: [] as (readonly string[])[],
  };
  const collect = async (): Promise<Collection> => {
    world.looks += 1;
    return {
      parts: ["freight", "flolive"].map((source) => ({
        id: source,
        source,
        failed: world.failing.has(source),
        undecided: [],
        found: world.failing.has(source)
          ? []
          : [...world.invoices.values()]
              .filter((each) => each.source === source)
              .map((each) => ({ invoice: each, customer: acme })),
      })),
      reports: ["freight", "flolive"].map((source) => report(source, world.failing.get(source) ?? null)),
    };
  };
  const live = createLive({
    config: {
      intervalSeconds: 0.02,
      months: 2,
      maxSubscriptions: 100,
      perViewer: 10,
      lifetimeSeconds: 60,
      ...options,
    },
    directory: {
      customers: async (keys) => {
        if (world.directoryFailure !== null) throw world.directoryFailure;
        return keys.map(() => world.customer);
      },
      owners: async () => [],
      children: async () => [],
      page: async () => [],
      close: async () => {},
    },
    maySee: (viewer) => world.visible.has(viewer.id),
    collect,
    timeoutMs: 1_000,
    now: Date.now,
    onListed: (_viewer, ids) => world.listed.push(ids),
    onProblem: () => {},
  });
  return { world, live };
}

let live: Live | null = null;
afterEach(() => live?.close());

function start(options: Parameters<typeof startWorld>[0] = {}) {
  const started = startWorld(options);
  live = started.live;
  const { world } = started;
  const subscriber = (
    id: string,
    signal = new AbortController().signal,
    customerId = "acme",
  ): Subscriber => ({
    viewer: { id, role: "CUSTOMER", customerId, scopes: [] } satisfies Viewer,
    signal,
    prove: async () => {
      if (!world.proven.has(id)) throw new Failure("UNAUTHENTICATED");
    },
  });
  const listen = (id: string, signal?: AbortSignal, customerId?: string) =>
    started.live.invoicesChanged(subscriber(id, signal, customerId), "acme", null);
  const looked = async (times = 2) => {
    const until = world.looks + times;
    await expect.poll(() => world.looks).toBeGreaterThanOrEqual(until);
  };
  return { ...started, subscriber, listen, looked };
}

async function next(events: AsyncIterableIterator<InvoicesEvent>): Promise<InvoicesEvent> {
  const { done, value } = await events.next();
  if (done === true) throw new Error("there is no event any more");
  return value;
}

const told = ({ changes }: InvoicesEvent) => changes.map(({ kind, id }) => `${kind} ${id}`);

describe("what is told", () => {
  it("begins with how the sources stand, and then says what was added, changed and removed", async () => {
    const { world, listen } = start();
    const events = listen("ann");
    const first = await next(events);

    world.invoices.set("2", invoice("2", "5.00"));
    const added = await next(events);
    world.invoices.set("2", invoice("2", "6.00"));
    const changed = await next(events);
    world.invoices.delete("2");
    const removed = await next(events);

    expect([first, added, changed, removed].map(told)).toEqual([
      [],
      ["ADDED 2"],
      ["CHANGED 2"],
      ["REMOVED 2"],
    ]);
    expect(first.sources.map(({ status }) => status)).toEqual(["OK", "OK"]);
    expect(changed.changes[0]?.invoice).toMatchObject({ totalAmount: "6.00" });
    expect(world.listed.flat()).toEqual(["2", "2"]);
  });

  it("a source that fails is told, takes nothing away, and brings nothing new when it is back", async () => {
    const { world, listen } = start();
    const failure = new Failure("SOURCE_TIMEOUT", { source: "freight" });
    world.failing.set("freight", failure);
    const events = listen("ann");
    const first = await next(events);

    world.failing.delete("freight");
    const back = await next(events);
    world.failing.set("freight", failure);
    const gone = await next(events);
    world.invoices.set("2", invoice("2", "5.00"));
    world.failing.delete("freight");
    const again = await next(events);

    expect([first, back, gone, again].map(told)).toEqual([[], [], [], ["ADDED 2"]]);
    expect([first, back, gone, again].map(({ sources }) => sources[0]?.status)).toEqual([
      "FAILED",
      "OK",
      "FAILED",
      "OK",
    ]);
  });

  it("nothing is told when nothing has changed, and the order and the raw record of a source are no change", async () => {
    const { world, listen, looked } = start();
    world.invoices.set("2", invoice("2", "5.00"));
    const events = listen("ann");
    await next(events);

    world.invoices = new Map([...world.invoices].toReversed());
    world.invoices.set("1", { ...invoice("1", "1.00"), raw: { at: "another time" } });
    await looked();
    world.invoices.set("3", invoice("3", "7.00"));
    const event = await next(events);

    expect(told(event)).toEqual(["ADDED 3"]);
  });

  it("an invoice that only falls out of the days that are watched is not removed", async () => {
    const { world, listen, looked } = start();
    world.invoices.set("old", { ...invoice("old", "1.00"), issuedOn: "2001-01-01" });
    const events = listen("ann");
    await next(events);

    world.invoices.delete("old");
    await looked();
    world.invoices.set("3", invoice("3", "7.00"));
    const event = await next(events);

    expect(told(event)).toEqual(["ADDED 3"]);
  });
});

describe("who is told", () => {
  it("whoever may not see the customer any more is told so, and nothing else; the others go on", async () => {
    const { world, listen } = start();
    const ann = listen("ann");
    const bob = listen("bob");
    await Promise.all([next(ann), next(bob)]);

    world.visible.delete("ann");
    world.invoices.set("2", invoice("2", "5.00"));

    await expect(ann.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await ann.next()).toMatchObject({ done: true });
    expect(told(await next(bob))).toEqual(["ADDED 2"]);
  });

  it("what waits for a slow reader is withheld when its access ends", async () => {
    const { world, listen, looked } = start();
    const ann = listen("ann");
    listen("bob");
    await next(ann);
    world.invoices.set("2", invoice("2", "5.00"));
    await looked();

    world.visible.delete("ann");
    await looked();

    await expect(ann.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(world.listed.flat()).toEqual([]);
  });

  it("a credential that does not hold any more ends it", async () => {
    const { world, listen } = start();
    const ann = listen("ann");
    await next(ann);

    world.proven.delete("ann");

    await expect(ann.next()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("nobody goes on listening on trust while the directory does not answer", async () => {
    const { world, listen } = start();
    const ann = listen("ann");
    await next(ann);

    world.directoryFailure = new Failure("DIRECTORY_UNAVAILABLE");

    await expect(ann.next()).rejects.toMatchObject({ code: "DIRECTORY_UNAVAILABLE" });
  });

  it("a customer that is taken out of the directory ends it like one that may not be seen", async () => {
    const { world, listen } = start();
    const ann = listen("ann");
    await next(ann);

    world.customer = null;

    await expect(ann.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("what it costs", () => {
  it("many who listen to the same are one who asks, and one who comes later is told at once", async () => {
    const { world, live: door, listen } = start();
    const many = Array.from({ length: 10 }, () => listen("ann"));
    await Promise.all(many.map(next));
    const before = world.looks;

    const late = await next(listen("bob"));

    expect(before).toBe(1);
    expect(world.looks - before).toBeLessThanOrEqual(1);
    expect(told(late)).toEqual([]);
    expect(door.standing()).toEqual({ subscriptions: 11, watches: 1 });
  });

  it("nobody is asked any more when the last one has left", async () => {
    const { world, live: door, listen, looked } = start();
    const leaving = new AbortController();
    const ann = listen("ann", leaving.signal);
    const bob = listen("bob");
    await looked();

    await bob.return?.();
    leaving.abort();
    const { looks } = world;
    await sleep(200);

    expect(world.looks).toBe(looks);
    expect(door.standing()).toEqual({ subscriptions: 0, watches: 0 });
    expect(await ann.next()).toMatchObject({ done: true });
  });

  it("a reader who does not read is kept what its changes come to, up to 1,000 of them, a hundred at a time", async () => {
    const { world, listen, looked } = start();
    const ann = listen("ann");
    await next(ann);
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 600; i++) world.invoices.set(`n${i}`, invoice(`n${i}`, `${round}.00`));
      await looked(2);
    }
    for (let i = 0; i < 600; i++) world.invoices.set(`m${i}`, invoice(`m${i}`, "1.00"));
    await looked(2);

    const events = [await next(ann)];
    while (events.at(-1)!.remaining > 0) events.push(await next(ann));

    expect(events.map(({ changes }) => changes.length)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(events.filter(({ isCut }) => isCut)).toHaveLength(1);
    const changes = events.flatMap((event) => event.changes);
    expect(new Set(changes.map(({ id }) => id)).size).toBe(1_000);
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["ADDED"]));
    expect(changes.find(({ id }) => id === "n0")?.invoice?.totalAmount).toBe("4.00");
  });

  it("so many of one viewer, half of all of one customer's viewers, and so many in all", () => {
    const { listen } = start({ perViewer: 2, maxSubscriptions: 5 });
    listen("ann");
    listen("ann");

    expect(() => listen("ann")).toThrow(/One viewer has at most 2 subscriptions/);
    listen("bob");
    expect(() => listen("bob")).toThrow(/One customer has at most 3 subscriptions/);
    listen("eve", undefined, "omnix");
    listen("eve", undefined, "omnix");
    expect(() => listen("new", undefined, "northwind")).toThrow(
      expect.objectContaining({ code: "OVERLOADED" }),
    );
  });

  it("a place is free again when its subscription has ended", async () => {
    const { listen } = start({ perViewer: 1 });
    const first = listen("ann");
    await first.return?.();

    const second = listen("ann");

    expect(told(await next(second))).toEqual([]);
  });
});

describe("how it ends", () => {
  it("after the longest time, and when the service stops, in words that say to subscribe again", async () => {
    const short = start({ lifetimeSeconds: 1.5 });
    const ann = short.listen("ann");
    await next(ann);
    await expect(ann.next()).rejects.toMatchObject({ code: "SUBSCRIPTION_ENDED", retryable: true });

    const { live: door, listen } = start();
    const bob = listen("bob");
    await next(bob);
    door.close();

    await expect(bob.next()).rejects.toMatchObject({ code: "SUBSCRIPTION_ENDED" });
    expect(() => listen("bob")).toThrow(expect.objectContaining({ code: "OVERLOADED" }));
    expect(door.standing()).toEqual({ subscriptions: 0, watches: 0 });
  });
});
