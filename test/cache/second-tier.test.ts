import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerCodec, plainCodec } from "../../src/cache/codec.ts";
import { scopeOf } from "../../src/cache/scope.ts";
import { type ByteStore, createSecondTier } from "../../src/cache/second-tier.ts";
import { addMonths, monthOf, todayUtc } from "../../src/model/day.ts";
import { Failure } from "../../src/model/errors.ts";
import { type Invoice, valuesOf } from "../../src/model/invoice.ts";
import { Secret } from "../../src/model/secret.ts";
import { startSandbox } from "../../src/sandbox.ts";
import { connect } from "../support/connect.ts";
import { anyCall, cachedSource, question } from "./fake-source.ts";

/** A store in the process, with what it holds in sight. */
function memoryStore(): ByteStore & { readonly held: Map<string, Buffer>; readonly lives: number[] } {
  const held = new Map<string, Buffer>();
  const lives: number[] = [];
  return {
    held,
    lives,
    get: async (key) => held.get(key) ?? null,
    set: async (key, value, lifeMs) => {
      held.set(key, value);
      lives.push(lifeMs);
    },
    delete: async (key) => void held.delete(key),
  };
}

function tierOver(store: ByteStore, maxBytes = 1_000_000, now = () => Date.parse("2026-11-22T12:00:00Z")) {
  const foreign: string[] = [];
  return { foreign, tier: createSecondTier({ store, maxBytes, now, onForeign: (key) => foreign.push(key) }) };
}

const scope = scopeOf("freight", "v6", { apiKey: new Secret("key") });
const kept = { value: { said: "this" }, fetchedAt: Date.parse("2026-11-22T11:59:00Z"), bytes: 100 };
const out = () => Promise.reject(new Error("out of reach"));
// Written by and by.
async function written(store: ReturnType<typeof memoryStore>, count = 1): Promise<void> {
  await expect.poll(() => store.held.size).toBe(count);
}

describe("a replica", () => {
  it("is answered from what another one was told, with its age", async () => {
    const store = memoryStore();
    const [one, two] = [1, 2].map(() => cachedSource({ secondTier: tierOver(store).tier }));
    const first = await one?.invoices.ask(question("all"), anyCall());
    await written(store);

    const second = await two?.invoices.ask(question("all"), anyCall());

    expect(second).toEqual(first);
    expect(two?.fake.asked).toEqual([]);
    expect(two?.cache.stats()).toMatchObject({ sharedHits: 1, misses: 0 });
    expect(store.lives).toEqual([86_400_000]);
  });

  it("stands by another one's older answer when the source fails", async () => {
    const store = memoryStore();
    const [one, two] = [1, 2].map(() => cachedSource({ secondTier: tierOver(store).tier }));
    await one?.invoices.ask(question("all"), anyCall());
    await written(store);
    two?.clock.pass(3_600);
    Object.assign(two?.fake ?? {}, { failure: new Failure("SOURCE_TIMEOUT") });

    const answer = await two?.invoices.ask(question("all"), anyCall());

    expect(answer?.staleBecause?.code).toBe("SOURCE_TIMEOUT");
    expect(answer?.fetchedAt).toBe("2026-11-22T12:00:00.000Z");
  });

  it("looks there once for a thousand who ask at once", async () => {
    const store = memoryStore();
    let looks = 0;
    const counting = { ...store, get: (key: string) => ((looks += 1), store.get(key)) };
    const { invoices, fake } = cachedSource({ secondTier: tierOver(counting).tier });

    await Promise.all(Array.from({ length: 1_000 }, () => invoices.ask(question("all"), anyCall())));

    expect([looks, fake.asked.length]).toEqual([1, 1]);
  });

  it("with other credentials finds nothing there", async () => {
    const store = memoryStore();
    const one = cachedSource({ secondTier: tierOver(store).tier, secret: "one" });
    const two = cachedSource({ secondTier: tierOver(store).tier, secret: "two" });
    await one.invoices.ask(question("all"), anyCall());
    await written(store);

    await two.invoices.ask(question("all"), anyCall());
    await written(store, 2);

    expect(two.fake.asked).toEqual(["all"]);
  });

  it("asks the source when the store is out of reach", async () => {
    const { invoices, fake } = cachedSource({
      secondTier: tierOver({ get: out, set: out, delete: out }).tier,
    });

    const answer = await invoices.ask(question("all"), anyCall());

    expect(answer.invoices).toHaveLength(1);
    expect(fake.asked).toEqual(["all"]);
  });
});

