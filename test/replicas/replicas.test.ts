/** Two processes of the real program over Redis, an S3-compatible store and PostgreSQL: what one knows the other knows, and either may die. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimsText, signedHeaders } from "../../examples/supergraph/sign.ts";
import { routerKey, service } from "../federation/router.ts";
import { freePort } from "../support/ports.ts";
import { hasPostgres } from "../support/postgres.ts";
import { hasRedis } from "../support/redis.ts";
import { hasS3Server } from "../support/s3-server.ts";
import { type Installation, type Replica, startInstallation } from "./installation.ts";
import { startLoad } from "./load.ts";

const hasAll = hasRedis && hasPostgres && hasS3Server();
if (!hasAll) process.stderr.write("SKIPPED: two replicas need redis-server, postgresql and swift.\n");

const burst = 400_000;
const patient = { timeout: 180_000, interval: 100 };
const ordered = `mutation ($filter: InvoiceFilter) {
  exportInvoices(input: { filter: $filter, format: CSV, rows: INVOICES }) { id status }
}`;
const progress = `query ($id: ID!) {
  invoiceExport(id: $id) { status rowsWritten file { url fileName size } failure { code retryable } }
}`;
const download = `mutation ($ids: [ID!]!) {
  downloadInvoices(input: { invoiceIds: $ids, format: PDF }) { status files { url } failures { code message } }
}`;

// One after the other, also where tests are shuffled: some end what others ask.
describe.runIf(hasAll)("two replicas", { shuffle: false }, () => {
  let all: Installation;
  const ports: number[] = [];
  const replicas: Replica[] = [];
  const urlOf = (place: number) => `http://127.0.0.1:${ports[place]}`;
  beforeAll(async () => {
    all = await startInstallation({
      s3: true,
      postgres: true,
      sections: {
        subgraph: { keys: [routerKey] },
        delivery: { links: { keys: [{ id: "k1", secret: "x".repeat(32) }], oneTime: true } },
        server: { rateLimit: { perMinute: 600_000, burst } },
      },
    });
    for (let place = 0; place < 2; place++) {
      ports.push(await freePort());
      replicas.push(await all.start(ports[place]));
    }
  }, 900_000);
  afterAll(() => all.close());

  async function linkFrom(place: number): Promise<string> {
    const found = await all.query(
      urlOf(place),
      `{ invoices(first: 1, filter: { sources: ["flolive"] }) { nodes { id } } }`,
    );
    const ids = found.data.invoices.nodes.map(({ id }: { id: string }) => id);
    const { data } = await all.query(urlOf(place), download, { ids });
    expect(data.downloadInvoices).toMatchObject({ status: "READY", failures: [] });
    // Without server.publicUrl a replica names itself.
    return new URL(data.downloadInvoices.files[0].url).pathname;
  }

  it("open each other's links, and a one-time link once across both", async () => {
    const [one, other] = [await linkFrom(0), await linkFrom(1)];

    const crossed = [await fetch(`${urlOf(1)}${one}`), await fetch(`${urlOf(0)}${other}`)];
    const many = await linkFrom(0);
    const tries = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const reply = await fetch(`${urlOf(n % 2)}${many}`);
        return { status: reply.status, bytes: (await reply.arrayBuffer()).byteLength };
      }),
    );

    expect(crossed.map(({ status }) => status)).toEqual([200, 200]);
    expect(Buffer.from(await crossed[0]!.arrayBuffer()).toString("latin1")).toMatch(/^%PDF-/);
    expect(tries.filter(({ status, bytes }) => status === 200 && bytes > 100)).toHaveLength(1);
    expect(tries.filter(({ status }) => status === 404)).toHaveLength(39);
  });

  it("answer a signed request once between them, however many come at once", async () => {
    const body = JSON.stringify({ query: "{ viewer { id } }" });
    const signed = signedHeaders(
      { method: "POST", path: "/subgraph", body, claims: claimsText(service) },
      routerKey,
    );

    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const headers = { "content-type": "application/json", ...signed };
        return (await fetch(`${urlOf(n % 2)}/subgraph`, { method: "POST", headers, body })).status;
      }),
    );

    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  it("draw from one budget", async () => {
    const dear = `{ customers(first: 40) { nodes { invoices(first: 20) { nodes { lines { description } } } } } }`;
    const costs: number[] = [];

    for (let n = 0, refused = 0; n < 400 && refused < 4; n++) {
      const { errors, extensions } = await all.query(urlOf(n % 2), dear, {}, "single");
      if (errors === undefined) costs.push(extensions?.["cost"].requested);
      refused = errors?.[0]?.extensions["code"] === "RATE_LIMITED" ? refused + 1 : 0;
    }

    const spent = costs.reduce((sum, cost) => sum + cost, 0);
    // What comes back while this runs is little beside the budget; two budgets would be twice as much.
    expect(spent).toBeGreaterThan(0.8 * burst);
    expect(spent).toBeLessThan(1.5 * burst);
  });

  it("give an export that was started at one to whoever asks at the other, and the file too", async () => {
    const { data } = await all.query(urlOf(0), ordered, { filter: { sources: ["flolive"] } });
    const { id } = data.exportInvoices;
    const at = async (place: number) => (await all.query(urlOf(place), progress, { id })).data.invoiceExport;

    await expect.poll(async () => (await at(1)).status, patient).toBe("READY");
    const { file } = await at(1);
    const text = await (await fetch(`${urlOf(0)}${new URL(file.url).pathname}`)).text();

    expect(Buffer.byteLength(text)).toBe(file.size);
    expect(text.split("\r\n").length).toBeGreaterThan(10);
    expect((await all.query(urlOf(1), progress, { id }, "single")).data.invoiceExport).toBeNull();
  });

  it("answer a question that both are asked for the first time alike", async () => {
    const cold = `{ invoices(first: 50, filter: { sources: ["cdn"] }) { nodes { id totalAmount } isComplete } }`;

    const answers = await Promise.all([0, 1].map((place) => all.query(urlOf(place), cold)));

    expect(answers[0]?.data.invoices.isComplete).toBe(true);
    expect(answers[1]?.data).toEqual(answers[0]?.data);
  });

  it("killed one after the other under load: clients that retry once see no failure", async () => {
    const query = "{ viewer { customer { name } } invoices(first: 5) { nodes { id } isComplete } }";
    const expected = JSON.stringify((await all.query(urlOf(0), query, {}, "parent")).data);
    const load = startLoad({
      urls: () => [urlOf(0), urlOf(1)],
      key: all.keyOf("parent"),
      query,
      isRight: (text) => text.startsWith(`{"data":${expected}`),
    });
    const more = async (count: number) => {
      const until = load.outcome.served + count;
      await expect.poll(() => load.outcome.served, patient).toBeGreaterThan(until);
    };

    for (const place of [0, 1]) {
      await more(100);
      await replicas[place]?.kill();
      await more(100);
      replicas[place] = await all.start(ports[place]);
    }
    await more(100);
    const { failures, retried, served } = await load.stop();

    expect(failures).toEqual([]);
    expect(retried).toBeGreaterThan(0);
    expect(served).toBeGreaterThan(500);
  }, 900_000);

  it("tell that an export has failed, and may be ordered again, when the one that wrote it has died", async () => {
    all.simulators.v6.setFault({ kind: "hang" });
    const filter = { sources: ["freight"], issuedOn: { from: "2025-01-01", to: "2025-06-30" } };
    const { data } = await all.query(urlOf(0), ordered, { filter });
    const { id } = data.exportInvoices;
    const at = async () => (await all.query(urlOf(1), progress, { id })).data.invoiceExport;
    await expect.poll(async () => (await at()).status, patient).toBe("RUNNING");

    await replicas[0]?.kill();
    await sleep(1_000);
    const soon = await at();
    await expect.poll(async () => (await at()).status, patient).toBe("FAILED");

    expect(soon.status).toBe("RUNNING");
    expect(await at()).toMatchObject({
      file: null,
      failure: { code: "EXPORT_INTERRUPTED", retryable: true },
    });
  });
});
