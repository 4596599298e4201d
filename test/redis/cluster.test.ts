/** A cluster of three masters with a replica each, made by Redis's own tool: one master dies under load, and nothing becomes wrong. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anyCall, question } from "../cache/fake-source.ts";
import { jobOf } from "../support/export-job.ts";
import { type TestRedis, hasRedis, startRedis } from "../support/redis.ts";
import { percentile } from "../reliability/setup.ts";
import { type Replica, replica, sourceOver, startReading } from "./setup.ts";

const patient = { timeout: 180_000, interval: 100 };
const none = { ages: { recentInvoicesSeconds: 0, revalidateSeconds: 0 } };

const many = { perViewer: 10, inAll: 10 };

describe.runIf(hasRedis)("a cluster that loses a master", () => {
  let nodes: TestRedis[] = [];
  let hasty: Replica;
  let one: Replica;
  let two: Replica;
  beforeAll(async () => {
    const settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
    nodes = await Promise.all(Array.from({ length: 6 }, () => startRedis(settings)));
    const places = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await promisify(execFile)("redis-cli", [
      "--cluster",
      "create",
      ...places,
      "--cluster-replicas",
      "1",
      "--cluster-yes",
    ]);
    for (const { client } of nodes) {
      await vi.waitUntil(
        async () => String(await client.cluster("INFO")).includes("cluster_state:ok"),
        patient,
      );
    }
    const url = nodes.map((node) => node.url).join(",");
    hasty = await replica(url, { cluster: true, timeoutMs: 100 });
    one = await replica(url, { cluster: true });
    two = await replica(url, { cluster: true });
  });
  afterAll(async () => {
    await hasty?.close();
    await one?.close();
    await two?.close();
    await Promise.all(nodes.map((node) => node.close()));
  });

  it("gives right answers all the while, none slower by more than a blink, and is used again when the replica has taken over", async () => {
    const source = sourceOver(hasty, none);
    const link = (n: number) => `link-${n}`;
    const links = Array.from({ length: 30 }, (_, n) => link(n));
    const expiresAt = Date.now() + 600_000;
    const first = await Promise.all(links.map((nonce) => one.ledger.claim(nonce, expiresAt)));
    await one.exports.admit(jobOf("before", { status: "READY" }), many);
    // Its replica must have heard of them: what a master alone knew dies with it.
    for (const { client } of nodes) await expect.poll(() => lagOf(client), patient).toBe(0);

    const reading = startReading(source);
    await reading.goOn(1_000);
    const killedAt = performance.now();
    await nodes[0]?.kill();
    await reading.goOn(3_000);
    const { wrong, times } = await reading.stop();
    const second: (boolean | string)[] = [];
    for (const nonce of links) {
      const claim = () => two.ledger.claim(nonce, expiresAt).catch(() => "not now");
      await expect.poll(claim, patient).not.toBe("not now");
      second.push(await claim());
    }
    const fresh = await one.ledger.claim("fresh", expiresAt);
    const again = await two.ledger.claim("fresh", expiresAt);
    await one.exports.admit(jobOf("after", { status: "READY" }), many);
    const exports = [await two.exports.find("before"), await two.exports.find("after")];
    const [a, b] = [sourceOver(one), sourceOver(two)];
    for (let n = 0; n < 20; n++) await a.invoices.ask(question(`after ${n}`), anyCall());
    await expect
      .poll(async () => {
        for (let n = 0; n < 20; n++) await b.invoices.ask(question(`after ${n}`), anyCall());
        return b.fake.asked.length;
      }, patient)
      .toBeLessThan(20);

    expect(first.every(Boolean)).toBe(true);
    expect(wrong).toBe(0);
    const before = times.filter(({ at, took }) => at + took < killedAt).map(({ took }) => took);
    const after = times.filter(({ at, took }) => at + took >= killedAt).map(({ took }) => took);
    // Six Redis servers elect a master meanwhile, on a machine that may be small: of a hundred one may be late for that.
    expect(percentile(after, 99) - Math.max(...before)).toBeLessThan(150);
    expect(Math.max(...after)).toBeLessThan(1_500);
    expect(second).toEqual(links.map(() => false));
    expect([fresh, again]).toEqual([true, false]);
    expect(exports.map((each) => each?.id)).toEqual(["before", "after"]);
  });
});

/** How many bytes a master's replica is behind; 0 for a replica. */
async function lagOf(client: TestRedis["client"]): Promise<number> {
  const told = await client.info("replication");
  if (!told.includes("role:master")) return 0;
  const [own, its] = [/^master_repl_offset:(\d+)/m, /^slave0:.*offset=(\d+)/m].map(
    (each) => each.exec(told)?.[1],
  );
  return Number(own) - Number(its);
}
