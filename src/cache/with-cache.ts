/** A source that remembers: the same port, with answers kept between requests. */
import { createHash } from "node:crypto";
import type { Invoice } from "../model/invoice.ts";
import type { Answer, Call, Source } from "../model/source.ts";
import type { SourceAges } from "./ages.ts";
import type { Cache } from "./cache.ts";
import { answerCodec, plainCodec } from "./codec.ts";
import type { Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";

export interface CacheSetup {
  readonly cache: Pick<Cache, "read">;
  readonly scope: Scope;
  readonly ages: SourceAges;
}

/**
 * The same source over a cache. Files and pings are never kept. Who may see what is not decided here: an answer is shared by all
 * whose questions it answers, and the loaders pick what a viewer may see, as they do from an answer that has just come.
 */
export function withCache(source: Source, { cache: given, scope, ages }: CacheSetup): Source {
  const cache = telling(given);
  const { invoices, details, settings, accounts } = source;

  async function plain<T>(
    key: string,
    call: Call,
    span: "details" | "tables" | "accounts",
    ask: Reading<T>["ask"],
  ): Promise<T | null> {
    const reply = await cache.read<T>({ scope, key, call, ages: () => ages[span], codec: plainCodec, ask });
    return reply === null ? null : reply.value;
  }

  const cached: { -readonly [Name in keyof Source]: Source[Name] } = { ...source };
  if (invoices !== undefined) {
    cached.invoices = {
      ...invoices,
      async ask(question, call) {
        const reply = await cache.read<Answer>({
          scope,
          key: `invoices ${question.key}`,
          call,
          ages: ({ dropped }) => ages.invoices(question, dropped.length > 0),
          codec: answerCodec,
          ask: (own) => invoices.ask(question, own),
        });
        if (reply === null) throw new TypeError("a lister answers");
        return reply.staleBecause === null
          ? reply.value
          : { ...reply.value, staleBecause: reply.staleBecause };
      },
    };
  }
  if (details !== undefined) {
    cached.details = {
      ...details,
      async ask(invoice, call) {
        if (invoice.isDetailed) return invoice;
        const key = `details ${invoice.id} ${digestOf(invoice.raw)}`;
        return (await plain<Invoice>(key, call, "details", (own) => details.ask(invoice, own))) ?? invoice;
      },
    };
  }
  if (settings !== undefined) {
    cached.settings = {
      ...settings,
      async ask(account, call) {
        const reply = await cache.read({
          scope,
          key: `settings ${account}`,
          call,
          ages: () => ages.settings,
          codec: plainCodec,
          ask: (own) => settings.ask(account, own),
        });
        if (reply === null) return null;
        const fetchedAt = new Date(reply.fetchedAt).toISOString();
        return { ...reply.value, fetchedAt, staleBecause: reply.staleBecause };
      },
      currency: (id, call) => plain(`currency ${id}`, call, "tables", (own) => settings.currency(id, own)),
      paymentTerms: async (call) =>
        (await plain("terms", call, "tables", (own) => settings.paymentTerms(own))) ?? [],
    };
  }
  if (accounts !== undefined) {
    cached.accounts = {
      ...accounts,
      profile: (account, call) =>
        plain(`profile ${account}`, call, "accounts", (own) => accounts.profile(account, own)),
      children: async (account, call) =>
        (await plain(`children ${account}`, call, "accounts", (own) => accounts.children(account, own))) ??
        [],
    };
  }
  return cached;
}

// Tells those who keep what they make of answers for how long they may.
function telling(cache: CacheSetup["cache"]): CacheSetup["cache"] {
  return {
    async read<T>(reading: Reading<T>) {
      const { onFreshUntil, freshness } = reading.call;
      if (onFreshUntil === undefined) return cache.read(reading);
      try {
        const reply = await cache.read(reading);
        const isLasting = reply !== null && reply.staleBecause === null;
        const mostMs = freshness?.maxAgeMs ?? Infinity;
        onFreshUntil(isLasting ? reply.fetchedAt + Math.min(reading.ages(reply.value).freshMs, mostMs) : 0);
        return reply;
      } catch (thrown) {
        onFreshUntil(0);
        throw thrown;
      }
    },
  };
}

// Details are the list's record and more: with another record they are other details.
function digestOf(raw: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(raw) ?? "")
    .digest("base64url");
}
