/** What this process shares with its replicas, through Redis where that is configured. */
import type { Config } from "./config/read.ts";
import type { SharedStores } from "./redis/shared-stores.ts";
import { createRateLimit, type RateLimiter } from "./server/limits/rate-limit.ts";
import type { Log } from "./telemetry/log.ts";

/** The shared stores; null without Redis, whose client is loaded only when it is needed. `now` gives epoch milliseconds. */
export async function openShared(
  config: Config["redis"],
  log: Log,
  now: () => number,
): Promise<SharedStores | null> {
  if (config === null) return null;
  const { openSharedStores } = await import("./redis/shared-stores.ts");
  return await openSharedStores(config, {
    now,
    onChange: (isUp, why) => log[isUp ? "info" : "warn"]({ isUp, why }, "redis"),
  });
}

/** The budgets of viewers: those of all replicas together while Redis is there, else of this process alone. Null: there are none. */
export function rateLimitOf(
  limit: Config["server"]["rateLimit"],
  shared: SharedStores | null,
  now: () => number,
): RateLimiter | null {
  if (limit === undefined) return null;
  const alone = createRateLimit(limit, now);
  return shared === null ? alone : shared.rateLimit(limit, alone);
}
