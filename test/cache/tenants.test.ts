import * as fc from "fast-check";
import { expect, it } from "vitest";
import { agesOf } from "../../src/cache/ages.ts";
import { createCache } from "../../src/cache/cache.ts";
import { cacheConfig } from "../../src/cache/config.ts";
import { scopeOf } from "../../src/cache/scope.ts";
import { createSecondTier } from "../../src/cache/second-tier.ts";
import { withCache } from "../../src/cache/with-cache.ts";
import { Failure } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Source } from "../../src/model/source.ts";
import { anyCall, invoiceOf, question } from "./fake-source.ts";

const tenants = ["red", "green", "blue"] as const;

/** All tenants call their source, its accounts and its questions the same; each is told its own name, after a while or never. */
function sourceOf(tenant: string, nextDelay: () => number, fails: () => boolean): Source {
  const tell = async <T>(value: T): Promise<T> => {
    for (let turns = nextDelay(); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    if (fails()) throw new Failure("SOURCE_UNAVAILABLE");
    return value;
  };
  return {
    id: "freight",
    kind: "fake",
    invoices: {
      reach: () => [],
      questions: () => [],
      questionFor: () => null,
      ask: () =>
        tell({
          invoices: [invoiceOf("freight", "1", tenant)],
          fetchedAt: "2026-11-22T00:00:00Z",
          dropped: [],
        }),
    },
    settings: {
      ask: (account) => tell({ source: "freight", account, orderInvoiceEmail: tenant } as never),
      currency: (id) => tell({ id, name: tenant, code: null, rate: null, roundingAmount: null }),
      paymentTerms: () => tell([]),
    },
    accounts: {
      profile: (reference) => tell({ reference, name: tenant, status: null, type: null, currency: null }),
      children: () => tell([]),
    },
    ping: async () => {},
    close: async () => {},
  };
}

const step = fc.record({
  tenant: fc.constantFrom(...tenants),
  what: fc.constantFrom("invoices", "settings", "currency", "profile"),
  key: fc.constantFrom("1", "2", "__proto__"),
  /** Which of two replicas. */
  replica: fc.nat(1),
  /** Waits for it before the next step, or leaves it under way, or leaves it for good. */
  afterwards: fc.constantFrom("wait", "go on", "leave"),
  delay: fc.nat(3),
  fails: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  passSeconds: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 200, 5_000),
});

it("never gives a tenant what another one was told, over 10,000 steps of three tenants, two replicas and one shared store", async () => {
  let steps = 0;
  let hits = 0;
  let sharedHits = 0;
  let told = 0;

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 100 }), async (script) => {
      const clock = { now: Date.parse("2026-11-22T12:00:00Z") };
      const now = () => clock.now;
      const held = new Map<string, Buffer>();
      const store = {
        get: async (key: string) => held.get(key) ?? null,
        set: async (key: string, value: Buffer) => void held.set(key, value),
        delete: async (key: string) => void held.delete(key),
      };
      let current = script[0];
      const replicas = [0, 1].map(() => {
        const secondTier = createSecondTier({ store, maxBytes: 100_000, now, onForeign: () => {} });
        const cache = createCache({ maxBytes: 50_000, secondTier, now });
        const sources = tenants.map((tenant) =>
          withCache(
            sourceOf(
              tenant,
              () => current?.delay ?? 0,
              () => current?.fails ?? false,
            ),
            {
              cache,
              scope: scopeOf("freight", "fake", { token: new Secret(tenant) }),
              ages: agesOf(cacheConfig.parse({}), "freight", now),
            },
          ),
        );
        return { cache, sources };
      });
      const underWay: Promise<void>[] = [];

      for (const each of script) {
        current = each;
        clock.now += each.passSeconds * 1_000;
        const source = replicas[each.replica]?.sources[tenants.indexOf(each.tenant)];
        const left = new AbortController();
        const answer = ask(source as Source, each.what, each.key, left.signal).then(
          (name) => {
            told += 1;
            expect(name).toBe(each.tenant);
          },
          (thrown: unknown) => expect(thrown).toBeInstanceOf(Failure),
        );
        if (each.afterwards === "wait") await answer;
        else underWay.push(answer);
        if (each.afterwards === "leave") left.abort();
        steps += 1;
      }
      await Promise.all(underWay);
      for (const { cache } of replicas) {
        hits += cache.stats().hits;
        sharedHits += cache.stats().sharedHits;
        cache.close();
      }
    }),
    { numRuns: 100 },
  );

  expect(steps).toBe(10_000);
  expect(told).toBeGreaterThan(5_000);
  // How many exactly is chance, and a matter of how busy the machine is.
  expect(hits).toBeGreaterThan(100);
  expect(sharedHits).toBeGreaterThan(5);
});

async function ask(source: Source, what: string, key: string, signal: AbortSignal): Promise<unknown> {
  const call = anyCall({ signal });
  if (what === "invoices") return (await source.invoices?.ask(question(key), call))?.invoices[0]?.number;
  if (what === "settings") return (await source.settings?.ask(key, call))?.orderInvoiceEmail;
  if (what === "currency") return (await source.settings?.currency(key, call))?.name;
  return (await source.accounts?.profile(key, call))?.name;
}
