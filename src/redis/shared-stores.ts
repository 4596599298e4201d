/** Everything that replicas share through Redis. */
import type { ByteStore } from "../cache/second-tier.ts";
import type { ExportBook } from "../delivery/export/book.ts";
import type { Ledger } from "../delivery/ledger.ts";
import type { RateLimiter } from "../server/limits/rate-limit.ts";
import type { NonceStore } from "../subgraph/nonces.ts";
import { createByteStore } from "./byte-store.ts";
import type { RedisConfig } from "./config.ts";
import { connectRedis } from "./connect.ts";
import { createRedisExportBook } from "./export-book.ts";
import { createRedisLedger } from "./ledger.ts";
import { createRedisNonces } from "./nonces.ts";
import { createRedisRateLimit } from "./rate-limit.ts";

/** The ports of what replicas share, each over the same Redis. */
export interface SharedStores {
  /** The second tier of the cache. */
  readonly answers: { readonly store: ByteStore; readonly maxBytes: number };
  readonly ledger: Ledger;
  readonly nonces: NonceStore;
  readonly exports: ExportBook;
  /** `alone` counts while Redis is out of reach. */
  rateLimit(limit: { readonly perMinute: number; readonly burst: number }, alone: RateLimiter): RateLimiter;
  close(): Promise<void>;
}

export interface SharedStoresOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told when Redis goes and comes back. */
  readonly onChange: (isUp: boolean, why: string) => void;
}

/** Connects; resolves also when Redis cannot be reached. */
export async function openSharedStores(
  config: RedisConfig,
  { now, onChange }: SharedStoresOptions,
): Promise<SharedStores> {
  const redis = await connectRedis({ config, onChange });
  return {
    answers: { store: createByteStore(redis, config.maxAnswerBytes), maxBytes: config.maxAnswerBytes },
    ledger: createRedisLedger(redis, now),
    nonces: createRedisNonces(redis, now),
    exports: createRedisExportBook(redis, now),
    rateLimit: (limit, alone) => createRedisRateLimit(redis, limit, alone),
    close: () => redis.close(),
  };
}
