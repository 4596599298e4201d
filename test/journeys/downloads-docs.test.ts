/** The examples and the limits of docs/downloads.md are those of the service. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deliveryConfig } from "../../src/delivery/config.ts";
import { serverConfig } from "../../src/server/config.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const text = readFileSync(new URL("../../docs/downloads.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function run(name: string, variables: object = {}): Promise<any> {
  const code = examples.find((example) => example.includes(` ${name}`)) ?? "";
  const reply = await app.query(code, { ...variables }, "parent");
  expect(reply.errors).toBeUndefined();
  return reply.data;
}

it("the examples run, one after the other", async () => {
  const list = await app.query("{ invoices(first: 3) { nodes { id } } }", {}, "parent");

  const { downloadInvoices } = await run("Download", {
    ids: list.data.invoices.nodes.map(({ id }: { id: string }) => id),
  });
  const { exportInvoices } = await run("Export");
  await expect.poll(async () => (await run("Progress", exportInvoices)).invoiceExport.status).toBe("READY");
  const { invoiceExport } = await run("Progress", exportInvoices);
  const { cancelInvoiceExport } = await run("Cancel", exportInvoices);

  expect(examples).toHaveLength(4);
  expect(downloadInvoices).toMatchObject({ status: "READY", failures: [] });
  expect(invoiceExport).toMatchObject({ isComplete: true, progress: 1 });
  expect((await fetch(invoiceExport.file.url)).status).toBe(200);
  expect(cancelInvoiceExport).toEqual({ status: "READY" });
});

it("every limit of delivery is there with its default", () => {
  const shown = new Map(
    [...text.matchAll(/^\| (`.*?) \| (\d+)(.*?) \|/gm)].map(([, names = "", number, unit = ""]) => [
      names.replaceAll("`", ""),
      Number(number) * (Object.entries(units).find(([word]) => unit.startsWith(word))?.[1] ?? 1),
    ]),
  );
  const delivery = deliveryConfig.parse({});
  const server = serverConfig.parse({});

  expect(Object.fromEntries(shown)).toEqual({
    "server.limits.downloadIds": server.limits.downloadIds,
    "server.requestTimeoutMs": server.requestTimeoutMs / 1_000,
    "delivery.maxInlineBytes": delivery.maxInlineBytes,
    "delivery.maxFileBytes": delivery.maxFileBytes,
    "delivery.maxBundleBytes": delivery.maxBundleBytes,
    "delivery.quotaBytes": delivery.quotaBytes,
    "delivery.links.ttlSeconds": delivery.links.ttlSeconds,
    "delivery.exports.timeoutMs": delivery.exports.timeoutMs / 1_000,
    "delivery.exports.maxBytes": delivery.exports.maxBytes,
    "delivery.exports.keepSeconds": delivery.exports.keepSeconds,
    "delivery.exports.atOnce": delivery.exports.atOnce,
    "delivery.exports.perViewer, .inAll": delivery.exports.perViewer,
  });
});

const units = { " MiB": 1_048_576, " GiB": 1_073_741_824, " min": 60, " h": 3_600 };
