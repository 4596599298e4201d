/** The cache's second tier in Redis. */
import type { ByteStore } from "../cache/second-tier.ts";
import type { SharedRedis } from "./connect.ts";

/** Keeps values under their keys for as long as they are of use. */
export function createByteStore(redis: SharedRedis, maxBytes: number): ByteStore {
  return {
    async get(key) {
      // Not GET: of a foreign value that is huge no more is fetched than ours could have.
      const value = await redis.run((client) => client.getrangeBuffer(key, 0, maxBytes));
      return value.length === 0 ? null : value;
    },
    async set(key, value, lifeMs) {
      await redis.run((client) => client.set(key, value, "PX", lifeMs));
    },
    async delete(key) {
      await redis.run((client) => client.unlink(key));
    },
  };
}