describe("a value that is not ours is a miss:", () => {
  async function storeWithOne() {
    const store = memoryStore();
    await tierOver(store).tier.set(scope, "k", kept, 60_000, plainCodec);
    const [[place, value]] = [...store.held] as [[string, Buffer]];
    return { store, place, value };
  }

  it("(an untouched one is a hit)", async () => {
    const { store } = await storeWithOne();

    const { tier, foreign } = tierOver(store);

    expect(await tier.get(scope, "k", plainCodec)).toEqual(kept);
    expect(foreign).toEqual([]);
  });

  it.each([
    ["an empty one", Buffer.alloc(0)],
    ["a short one", Buffer.from("x")],
    ["plain JSON", Buffer.from(JSON.stringify(kept))],
    ["zeros", Buffer.alloc(5_000)],
  ])("%s", async (_, poison) => {
    const { store, place } = await storeWithOne();
    store.held.set(place, poison);

    const { tier, foreign } = tierOver(store);

    expect(await tier.get(scope, "k", plainCodec)).toBeNull();
    expect(foreign).toEqual([place]);
  });

  it("any with a bit changed, cut off or added", async () => {
    const { store, place, value } = await storeWithOne();
    const { tier } = tierOver(store);

    await fc.assert(
      fc.asyncProperty(
        fc.nat(value.length * 8 - 1),
        fc.constantFrom("flip", "cut", "add"),
        async (bit, how) => {
          const bad = Buffer.from(how === "add" ? Buffer.concat([value, Buffer.from([bit % 256])]) : value);
          if (how === "flip") bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
          store.held.set(place, how === "cut" ? bad.subarray(0, bit >> 3) : bad);

          expect(await tier.get(scope, "k", plainCodec)).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a true one of ours under another key, or in another tenant's place", async () => {
    const { store, value } = await storeWithOne();
    const other = scopeOf("freight", "v6", { apiKey: new Secret("other") });
    const { tier } = tierOver(store);
    await tier.set(scope, "other key", kept, 60_000, plainCodec);
    await tier.set(other, "k", kept, 60_000, plainCodec);
    for (const place of store.held.keys()) store.held.set(place, value);

    expect(await tier.get(scope, "other key", plainCodec)).toBeNull();
    expect(await tier.get(other, "k", plainCodec)).toBeNull();
    expect(await tier.get(scope, "k", plainCodec)).toEqual(kept);
  });

  it("one that unpacks to more than it may", async () => {
    const store = memoryStore();
    const bomb = { ...kept, value: "0".repeat(20_000_000) };
    await tierOver(store, 100_000_000).tier.set(scope, "k", bomb, 60_000, plainCodec);

    const { tier, foreign } = tierOver(store, 100_000);

    expect(await tier.get(scope, "k", plainCodec)).toBeNull();
    expect(foreign).toHaveLength(1);
  });

  it("one from the future", async () => {
    const { store } = await storeWithOne();

    const { tier } = tierOver(store, 1_000_000, () => kept.fetchedAt - 3_600_000);

    expect(await tier.get(scope, "k", plainCodec)).toBeNull();
  });
});

describe("a scope", () => {
  it.each([
    ["credential", "freight", "v6", { apiKey: new Secret("other"), url: "https://a.example" }],
    ["URL", "freight", "v6", { apiKey: new Secret("key"), url: "https://b.example" }],
    ["name", "other", "v6", { apiKey: new Secret("key"), url: "https://a.example" }],
    ["kind", "freight", "flolive", { apiKey: new Secret("key"), url: "https://a.example" }],
  ])("is another one with another %s", (_, source, kind, config) => {
    const first = scopeOf("freight", "v6", { apiKey: new Secret("key"), url: "https://a.example" });

    const second = scopeOf(source, kind, config);

    expect(second.id).not.toBe(first.id);
    expect(second.sealKey.equals(first.sealKey)).toBe(false);
  });

  it("gives no secret away, nor does a key or a value under it", async () => {
    const store = memoryStore();
    const secretly = scopeOf("freight", "v6", { apiKey: new Secret("s3cret-key") });

    await tierOver(store).tier.set(secretly, "invoices account-17", kept, 60_000, plainCodec);

    const seen = `${secretly.id} ${[...store.held.keys()].join()} ${[...store.held.values()].map((value) => value.toString("latin1")).join()}`;
    expect(seen).not.toMatch(/s3cret|account-17/);
  });
});

describe("answers of every source", () => {
  it("come back as they were written, those of a long list too", async () => {
    // This month may have begun today.
    const month = addMonths(monthOf(todayUtc()), -1);
    const sandbox = await startSandbox({ v6InvoicesInMonth: { month, count: 4_000 } });
    const read: number[] = [];
    for (const { id, kind, config } of sandbox.config.sources) {
      const source = kind.create({ id, config, connect, now: Date.now });
      const accounts = sandbox.config.customers.flatMap((customer) =>
        customer.accounts.filter((account) => account.source === id).map(({ reference }) => reference),
      );
      const questions =
        source.invoices?.questions(accounts.slice(0, 3), { from: `${month}-01`, to: `${month}-28` }) ?? [];
      for (const asked of questions) {
        const answer = await source.invoices?.ask(asked, anyCall());
        if (answer === undefined) continue;
        const lines: string[] = [];
        for await (const line of answerCodec.write(answer)) lines.push(line);

        const again = await answerCodec.read(lines);

        const whole = (invoice: Invoice) => ({ ...valuesOf(invoice), raw: invoice.raw });
        expect(again.invoices.map(whole)).toEqual(answer.invoices.map(whole));
        expect(again.dropped).toEqual(answer.dropped);
        expect(lines.some((line) => line.includes("\n"))).toBe(false);
        read.push(again.invoices.length);
      }
      await source.close();
    }
    await sandbox.simulators.close();

    expect(Math.max(...read)).toBeGreaterThan(2_500);
    expect(read.filter((count) => count > 0).length).toBeGreaterThan(4);
  });
});
