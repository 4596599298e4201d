/** A source in the process: it answers at once or when it is told to, and counts what it is asked. */
import { type CacheConfig, cacheConfig } from "../../src/cache/config.ts";
import { agesOf } from "../../src/cache/ages.ts";
import { type Cache, createCache } from "../../src/cache/cache.ts";
import { scopeOf } from "../../src/cache/scope.ts";
import type { SecondTier } from "../../src/cache/second-tier.ts";
import { withCache } from "../../src/cache/with-cache.ts";
import type { Failure } from "../../src/model/errors.ts";
import { blankInvoice, type Invoice, invoiceId } from "../../src/model/invoice.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Answer, Call, Question, Source } from "../../src/model/source.ts";

/** A call with time enough. */
export function anyCall(more: Partial<Call> = {}): Call {
  return { signal: new AbortController().signal, deadlineAt: Date.now() + 10_000, ...more };
}

export function question(key: string, covers: Question["covers"] = null): Question {
  return { key, account: null, month: null, covers };
}

export function invoiceOf(
  source: string,
  account: string,
  number: string,
  more: Partial<Invoice> = {},
): Invoice {
  const place = { source, account, key: [number] };
  return { ...blankInvoice, ...place, id: invoiceId(place), number, raw: { number }, ...more };
}

export interface FakeSource {
  readonly source: Source;
  /** The keys that were asked, in order. */
  readonly asked: string[];
  /** What it fails with from now on; null when it answers. */
  failure: Failure | null;
  /** Changes what it says. */
  revision: number;
  bodyBytes: number;
  dropped: Answer["dropped"];
}

function fakeSource(now: () => number, id = "freight"): FakeSource {
  const asked: string[] = [];
  async function say<T>(key: string, call: Call, value: () => T): Promise<T> {
    asked.push(key);
    await new Promise((resolve) => setImmediate(resolve));
    call.onBytes?.(fake.bodyBytes);
    if (fake.failure !== null) throw fake.failure;
    return value();
  }
  const settingsOf = (account: string) =>
    ({ source: id, account, orderInvoiceEmail: `v${fake.revision}` }) as never;
  const fake: FakeSource = {
    asked,
    failure: null,
    revision: 1,
    bodyBytes: 1_000,
    dropped: [],
    source: {
      id,
      kind: "fake",
      invoices: {
        reach: () => [],
        questions: () => [],
        questionFor: () => null,
        ask: ({ key }, call) =>
          say(key, call, () => ({
            invoices: [invoiceOf(id, "1", `${key} v${fake.revision}`)],
            fetchedAt: new Date(now()).toISOString(),
            dropped: fake.dropped,
          })),
      },
      details: {
        ask: (invoice, call) =>
          say(`details ${invoice.number}`, call, () => ({
            ...invoice,
            isDetailed: true,
            purchaseOrder: "PO",
          })),
      },
      settings: {
        ask: (account, call) =>
          say(`settings ${account}`, call, () => (account === "nobody" ? null : settingsOf(account))),
        currency: (currencyId, call) =>
          say(`currency ${currencyId}`, call, () => ({
            id: currencyId,
            name: null,
            code: "EUR",
            rate: null,
            roundingAmount: null,
          })),
        paymentTerms: (call) => say("terms", call, () => []),
      },
      accounts: {
        profile: (account, call) =>
          say(`profile ${account}`, call, () => ({
            reference: account,
            name: null,
            status: null,
            type: null,
            currency: null,
          })),
        children: (account, call) => say(`children ${account}`, call, () => []),
      },
      ping: async () => {},
      close: async () => {},
    },
  };
  return fake;
}

/** The source over a cache whose clock stands at 22 November 2026 until it is moved on. */
export function cachedSource(
  options: { config?: object; secondTier?: SecondTier; secret?: string; maxBytes?: number } = {},
) {
  const clock = {
    now: Date.parse("2026-11-22T12:00:00Z"),
    pass: (seconds: number) => (clock.now += seconds * 1_000),
  };
  const now = () => clock.now;
  const fake = fakeSource(now);
  const config: CacheConfig = cacheConfig.parse(options.config ?? {});
  const cache: Cache = createCache({
    maxBytes: options.maxBytes ?? config.maxBytes,
    secondTier: options.secondTier ?? null,
    now,
  });
  const scope = scopeOf("freight", "fake", { token: new Secret(options.secret ?? "one") });
  const source = withCache(fake.source, { cache, scope, ages: agesOf(config, "freight", now) });
  return { clock, fake, cache, scope, source, invoices: source.invoices as NonNullable<Source["invoices"]> };
}
