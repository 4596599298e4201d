/** The way to Redis: one client, a tight clock on every command, and a circuit that leaves a broken Redis alone. */
import { Cluster, Redis, ReplyError } from "ioredis";
import type { RedisConfig } from "./config.ts";

/** Redis is out of reach: nothing is known of what the command did. */
class RedisUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RedisUnavailable";
  }
}

/** What runs commands. */
export interface SharedRedis {
  /** Rejects with RedisUnavailable, at once while the circuit is open, or with the reply's own error. */
  run<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** For how many milliseconds the circuit has been closed; 0 while it is open. */
  upForMs(): number;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly config: RedisConfig;
  /** Told when Redis goes and comes back. */
  readonly onChange: (isUp: boolean, why: string) => void;
}

const probeEveryMs = 500;
const startWithinMs = 1_000;
// A connection that is out of step brings something for ever, but no answers; one to an old master only refusals.
const mostFailedProbes = 6;
// Ours also where the prefix is empty and others keep their keys there.
const nobodysKey = "invoicegraph:probe-of-nothing";

/** Connects. Resolves also when Redis cannot be reached: the circuit is open then. */
export async function connectRedis({ config, onChange }: ConnectOptions): Promise<SharedRedis> {
  const client = createClient(config);
  const pending = new Set<(failure: RedisUnavailable) => void>();
  // Null: nothing is known yet.
  let isUp: boolean | null = null;
  let upSince = 0;
  let isClosed = false;
  let probe: NodeJS.Timeout | undefined;
  let failedProbes = 0;

  function open(why: string): void {
    if (isClosed) return;
    if (isUp !== false) onChange(false, why);
    isUp = false;
    // Whoever waits would wait for nothing.
    for (const reject of pending) reject(new RedisUnavailable(why));
    probe ??= setTimeout(tryAgain, probeEveryMs).unref();
  }

  function shut(): void {
    if (isUp || isClosed) return;
    isUp = true;
    upSince = performance.now();
    failedProbes = 0;
    onChange(true, "Redis answers.");
  }

  function tryAgain(): void {
    probe = undefined;
    if (isClosed) return;
    timed(probed(client), config.timeoutMs).then(shut, (thrown: unknown) => {
      failedProbes += 1;
      if (failedProbes % mostFailedProbes === 0) client.disconnect(true);
      open(sentence(thrown));
    });
  }

  function timed<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new RedisUnavailable(`Redis did not answer within ${timeoutMs} ms.`));
      // Where this process itself was held up, timers come before the answer that has arrived meanwhile.
      const timer = setTimeout(() => setImmediate(late), timeoutMs);
      const giveUp = (failure: RedisUnavailable) => reject(failure);
      pending.add(giveUp);
      work.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        pending.delete(giveUp);
      });
    });
  }

  client.on("error", (error) => open(sentence(error)));
  client.on("close", () => open("Redis closed the connection."));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, startWithinMs);
    const go = () => {
      clearTimeout(timer);
      resolve();
    };
    client.once("ready", go);
    client.once("error", go);
  });
  await timed(greet(client), startWithinMs).then(shut, (thrown: unknown) => open(sentence(thrown)));
  // Not before: a command has less time than the greeting, and a process that starts is busy.
  client.on("ready", tryAgain);

  return {
    async run(command) {
      if (!isUp) throw new RedisUnavailable("Redis is out of reach.");
      try {
        return await timed(command(client), config.timeoutMs);
      } catch (thrown) {
        if (isAnswer(thrown)) throw thrown;
        open(sentence(thrown));
        throw thrown instanceof RedisUnavailable ? thrown : new RedisUnavailable(sentence(thrown));
      }
    },
    upForMs: () => (isUp ? performance.now() - upSince : 0),
    async close() {
      isClosed = true;
      clearTimeout(probe);
      client.disconnect();
    },
  };
}

function createClient({ url, cluster, prefix }: RedisConfig): Redis {
  const urls = url
    .reveal()
    .split(",")
    .map((each) => each.trim());
  const common = {
    keyPrefix: prefix,
    connectTimeout: startWithinMs,
    // A connection on which nothing comes back is given up in the end.
    socketTimeout: 10_000,
    // A command that cannot be sent now is of no use later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
  if (!cluster) return new Redis(urls[0] as string, { ...common, retryStrategy: reconnectAfterMs });
  const { keyPrefix, enableOfflineQueue, ...each } = common;
  const seeds = urls.map((seed) => new URL(seed));
  const [first] = seeds as [URL];
  const nodes = seeds.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6_379) }));
  const made = new Cluster(nodes, {
    keyPrefix,
    enableOfflineQueue,
    clusterRetryStrategy: reconnectAfterMs,
    slotsRefreshTimeout: startWithinMs,
    redisOptions: {
      ...each,
      ...(first.username !== "" && { username: decodeURIComponent(first.username) }),
      ...(first.password !== "" && { password: decodeURIComponent(first.password) }),
      ...(first.protocol === "rediss:" && { tls: {} }),
    },
  });
  // A cluster's client takes the same commands; only their types are kept apart.
  return made as unknown as Redis;
}

// A cluster's client connects to a node with the first command for it, which would then be late.
async function greet(client: Redis | Cluster): Promise<void> {
  if (client instanceof Cluster) await Promise.allSettled(client.nodes("master").map((node) => node.ping()));
  await probed(client);
}

// A write, of nothing: an old master that a failover has left behind as a replica answers every PING.
async function probed(client: Redis | Cluster): Promise<void> {
  const asked = client instanceof Cluster ? client.ping() : client.unlink(nobodysKey);
  await asked.catch((thrown: unknown) => {
    if (!isAnswer(thrown)) throw thrown;
  });
}

// A refusal is an answer, too: for want of a permission, or of replicas. Only an old master's says that it is the wrong one to ask.
function isAnswer(thrown: unknown): boolean {
  return thrown instanceof ReplyError && !/\bREADONLY\b/.test(sentence(thrown));
}

function reconnectAfterMs(attempt: number): number {
  return Math.min(100 * attempt, 2_000);
}

function sentence(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : "Redis failed.";
}
