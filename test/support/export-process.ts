/** A process that exports a long list and says how much memory it took; run by test/delivery/export.test.ts. */
import { deliveryConfig } from "../../src/delivery/config.ts";
import { createDelivery } from "../../src/delivery/create-delivery.ts";
import { createExportLoader } from "../../src/loaders/export-rows.ts";
import type { CustomerLoaders } from "../../src/loaders/customers.ts";
import { createPace } from "../../src/model/pace.ts";
import type { Call, Source } from "../../src/model/source.ts";
import { acme, invoiceOf, requestOf } from "./delivery.ts";

const [folder = "", answers = "1", invoices = "1"] = process.argv.slice(2);

// As large as an answer usually is: every invoice with its own lines and raw record.
const source: Source = {
  id: "flo",
  kind: "flolive",
  invoices: {
    reach: () => [],
    questions: (_accounts, { from }) =>
      Array.from({ length: from === "2000-01-01" ? Number(answers) : 3 }, (_, n) => ({
        key: `${from} ${n}`,
        account: "a1",
        month: null,
        covers: null,
      })),
    questionFor: () => null,
    ask: async ({ key }) => ({
      invoices: Array.from({ length: Number(invoices) }, (_, n) =>
        invoiceOf(`${key}-${n}`, {
          issuedOn: "2026-01-01",
          totalAmount: "12.50",
          currency: "EUR",
          raw: { id: n, text: `${n}`.padEnd(500, "x") },
        }),
      ),
      fetchedAt: new Date().toISOString(),
      dropped: [],
    }),
  },
  async ping() {},
  async close() {},
};
const delivery = await createDelivery({
  config: deliveryConfig.parse({ folder }),
  sourceOf: () => source,
  publicUrl: () => "http://localhost",
  renderer: { canRender: () => false, render: () => Promise.reject(new Error("not rendered")) },
});
const customers = { page: async () => [acme] } as unknown as CustomerLoaders;
const { viewer } = requestOf([]);

function loaderOf(call: Call) {
  return createExportLoader({
    sources: new Map([[source.id, source]]),
    customers,
    maxMonths: 600,
    today: "2026-01-31",
    call,
    pace: createPace(),
    onListed: () => {},
  });
}

async function exportFrom(from: string) {
  const call = { signal: new AbortController().signal, deadlineAt: Date.now() + 600_000 };
  const plan = await loaderOf(call).plan({ issuedOn: { from, to: "2026-01-31" } });
  const { id } = await delivery.exports.start({
    viewer,
    format: "JSONL",
    rows: "LINES",
    read: (own) => loaderOf(own).read(plan, true),
  });
  for (;;) {
    const job = await delivery.exports.find(id, viewer);
    if (job === null || job.endedAt !== null) return job;
    await new Promise((later) => setTimeout(later, 20));
  }
}

// Once in small, so that what every process needs is there before the count begins.
await exportFrom("2026-01-01");
globalThis.gc?.();
const before = process.memoryUsage.rss();
let peak = before;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const began = Date.now();
const job = await exportFrom("2000-01-01");
process.stdout.write(
  `${JSON.stringify({ status: job?.status, failure: job?.failure, rows: job?.rowsWritten, size: job?.file?.size, grewBy: peak - before, ms: Date.now() - began })}\n`,
);
process.exit(0);
