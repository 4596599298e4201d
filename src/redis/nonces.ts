/** Nonces of signed requests that are used once across all replicas. */
import type { NonceStore } from "../subgraph/nonces.ts";
import type { SharedRedis } from "./connect.ts";

/** Nonces in Redis; rejects while it is out of reach. `now` gives epoch milliseconds. */
export function createRedisNonces(redis: SharedRedis, now: () => number): NonceStore {
  return {
    async take(nonce, expiresAt) {
      const lifeMs = Math.max(1, Math.ceil(expiresAt - now()));
      const set = await redis.run((client) => client.set(`nonce:${nonce}`, "1", "PX", lifeMs, "NX"));
      return set === "OK" ? "fresh" : "used";
    },
  };
}
