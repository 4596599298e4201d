/** Budgets of viewers that all replicas draw from. */
import type { RateLimiter } from "../server/limits/rate-limit.ts";
import type { SharedRedis } from "./connect.ts";

// The bucket of createRateLimit(), by the clock of Redis: replicas' clocks differ. Refills first; spends only what is let through.
const script = `
local burst, perMs, price, needed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call("TIME")
local at = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call("HMGET", KEYS[1], "level", "at")
local level, last = tonumber(bucket[1] or burst), tonumber(bucket[2] or at)
level = math.min(burst, level + math.max(0, at - last) * perMs)
local waitMs = 0
if level < needed then waitMs = math.ceil((needed - level) / perMs) else level = level - price end
redis.call("HSET", KEYS[1], "level", tostring(level), "at", tostring(math.max(at, last)))
redis.call("PEXPIRE", KEYS[1], math.max(1000, math.ceil((burst - level) / perMs)))
return { tostring(level), waitMs }
`;

/** Buckets in Redis. While it is out of reach each replica counts for itself by `alone`: nobody is locked out by an outage. */
export function createRedisRateLimit(
  redis: SharedRedis,
  limit: { readonly perMinute: number; readonly burst: number },
  alone: RateLimiter,
): RateLimiter {
  const perMs = limit.perMinute / 60_000;

  async function draw(viewerId: string, price: number, needed: number): Promise<[string, number]> {
    const args = [limit.burst, perMs, price, needed];
    return (await redis.run((client) => client.eval(script, 1, `budget:${viewerId}`, ...args))) as [
      string,
      number,
    ];
  }

  return {
    async take(viewerId, cost) {
      const price = Math.max(1, cost);
      try {
        const [level, waitMs] = await draw(viewerId, price, Math.min(price, limit.burst));
        return {
          remaining: Math.max(0, Math.floor(Number(level))),
          retryAfterSeconds: secondsOf(waitMs),
        };
      } catch {
        return alone.take(viewerId, cost);
      }
    },
    async wait(viewerId) {
      try {
        return secondsOf((await draw(viewerId, 0, 1))[1]);
      } catch {
        return alone.wait(viewerId);
      }
    },
  };
}

function secondsOf(waitMs: number): number | null {
  return waitMs > 0 ? Math.max(1, Math.ceil(waitMs / 1_000)) : null;
}
