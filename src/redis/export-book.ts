/** The exports of all replicas: found, cancelled and counted at any of them, and ended when the one that ran them has died. */
import { type ExportBook, isGone, mostWithoutFile, type Refused } from "../delivery/export/book.ts";
import { type ExportJob, isOver } from "../delivery/export/job.ts";
import { Failure } from "../model/errors.ts";
import type { SharedRedis } from "./connect.ts";
import { readExportState, writeExportState } from "./export-state.ts";

/** How the book keeps time, in milliseconds. */
export interface ExportBookOptions {
  /** An export that was not saved for so long is ended: the process that ran it is gone. Default 10 s. */
  readonly leaseMs?: number;
  /** How long an export that was ended so is remembered. Default an hour. */
  readonly keepMs?: number;
}

// One hash for each export, and for each limit two sets: of those under way, by the end of their lease, and of those whose files are
// kept, by their end. Whatever lies in the past counts no more. The braces keep all in one slot of a cluster; times are those of Redis,
// because replicas' clocks differ.
const clock = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const admitScript = `${clock}
local id, text, leaseMs, lifeMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 2, 5 do redis.call("ZREMRANGEBYSCORE", KEYS[i], "-inf", now) end
local function full(under, kept, most)
  if redis.call("ZCARD", under) + redis.call("ZCARD", kept) < tonumber(most) then return nil end
  return redis.call("ZRANGE", kept, 0, 0, "WITHSCORES")[2] or ""
end
local own = full(KEYS[4], KEYS[5], ARGV[5])
if own then return { "perViewer", own } end
local all = full(KEYS[2], KEYS[3], ARGV[6])
if all then return { "inAll", all } end
redis.call("HSET", KEYS[1], "state", text, "over", "0", "lease", string.format("%.0f", now + leaseMs))
redis.call("PEXPIRE", KEYS[1], lifeMs)
for i = 2, 4, 2 do
  redis.call("ZADD", KEYS[i], now + leaseMs, id)
  redis.call("PEXPIRE", KEYS[i], lifeMs)
end
return {}
`;

// Gives the state that holds from now on, and the ids of those that are remembered no longer.
const saveScript = `${clock}
local id, text, leaseMs, lifeMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local isEnd, hasFile, endMs, onlyLapsed = ARGV[5] == "1", ARGV[6] == "1", tonumber(ARGV[7]), ARGV[8] == "1"
local ownLifeMs, most = tonumber(ARGV[9]), tonumber(ARGV[10])
local held = redis.call("HMGET", KEYS[1], "state", "over", "lease")
if held[2] == "1" then return { held[1] } end
if onlyLapsed and (not held[1] or tonumber(held[3]) > now) then return { held[1] or "" } end
local lease = string.format("%.0f", now + leaseMs)
redis.call("HSET", KEYS[1], "state", text, "over", isEnd and "1" or "0", "lease", lease)
redis.call("PEXPIRE", KEYS[1], ownLifeMs)
for i = 2, 4, 2 do
  if not isEnd then redis.call("ZADD", KEYS[i], lease, id) else redis.call("ZREM", KEYS[i], id) end
  if hasFile then redis.call("ZADD", KEYS[i + 1], endMs, id) end
  redis.call("PEXPIRE", KEYS[i], lifeMs)
  redis.call("PEXPIRE", KEYS[i + 1], lifeMs)
end
if not isEnd or hasFile then return { text } end
redis.call("ZADD", KEYS[6], now, id)
redis.call("PEXPIRE", KEYS[6], lifeMs)
local forgotten = redis.call("ZRANGE", KEYS[6], 0, -1 - most)
if #forgotten > 0 then redis.call("ZREM", KEYS[6], unpack(forgotten)) end
return { text, unpack(forgotten) }
`;

const findScript = `${clock}
local held = redis.call("HMGET", KEYS[1], "state", "over", "lease")
if not held[1] then return {} end
return { held[1], (held[2] ~= "1" and tonumber(held[3]) <= now) and "lapsed" or "" }
`;

// Longer than any export may run or be kept: what is left behind is gone then.
const lifeMs = 9 * 86_400_000;

const jobKey = (id: string) => `{exports}:job:${id}`;
const keysOf = ({ id, viewer }: ExportJob) => [
  jobKey(id),
  "{exports}:running",
  "{exports}:kept",
  `{exports}:running:${viewer.id}`,
  `{exports}:kept:${viewer.id}`,
  "{exports}:nothing",
];

/** A book in Redis; throws STORAGE_UNAVAILABLE while that is out of reach. `now` gives epoch milliseconds. */
export function createRedisExportBook(
  redis: SharedRedis,
  now: () => number,
  { leaseMs = 10_000, keepMs = 3_600_000 }: ExportBookOptions = {},
): ExportBook {
  async function run(script: string, keys: readonly string[], args: readonly (string | number)[] = []) {
    try {
      return (await redis.run((client) => client.eval(script, keys.length, ...keys, ...args))) as string[];
    } catch (cause) {
      throw new Failure("STORAGE_UNAVAILABLE", {
        message: "The list of exports cannot be read or written at the moment: try again.",
        cause,
      });
    }
  }

  async function write(job: ExportJob, onlyLapsed: boolean): Promise<ExportJob> {
    const endMs = job.expiresAt === null ? 0 : Date.parse(job.expiresAt);
    const ownLifeMs = isOver(job) ? Math.max(1, endMs - now()) : lifeMs;
    const args = [
      job.id,
      writeExportState(job),
      leaseMs,
      lifeMs,
      Number(isOver(job)),
      Number(job.file !== null),
      endMs,
      Number(onlyLapsed),
      ownLifeMs,
      mostWithoutFile,
    ];
    const [text = "", ...forgotten] = await run(saveScript, keysOf(job), args);
    if (forgotten.length > 0)
      await redis.run((client) => client.unlink(...forgotten.map(jobKey))).catch(() => {});
    return readExportState(text, job.id) ?? job;
  }

  return {
    async admit(job, { perViewer, inAll }) {
      const args = [job.id, writeExportState(job), leaseMs, lifeMs, perViewer, inAll];
      const [by, until = ""] = await run(admitScript, keysOf(job).slice(0, 5), args);
      return by === undefined
        ? null
        : {
            by: by as Refused["by"],
            untilAt: until === "" ? null : new Date(Number(until)).toISOString(),
          };
    },

    save: (job) => write(job, false),

    async find(id) {
      const [text, lapsed] = await run(findScript, [jobKey(id)]);
      const job = text === undefined ? null : readExportState(text, id);
      if (job === null || isGone(job, now())) return null;
      // After an outage its process must have had the time to save it again: nobody could, however well the export went on.
      const isAbandoned = lapsed === "lapsed" && redis.upForMs() > leaseMs / 2;
      return isAbandoned ? write(interrupted(job, now(), keepMs), true) : job;
    },
  };
}

function interrupted(job: ExportJob, at: number, keepMs: number): ExportJob {
  const { code, message, retryable } = new Failure("EXPORT_INTERRUPTED");
  return {
    ...job,
    status: "FAILED",
    endedAt: new Date(at).toISOString(),
    expiresAt: new Date(at + keepMs).toISOString(),
    failure: { code, message, retryable },
  };
}
