/** 20,000 operations made by chance, right, wrong and damaged: each is answered in order, and nothing surprises the service. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes } from "../../src/model/errors.ts";
import { writeId } from "../../src/model/id.ts";
import { schema } from "../../src/schema/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { generateParams } from "./generated-operations.ts";
import { createRandom } from "./random.ts";
import { type TenantApp, send, startTenants } from "./tenants.ts";

const surprises: string[] = [];
const log = createLog("error", { write: (line) => void surprises.push(line) });
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
let linked: TenantApp;
let bare: TenantApp;

beforeAll(async () => {
  process.on("unhandledRejection", onUnhandled);
  linked = await startTenants({ log, months: 2 });
  // Customers without accounts: the same code runs to its end without upstream calls, which are what takes time.
  bare = await startTenants({
    log,
    sections: ({ customers }) => ({
      customers: customers.map((customer) => ({ ...customer, accounts: {} })),
    }),
  });
});
afterAll(async () => {
  process.off("unhandledRejection", onUnhandled);
  await Promise.all([linked.close(), bare.close()]);
});

const runs = 20_000;
const linkedRuns = 600;
const atOnce = 8;
const codes = new Set(Object.keys(errorCodes));

describe("20,000 generated operations", () => {
  it("are answered without a 500, an exit, an unhandled rejection or a suggestion", async () => {
    const random = createRandom(5);
    const list = await linked.ask("acme", "{ invoices(first: 6) { nodes { id } } }");
    const ids = [
      ...list.json.data.invoices.nodes.map(({ id }: { id: string }) => id),
      ...["acme", "northwind", "nobody"].map((key) => writeId("Customer", [key])),
      "",
      "flolive",
      "__proto__",
      "Q3VzdG9tZXI6",
    ];
    const wrong: string[] = [];
    const statuses: Record<string, number> = {};
    let next = 0;

    async function work(): Promise<void> {
      while (next < runs) {
        next += 1;
        const app = next <= linkedRuns ? linked : bare;
        const body = JSON.stringify(generateParams(schema, ids, random));
        const { status, text } = await send(app.url, app.tenantKey("acme"), body);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status >= 500 || /did you mean/i.test(text) || hasUnknownCode(text))
          wrong.push(`${body} ${text}`);
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work));

    expect(wrong.slice(0, 3)).toEqual([]);
    expect(surprises.slice(0, 3)).toEqual([]);
    expect(unhandled).toEqual([]);
    // Both kinds are there in numbers, or little was shown.
    expect(statuses[200]).toBeGreaterThan(2_000);
    expect(statuses[400]).toBeGreaterThan(500);
  }, 900_000);
});

function hasUnknownCode(text: string): boolean {
  const { errors = [] } = JSON.parse(text) as {
    errors?: { extensions: { code: string; retryable: unknown } }[];
  };
  return errors.some(
    ({ extensions: { code, retryable } }) =>
      !codes.has(code) || code === "INTERNAL" || typeof retryable !== "boolean",
  );
}
