/** One-time links that are used once across all replicas. */
import type { Ledger } from "../delivery/ledger.ts";
import { Failure } from "../model/errors.ts";
import type { SharedRedis } from "./connect.ts";

/**
 * A ledger in Redis. While it is out of reach no one-time link opens (STORAGE_UNAVAILABLE): opened twice would be wrong, later is
 * only late. `now` gives epoch milliseconds.
 */
export function createRedisLedger(redis: SharedRedis, now: () => number): Ledger {
  return {
    async claim(nonce, expiresAt) {
      const lifeMs = Math.max(1, Math.ceil(expiresAt - now()));
      try {
        return (await redis.run((client) => client.set(`link:${nonce}`, "1", "PX", lifeMs, "NX"))) === "OK";
      } catch (thrown) {
        throw new Failure("STORAGE_UNAVAILABLE", {
          message: "It cannot be told at the moment whether this one-time link was used before: try again.",
          cause: thrown,
        });
      }
    },
  };
}
