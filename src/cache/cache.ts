/** The read-through cache: memory first, then what replicas share, then the source, which is asked once however many wait. */
import { toFailure } from "../model/errors.ts";
import type { AskNotes } from "../model/explanation.ts";
import type { Call } from "../model/source.ts";
import { judge, mayStandIn } from "./ages.ts";
import { type CacheCounts, type CountsOfAll, createCacheCounters } from "./counters.ts";
import { createFlights } from "./flights.ts";
import { createMemory, type Kept } from "./kept.ts";
import { isGone, isOutage } from "./outage.ts";
import { keyOf, type Reading, type Reply } from "./reading.ts";
import type { SecondTier } from "./second-tier.ts";
import { SourceCall } from "./source-call.ts";

/** What the cache did since the start, and what it holds now. */
export interface CacheStats extends CountsOfAll {
  readonly entries: number;
  /** What the kept answers are taken to weigh. */
  readonly bytes: number;
}

/** Answers of all sources, by source, credential and question. */
export interface Cache {
  /** Null when the source has no such thing; throws its Failure when nothing may stand in. */
  read<T>(reading: Reading<T>): Promise<Reply<T> | null>;
  /** What is kept, whatever its age; null when nothing is. Asks no source. */
  peek<T>(reading: Reading<T>): Promise<Kept<T> | null>;
  stats(): CacheStats;
  /** Gives up all calls under way and forgets everything. */
  close(): void;
}

export interface CacheOptions {
  readonly maxBytes: number;
  /** Null: there is none. */
  readonly secondTier: SecondTier | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const revalidateWithinMs = 30_000;
const afterRefusalMs = 5_000;

/** An empty cache. */
export function createCache({ maxBytes, secondTier, now }: CacheOptions): Cache {
  const memory = createMemory(maxBytes);
  const flights = createFlights();
  const lookups = new Map<string, Promise<void>>();
  const counters = createCacheCounters();

  // A key belongs to one kind of answer.
  const recall = <T>(reading: Reading<T>) => memory.get(keyOf(reading)) as Kept<T> | undefined;

  const count = ({ scope }: Reading<any>, what: keyof CacheCounts) => counters.count(scope.source, what);

  /** Takes what replicas share into memory, unless it has a newer one. */
  function lookUp<T>(reading: Reading<T>, tier: SecondTier): Promise<void> {
    const key = keyOf(reading);
    let lookup = lookups.get(key);
    if (lookup === undefined) {
      lookup = tier.get(reading.scope, reading.key, reading.codec).then((shared) => {
        lookups.delete(key);
        if (shared !== null && shared.fetchedAt > (memory.get(key)?.fetchedAt ?? -Infinity)) {
          memory.set(key, shared);
        }
      });
      lookups.set(key, lookup);
    }
    return lookup;
  }

  /** Asks the source and keeps what it says. */
  async function fetch<T>(reading: Reading<T>, call: Call, notes?: AskNotes): Promise<Kept<T> | null> {
    const { scope, key, ages, codec, ask } = reading;
    let bytes = 0;
    let calls = 0;
    count(reading, "asked");
    const own = new SourceCall(call, {
      onBytes: (more) => (bytes += more),
      onExchange: () => (calls += 1),
      trace: reading.call.trace,
      notes,
    });
    const value = await ask(own).catch((thrown: unknown) => {
      if (isGone(thrown)) forget(reading);
      throw thrown;
    });
    if (value === null) {
      forget(reading);
      return null;
    }
    const kept: Kept<T> = { value, fetchedAt: now(), bytes, calls };
    const { freshMs, revalidateMs, staleIfErrorMs } = ages(value);
    if (freshMs === 0 && staleIfErrorMs === 0) return kept;
    memory.set(keyOf(reading), kept);
    void secondTier?.set(scope, key, kept, Math.max(freshMs + revalidateMs, staleIfErrorMs), codec);
    return kept;
  }

  function forget(reading: Reading<any>): void {
    memory.delete(keyOf(reading));
    void secondTier?.delete(reading.scope, reading.key);
  }

  function revalidate<T>(reading: Reading<T>, kept: Kept<T>): void {
    if (kept.refusal !== undefined && now() - kept.refusal.at < afterRefusalMs) return;
    flights.start(keyOf(reading), revalidateWithinMs, (call) =>
      fetch(reading, call).catch((thrown: unknown) => {
        kept.refusal = { failure: toFailure(thrown, reading.scope.source), at: now() };
        throw thrown;
      }),
    );
  }

  /** The kept answer when it may be given out as it is. */
  function giveOut<T>(reading: Reading<T>): Reply<T> | null {
    const kept = recall(reading);
    if (kept === undefined) return null;
    const { value, fetchedAt } = kept;
    const { freshness } = reading.call;
    const ageMs = now() - fetchedAt;
    const ages = reading.ages(value);
    const judgement = judge(ageMs, ages, freshness);
    if (judgement === "OLD") return null;
    if (judgement === "FRESH") return { value, fetchedAt, staleBecause: null };
    // Once replacing it has failed, it stands in for the answer that failed: where that is not wanted, the source is asked.
    if (kept.refusal !== undefined && !mayStandIn(ageMs, ages, freshness)) return null;
    revalidate(reading, kept);
    if (kept.refusal === undefined) return { value, fetchedAt, staleBecause: null };
    count(reading, "stale");
    return { value, fetchedAt, staleBecause: kept.refusal.failure };
  }

  return {
    async read(reading) {
      const known = giveOut(reading);
      if (known !== null) {
        count(reading, "hits");
        reading.call.notes?.answeredBy(known.staleBecause === null ? "HIT" : "STALE");
        return known;
      }
      if (secondTier !== null) {
        await lookUp(reading, secondTier);
        const shared = giveOut(reading);
        if (shared !== null) {
          count(reading, "sharedHits");
          reading.call.notes?.answeredBy(shared.staleBecause === null ? "SHARED_HIT" : "STALE");
          return shared;
        }
      }
      count(reading, "misses");
      const { call, ages } = reading;
      const before = recall(reading);
      // Until the call for it is ours, it is somebody else's.
      call.notes?.answeredBy("JOINED");
      try {
        const kept = await flights.join(reading.scope.source, keyOf(reading), call, (own) => {
          call.notes?.answeredBy("MISS");
          return fetch(reading, own, call.notes);
        });
        return kept && { value: kept.value, fetchedAt: kept.fetchedAt, staleBecause: null };
      } catch (thrown) {
        const older = before ?? recall(reading);
        if (older === undefined || !isOutage(thrown)) throw thrown;
        if (!mayStandIn(now() - older.fetchedAt, ages(older.value), call.freshness)) throw thrown;
        count(reading, "stale");
        call.notes?.answeredBy("STALE");
        return { value: older.value, fetchedAt: older.fetchedAt, staleBecause: thrown };
      }
    },

    async peek(reading) {
      if (secondTier !== null && recall(reading) === undefined) await lookUp(reading, secondTier);
      return recall(reading) ?? null;
    },

    stats: () => ({ ...counters.read(), ...memory.size() }),

    close() {
      flights.close();
      memory.clear();
    },
  };
}
