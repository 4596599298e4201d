/** Several workers behind one port: killed, replaced, counted together, drained together, and of one mind. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimsText, signedHeaders } from "../../examples/supergraph/sign.ts";
import { routerKey, service } from "../federation/router.ts";
import { freePort } from "../support/ports.ts";
import { hasRedis } from "../support/redis.ts";
import { type Installation, type Replica, startInstallation, workersOf } from "./installation.ts";
import { startLoad } from "./load.ts";

const query = "{ invoices(first: 5) { nodes { id } isComplete } }";
const isRight = (text: string) => text.includes('"isComplete":true') && !text.includes('"errors"');

// One after the other, also where tests are shuffled: some end what others ask.
describe.runIf(hasRedis)("two workers", { shuffle: false }, () => {
  let all: Installation;
  let running: Replica;
  beforeAll(async () => {
    all = await startInstallation({
      sections: {
        server: { workers: 2 },
        telemetry: { metrics: { port: 0 } },
        subgraph: { keys: [routerKey] },
      },
    });
    // A port of its own: a free one would be another after both have died.
    running = await all.start(await freePort());
  });
  afterAll(() => all.close());

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(running.metricsUrl ?? "")).text();
    return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  }

  it("tell what failed from the start, with 0 for all of them together", async () => {
    const text = await (await fetch(running.metricsUrl ?? "")).text();

    for (const source of ["flolive", "freight"])
      expect(text).toContain(
        `invoicegraph_source_calls_total{source="${source}",outcome="SOURCE_UNAUTHORIZED"} 0\n`,
      );
    expect(text).toContain('invoicegraph_requests_total{route="graphql",status="503"} 0\n');
  });

  it("answer a signed request once between them", async () => {
    const body = JSON.stringify({ query: "{ viewer { id } }" });
    const signed = signedHeaders(
      { method: "POST", path: "/subgraph", body, claims: claimsText(service) },
      routerKey,
    );

    // Every try has a connection of its own, so that both workers get some.
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const headers = { "content-type": "application/json", connection: "close", ...signed };
        return (await fetch(`${running.url}/subgraph`, { method: "POST", headers, body })).status;
      }),
    );

    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(11);
  });

  it("killed one after the other under load: clients that retry once notice nothing, and two serve again", async () => {
    const key = all.keyOf("parent");
    const load = startLoad({ urls: () => [running.url], key, query, isRight });
    const before = workersOf(running);
    await expect.poll(() => load.outcome.served, { timeout: 180_000 }).toBeGreaterThan(50);
    const counted = await metric("invoicegraph_requests_total");

    for (const pid of before) {
      const restarts = await metric("invoicegraph_worker_restarts_total");
      process.kill(pid, "SIGKILL");
      const served = load.outcome.served;
      await expect.poll(() => load.outcome.served, { timeout: 180_000 }).toBeGreaterThan(served + 50);
      await expect
        .poll(
          async () => [
            await metric("invoicegraph_worker_restarts_total"),
            await metric("invoicegraph_workers"),
          ],
          {
            timeout: 250_000,
          },
        )
        .toEqual([restarts + 1, 2]);
    }
    const { failures, retried } = await load.stop();

    expect(failures).toEqual([]);
    expect(retried).toBeGreaterThan(0);
    expect(workersOf(running).filter((pid) => before.includes(pid))).toEqual([]);
    // What the dead ones counted is not forgotten.
    expect(await metric("invoicegraph_requests_total")).toBeGreaterThan(counted);
  }, 900_000);

  it("killed both at once come back", async () => {
    const restarts = await metric("invoicegraph_worker_restarts_total");

    for (const pid of workersOf(running)) process.kill(pid, "SIGKILL");

    await expect
      .poll(
        async () => [
          await metric("invoicegraph_worker_restarts_total"),
          await metric("invoicegraph_workers"),
        ],
        { timeout: 250_000 },
      )
      .toEqual([restarts + 2, 2]);
    expect(await all.query(running.url, query, {}, "parent")).toMatchObject({
      data: { invoices: { isComplete: true } },
    });
  });

  it("are replaced when one hangs and says nothing more", async () => {
    const restarts = await metric("invoicegraph_worker_restarts_total");
    const [hung = 0, other] = workersOf(running);

    // Stopped, not ended: its connections stay open, and it answers nothing.
    process.kill(hung, "SIGSTOP");

    await expect
      .poll(() => metric("invoicegraph_worker_restarts_total"), { timeout: 250_000, interval: 1_000 })
      .toBe(restarts + 1);
    await expect.poll(() => workersOf(running).length, { timeout: 250_000 }).toBe(2);
    expect(workersOf(running)).toContain(other);
    expect(workersOf(running)).not.toContain(hung);
    expect(running.log.filter(({ msg }) => String(msg).includes("said nothing"))).toHaveLength(1);
  }, 600_000);

  it("drain together on SIGTERM: nothing is cut off, and all processes end", async () => {
    const problems: string[] = [];
    let isWanted = true;
    let served = 0;
    const clients = Array.from({ length: 8 }, async () => {
      while (isWanted) {
        const { data, errors } = await all
          .query(running.url, query, {}, "parent")
          .catch((thrown: unknown) => ({ data: null, errors: [String(thrown)] }));
        if (data?.invoices.isComplete === true) served += 1;
        else problems.push(JSON.stringify(errors));
      }
    });
    const workers = workersOf(running);
    const balancer = (async () => {
      while ((await fetch(`${running.url}/readyz`)).status === 200)
        await new Promise((resolve) => setTimeout(resolve, 50));
      isWanted = false;
    })();
    await expect.poll(() => served, { timeout: 180_000 }).toBeGreaterThan(20);

    const code = await running.stop();
    await Promise.all([balancer, ...clients]);

    expect(problems).toEqual([]);
    expect(code).toBe(0);
    expect(workers).toHaveLength(2);
    expect(workers.filter(isAlive)).toEqual([]);
  });

  it("end with the first process when that is killed, so that nobody keeps the port", async () => {
    const other = await all.start();
    const workers = workersOf(other);

    await other.kill();

    expect(workers).toHaveLength(2);
    for (const pid of workers) {
      await expect.poll(() => isAlive(pid), { timeout: 180_000 }).toBe(false);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
