/** A whole service over the customers' database: what its clients and its operators see of it. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import type { PostgresConfig } from "../../src/directory/postgres/config.ts";
import { importCustomers } from "../../src/directory/postgres/import.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { prepare } from "./database.ts";

const question =
  "{ viewer { customer { name invoices(first: 1) { totalCount } } } customers(first: 100) { nodes { name } } }";

describe.runIf(hasPostgres)("a service over the customers' database", () => {
  let postgres: TestPostgres;
  let sandbox: Sandbox;
  let config: PostgresConfig;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox();
    config = await prepare(postgres, sandbox.config.customers, { checkMs: 100 });
  });
  afterAll(async () => {
    await sandbox.simulators.close();
    await postgres.close();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function serve(directory: Sandbox["config"]["directory"], customers = sandbox.config.customers) {
    const own = { ...sandbox.config, customers, directory };
    const app: App = await createApp(own, { log: createLog("silent"), publicUrl: () => "http://x" });
    const listener = await listen(app.handle, "127.0.0.1", 0);
    stops.push(
      () => listener.stop(0),
      () => app.close(),
    );
    const { url } = listener;
    return {
      url,
      async ask(query: string, viewer: string, headers: Record<string, string> = {}) {
        const key = sandbox.tokens.find(({ name }) => name === `sandbox-${viewer}`)?.key ?? "";
        const response = await fetch(`${url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-api-key": key, ...headers },
          body: JSON.stringify({ query }),
        });
        return (await response.json()) as { data: any; errors?: { extensions: Record<string, unknown> }[] };
      },
      readiness: async () => {
        const response = await fetch(`${url}/readyz`);
        return `${response.status} ${await response.text()}`;
      },
    };
  }

  it("answers every viewer as one over a list in memory does", async () => {
    const [database, memory] = await Promise.all([serve({ postgres: config }, []), serve(null)]);

    for (const viewer of ["parent", "single", "service"]) {
      const answer = await database.ask(question, viewer);
      expect(answer).toEqual(await memory.ask(question, viewer));
      expect(answer.errors).toBeUndefined();
    }
    expect(await database.readiness()).toBe("200 ok\n");
  });

  it("takes a customer's accounts away as soon as it is told, also out of answers that it keeps", async () => {
    const database = await serve({ postgres: { ...config, checkMs: 60_000 } }, []);
    const family = "{ viewer { customer { accounts { reference } subCustomers { name } } } }";
    const before = await database.ask(family, "parent");

    await importCustomers(
      config,
      sandbox.config.customers.map((customer) => ({ ...customer, parentKey: null, accounts: [] })),
    );
    // Less than checkMs and timeoutMs together, which is the most when nobody tells.
    const after = await vi.waitFor(async () => {
      const answer = await database.ask(family, "parent");
      expect(answer.data.viewer.customer.accounts).toEqual([]);
      return answer;
    }, 30_000);
    await importCustomers(config, sandbox.config.customers);

    expect(before.data.viewer.customer.accounts.length).toBeGreaterThan(0);
    expect(before.data.viewer.customer.subCustomers.length).toBeGreaterThan(0);
    expect(after.data.viewer.customer).toMatchObject({ accounts: [], subCustomers: [] });
  });

  it("starts without its database, wants no traffic until it is there, and names the failure meanwhile", async () => {
    await postgres.kill();
    const database = await serve({ postgres: config }, []);

    const readiness = await database.readiness();
    const answer = await database.ask(question, "parent");
    const live = await fetch(`${database.url}/livez`);
    await postgres.restart();
    await vi.waitFor(async () => expect(await database.readiness()).toBe("200 ok\n"), 30_000);

    expect(readiness).toBe("503 directory unavailable\n");
    expect(live.status).toBe(200);
    expect(answer.data?.viewer?.customer ?? null).toBeNull();
    for (const error of answer.errors ?? [])
      expect(error.extensions).toMatchObject({ code: "DIRECTORY_UNAVAILABLE", retryable: true });
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect((await database.ask(question, "parent")).errors).toBeUndefined();
  });

  it("answers within a client's own deadline while the database hangs", async () => {
    const database = await serve({ postgres: { ...config, timeoutMs: 20_000, checkMs: 20_000 } }, []);
    await database.ask(question, "parent");

    postgres.freeze();
    const startedAt = performance.now();
    // Another question: equal ones may be answered from what is kept.
    const answer = await database.ask("{ viewer { customer { name } } }", "parent", {
      "x-request-timeout-ms": "500",
    });
    const tookMs = performance.now() - startedAt;
    postgres.thaw();

    expect(tookMs).toBeLessThan(15_000);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "DEADLINE_EXCEEDED", retryable: true });
  });
});
