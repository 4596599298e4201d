/** A process that delivers large files and says how much memory it took; run by test/delivery/large.test.ts. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { deliveryConfig } from "../../src/delivery/config.ts";
import { createDelivery } from "../../src/delivery/create-delivery.ts";
import { invoiceOf, pdf, requestOf, sourceOf } from "./delivery.ts";

const [folder = "", fileCount = "1", megabytes = "1", pace = "0"] = process.argv.slice(2);
const chunk = Buffer.alloc(65_536, "%");
let peak = 0;

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** Chunks are copies, as a socket's are: a shared buffer would hide what is kept. */
async function* body(bytes: number) {
  const ends = pdf("large");
  yield ends.subarray(0, 10);
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    if (pace !== "0") await new Promise((later) => setTimeout(later, Number(pace)));
    yield Buffer.from(chunk);
  }
  yield ends.subarray(10);
}

const { source } = sourceOf(async function* (batch) {
  for (const invoice of batch) {
    yield {
      invoices: [invoice],
      body: body(invoice.number === "0" ? 100_000 : Number(megabytes) * 1_048_576),
    };
  }
});
let origin = "";
const delivery = await createDelivery({
  config: deliveryConfig.parse({ folder, maxBundleBytes: 2_000_000_000 }),
  sourceOf: () => source,
  publicUrl: () => origin,
  renderer: { canRender: () => false, render: () => Promise.reject(new Error("not rendered")) },
});
const route = delivery.createRoute(async () => true);
const server = createServer((request, response) => void route(request, response));
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const call = () => ({ signal: new AbortController().signal, deadlineAt: Date.now() + 600_000 });
// Once in small, so that code and buffers that every process needs are there before the count begins.
for (let n = 0; n < 5; n++)
  await delivery.download(
    requestOf([invoiceOf("0", { key: [`warm-${n}`] })], { call: call(), bundle: "ZIP" }),
  );
globalThis.gc?.();
const before = process.memoryUsage.rss();
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
say({ ready: true });

const started = Date.now();
const invoices = Array.from({ length: Number(fileCount) }, (_, n) => invoiceOf(`${n + 1}`));
const result = await delivery.download(requestOf(invoices, { call: call() }));
say({
  ms: Date.now() - started,
  grewBy: peak - before,
  status: result.status,
  failures: result.failures,
  file: { ...result.files[0], invoices: null },
});

process.on("message", () => {
  // Asked when the file has been fetched by its link.
  say({ grewBy: peak - before });
  process.exit(0);
});
