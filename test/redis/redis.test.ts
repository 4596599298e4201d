import { type AddressInfo, connect, createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../src/model/errors.ts";
import { createRateLimit } from "../../src/server/limits/rate-limit.ts";
import { anyCall, question } from "../cache/fake-source.ts";
import { type TestRedis, hasRedis, startRedis } from "../support/redis.ts";
import { connected, type Replica, replica, sourceOver, startReading } from "./setup.ts";

// The fake's clock stands still; what it writes must look young to the real one of the second tier.
const none = { ages: { recentInvoicesSeconds: 0, revalidateSeconds: 0 } };

describe.runIf(hasRedis)("Redis", () => {
  let redis: TestRedis;
  let one: Replica;
  let two: Replica;
  beforeAll(async () => {
    redis = await startRedis();
    one = await replica(redis.url);
    two = await replica(redis.url);
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await redis.close();
  });
  beforeEach(() => redis.client.flushall());

  it("lets one replica answer from what another was told, for as long as that is of use", async () => {
    const [first, second] = [sourceOver(one), sourceOver(two)];
    await first.invoices.ask(question("all"), anyCall());
    await expect.poll(() => redis.client.dbsize()).toBe(1);

    const answer = await second.invoices.ask(question("all"), anyCall());

    const [key = ""] = await redis.client.keys("*");
    expect(answer.invoices).toHaveLength(1);
    expect(second.fake.asked).toEqual([]);
    expect(key).toMatch(/^invoicegraph:answer:freight:/);
    expect(await redis.client.pttl(key)).toBeGreaterThan(86_000_000);
  });

  it.each(["garbage", "", "\u0000".repeat(1_000)])(
    "takes a poisoned value for a miss: %j",
    async (poison) => {
      const first = sourceOver(one);
      await first.invoices.ask(question("all"), anyCall());
      await expect.poll(() => redis.client.dbsize()).toBe(1);
      const [key = ""] = await redis.client.keys("*");
      await redis.client.set(key, poison);

      const second = sourceOver(two);
      const answer = await second.invoices.ask(question("all"), anyCall());

      expect(answer.invoices).toHaveLength(1);
      expect(second.fake.asked).toEqual(["all"]);
      // Written by and by: it must not stand in the way of the next poison.
      await expect.poll(() => redis.client.get(key)).not.toBe(poison);
    },
  );

  it("is not taken for gone because this process itself was held up while the answer came", async () => {
    const busy = await connected(redis.url, { timeoutMs: 100 });
    await expect.poll(() => busy.changes.at(-1)).toBe(true);
    const told = busy.changes.length;
    const found = busy.answers.store.get("nothing");
    // Long enough for the command to leave.
    await new Promise((resolve) => setImmediate(resolve));

    const until = performance.now() + 1_000;
    while (performance.now() < until);

    await expect(found).resolves.toBeNull();
    expect(busy.changes).toHaveLength(told);
    await busy.close();
  });

  it("is used again after what stands before it has once sent nonsense on a connection that it keeps", async () => {
    let isSane = true;
    const proxy = createServer((client) => {
      const server = connect(Number(new URL(redis.url).port), "127.0.0.1");
      client.on("error", () => {}).on("close", () => server.destroy());
      server.on("error", () => {}).on("close", () => client.destroy());
      server.on("data", (chunk: Buffer) => client.write(chunk));
      // The beginning of a value of 900 MB: whatever comes after it is taken for a part of it.
      client.on("data", (chunk: Buffer) => (isSane ? server.write(chunk) : client.write("$900000000\r\n")));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const own = await replica(`redis://127.0.0.1:${port}`, { timeoutMs: 100 });
    isSane = false;
    await expect(own.answers.store.get("nothing")).rejects.toThrow("Redis did not answer");
    isSane = true;

    await expect.poll(() => own.changes.at(-1), { timeout: 20_000 }).toBe(true);

    expect(await own.answers.store.get("nothing")).toBeNull();
    await own.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("is used again after a failover that left the connection to the old master open, which only reads now", async () => {
    const [old, next] = [await startRedis(), await startRedis()];
    let master = old;
    const proxy = createServer((client) => {
      const server = connect(master.port, "127.0.0.1");
      client.on("error", () => {}).on("close", () => server.destroy());
      server.on("error", () => {}).on("close", () => client.destroy());
      client.pipe(server).pipe(client);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const own = await replica(`redis://127.0.0.1:${port}`);
    const claim = (nonce: string) =>
      own.ledger.claim(nonce, Date.now() + 60_000).catch(({ code }: Failure) => code);
    const before = await claim("before");

    master = next;
    await old.client.replicaof("127.0.0.1", next.port);
    const during = await claim("during");

    expect([before, during]).toEqual([true, "STORAGE_UNAVAILABLE"]);
    await expect.poll(() => claim(`after ${Math.random()}`), { timeout: 20_000 }).toBe(true);
    expect(own.changes).toEqual([true, false, true]);
    expect(await next.client.dbsize()).toBeGreaterThan(0);
    await own.close();
    await new Promise((resolve) => proxy.close(resolve));
    await Promise.all([old.close(), next.close()]);
  });

  it("that only reads from the start is told of once", async () => {
    const old = await startRedis();
    await old.client.replicaof("127.0.0.1", 1);

    const own = await connected(old.url, { timeoutMs: 3_000 });
    const claim = own.ledger.claim("nonce", Date.now() + 60_000);

    await expect(claim).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    expect(own.changes).toEqual([false]);
    await own.close();
    await old.close();
  });

  it("that refuses to write while it lacks replicas is read all the same", async () => {
    const lonely = await startRedis(["--min-replicas-to-write", "1"]);

    const own = await connected(lonely.url, { timeoutMs: 3_000 });
    const found = own.answers.store.get("nothing");

    await expect(found).resolves.toBeNull();
    expect(own.changes).toEqual([true]);
    await own.close();
    await lonely.close();
  });

  it("loses no key of others by being asked whether it takes writes, also without a prefix", async () => {
    await redis.client.set("probe", "theirs");

    const own = await replica(redis.url, { prefix: "" });
    await own.close();

    expect(await redis.client.get("probe")).toBe("theirs");
  });

  it("never fetches more of a value than one of ours could have", async () => {
    await redis.client.setrange("invoicegraph:huge", 20_000_000, "x");

    const small = await replica(redis.url, { maxAnswerBytes: 1_000 });
    const value = await small.answers.store.get("huge");
    await small.close();

    expect(value).toHaveLength(1_001);
  });

  it("lets a one-time link through once, of fifty tries at two replicas", async () => {
    const expiresAt = Date.now() + 60_000;

    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? one : two).ledger.claim("nonce", expiresAt)),
    );

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await redis.client.pttl("invoicegraph:link:nonce")).toBeGreaterThan(50_000);
  });

  it("lets a router's nonce through once, and again when it has expired", async () => {
    const inAMinute = Date.now() + 60_000;

    const takes = [await one.nonces.take("n", inAMinute), await two.nonces.take("n", inAMinute)];
    const [key = ""] = await redis.client.keys("*");
    const lifeMs = await redis.client.pttl(key);
    await redis.client.pexpire(key, 0);
    const later = await two.nonces.take("n", inAMinute);

    expect([...takes, later]).toEqual(["fresh", "used", "fresh"]);
    expect(lifeMs).toBeGreaterThan(0);
    expect(lifeMs).toBeLessThanOrEqual(60_000);
  });

  it("has replicas draw from one budget, by the same rules as in memory", async () => {
    const limit = { perMinute: 6, burst: 10 };
    const [a, b] = [one, two].map((each) => each.rateLimit(limit, createRateLimit(limit, Date.now)));
    const shared: unknown[] = [];
    const expected: unknown[] = [];
    const waits: unknown[] = [];

    // Redis has a clock of its own, so that this is asked within one second, which may take some tries on a busy machine.
    for (let viewer = 0, tookMs = Infinity; tookMs > 900; viewer++) {
      const began = performance.now();
      const alone = createRateLimit(limit, Date.now);
      for (const list of [shared, expected, waits]) list.length = 0;
      // The last but one is dearer than the burst: let through only when the bucket is full.
      for (const [index, cost] of [3, 0, 6, 1, 50, 1].entries()) {
        shared.push(await (index % 2 === 0 ? a : b)?.take(`${viewer}`, cost));
        expected.push(await alone.take(`${viewer}`, cost));
      }
      waits.push(await a?.wait(`${viewer}`), await b?.wait("someone else"), await alone.wait(`${viewer}`));
      tookMs = performance.now() - began;
    }

    expect(shared).toEqual(expected);
    expect(waits).toEqual([10, null, 10]);
  });

  it("lets a dear request through when the bucket is full, and has it paid off afterwards", async () => {
    const limit = { perMinute: 60, burst: 10 };
    const budget = one.rateLimit(limit, createRateLimit(limit, Date.now));

    const dear = await budget.take("spender", 30);
    const next = await budget.take("spender", 1);

    expect(dear).toEqual({ remaining: 0, retryAfterSeconds: null });
    expect(next.retryAfterSeconds).toBeGreaterThanOrEqual(2);
  });
});

describe.runIf(hasRedis)("under load", () => {
  it.each(["hung", "killed"] as const)(
    "a Redis that is %s makes no answer wrong, and none slower by more than 150 ms; it is used again when it is back",
    async (how) => {
      const redis = await startRedis();
      const own = await replica(redis.url, { timeoutMs: 100 });
      const source = sourceOver(own, none);

      const reading = startReading(source);
      await reading.goOn(500);
      // A Redis that had no time may have been left alone for a moment.
      await expect.poll(() => own.changes.at(-1), { interval: 5 }).toBe(true);
      const changed = own.changes.length;
      const outageAt = performance.now();
      if (how === "hung") redis.freeze();
      else await redis.kill();
      await reading.goOn(1_000);
      const { wrong, times } = await reading.stop();
      const during = own.changes.slice(changed);
      if (how === "hung") redis.thaw();
      else await redis.restart();
      await expect.poll(() => redis.client.flushall().catch(String)).toBe("OK");
      const size = async () => {
        await source.invoices.ask(question(`after ${Math.random()}`), anyCall());
        return redis.client.dbsize().catch(() => 0);
      };
      await expect.poll(size).toBeGreaterThan(0);
      await own.close();
      await redis.close();

      expect(wrong).toBe(0);
      // More than what it takes on this machine, busy as it is, while all is well.
      const slowest = (some: typeof times) => Math.max(...some.map(({ took }) => took));
      const before = times.filter(({ at, took }) => at + took < outageAt);
      const after = times.filter((each) => !before.includes(each));
      expect(slowest(after) - slowest(before)).toBeLessThan(150);
      expect(during).toEqual([false]);
    },
  );
});

describe.runIf(hasRedis)("out of reach", () => {
  it("from the start: answers come from the source, budgets are counted alone, one-time links wait", async () => {
    const began = performance.now();
    const own = await connected("redis://127.0.0.1:1");
    const startedInMs = performance.now() - began;
    const limit = { perMinute: 6, burst: 2 };
    const budget = own.rateLimit(
      limit,
      createRateLimit(limit, () => 0),
    );

    const answer = await sourceOver(own).invoices.ask(question("all"), anyCall());
    const takes = [await budget.take("v", 2), await budget.take("v", 1)];
    const claim = await own.ledger.claim("nonce", Date.now() + 1_000).catch((thrown: unknown) => thrown);
    const nonce = own.nonces.take("nonce", Date.now() + 1_000);

    expect(own.changes).toEqual([false]);
    expect(startedInMs).toBeLessThan(5_000);
    expect(answer.invoices).toHaveLength(1);
    expect(takes.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([null, 10]);
    expect(claim).toBeInstanceOf(Failure);
    expect(claim).toMatchObject({ code: "STORAGE_UNAVAILABLE", retryable: true });
    await expect(nonce).rejects.toThrow("Redis");
    await own.close();
  });
});

describe.runIf(hasRedis)("a cluster", () => {
  it("serves the same from whichever node holds the key", async () => {
    const nodes = [
      await startRedis(["--cluster-enabled", "yes"]),
      await startRedis(["--cluster-enabled", "yes"]),
    ] as const;
    await nodes[0].client.cluster("ADDSLOTSRANGE", 0, 8_191);
    await nodes[1].client.cluster("ADDSLOTSRANGE", 8_192, 16_383);
    await nodes[0].client.cluster("MEET", "127.0.0.1", nodes[1].port);
    for (const { client } of nodes) {
      await expect.poll(async () => String(await client.cluster("INFO"))).toContain("cluster_state:ok");
    }
    const one = await replica(nodes[0].url, { cluster: true });
    const two = await replica(`${nodes[1].url},${nodes[0].url}`, { cluster: true });
    const [first, second] = [sourceOver(one), sourceOver(two)];

    for (let i = 0; i < 20; i++) await first.invoices.ask(question(`q${i}`), anyCall());
    const sizes = async () => Promise.all(nodes.map(({ client }) => client.dbsize()));
    await expect.poll(async () => (await sizes()).reduce((sum, size) => sum + size)).toBe(20);
    const spread = await sizes();
    for (let i = 0; i < 20; i++) await second.invoices.ask(question(`q${i}`), anyCall());
    const claims = [
      await one.ledger.claim("n", Date.now() + 9_000),
      await two.ledger.claim("n", Date.now() + 9_000),
    ];
    const limit = { perMinute: 6, burst: 3 };
    const takes = [
      await one.rateLimit(limit, createRateLimit(limit, Date.now)).take("v", 2),
      await two.rateLimit(limit, createRateLimit(limit, Date.now)).take("v", 2),
    ];
    await one.close();
    await two.close();
    await Promise.all(nodes.map((node) => node.close()));

    expect(Math.min(...spread)).toBeGreaterThan(0);
    expect(second.fake.asked).toEqual([]);
    expect(claims).toEqual([true, false]);
    // From a budget of its own the second would have been let through.
    expect(takes.map(({ retryAfterSeconds }) => retryAfterSeconds === null)).toEqual([true, false]);
  });
});
