/** What the tests of delivery have in common: small invoices, whole PDFs, a source made of a table, a plain renderer. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliveryConfig } from "../../src/delivery/config.ts";
import { createDelivery, type DeliveryOptions } from "../../src/delivery/create-delivery.ts";
import type { DownloadRequest } from "../../src/delivery/delivery.ts";
import type { FileRoute } from "../../src/delivery/route.ts";
import type { Customer } from "../../src/model/customer.ts";
import type { FileFormat } from "../../src/model/file.ts";
import { writeId } from "../../src/model/id.ts";
import { blankInvoice, type Invoice, invoiceId } from "../../src/model/invoice.ts";
import type { Attachment, Call, InvoiceFiles, Source } from "../../src/model/source.ts";

/** A whole PDF by its marks, padded to about so many bytes. */
export function pdf(text: string, size = 0): Buffer {
  const filler = Buffer.alloc(Math.max(0, size), "%");
  return Buffer.concat([Buffer.from(`%PDF-1.7\n${text}\n`), filler, Buffer.from("\nstartxref\n9\n%%EOF\n")]);
}

export function invoiceOf(number: string, more: Partial<Invoice> = {}): Invoice {
  const place = { source: "flo", account: "a1", key: [`id-${number}`], ...more };
  return { ...blankInvoice, ...place, id: invoiceId(place), number, type: "INVOICE", ...more };
}

export const acme: Customer = {
  id: writeId("Customer", ["acme"]),
  key: "acme",
  name: "Acme",
  parentKey: null,
  accounts: [{ source: "flo", reference: "a1" }],
};

export type Answer = (batch: readonly Invoice[], call: Call) => AsyncIterable<Attachment>;

/** A source that offers PDF and XML, and the numbers of the invoices that each call asked for. */
export function sourceOf(answer: Answer, more: Partial<InvoiceFiles> & { id?: string } = {}) {
  const calls: (string | null)[][] = [];
  const { id = "flo", ...files } = more;
  const source: Source = {
    id,
    kind: "flolive",
    files: {
      maxBatch: 50,
      offers: (_invoice: Invoice, format: FileFormat) => format === "PDF" || format === "XML",
      fetch(batch, _format, call) {
        calls.push(batch.map(({ number }) => number));
        return answer(batch, call);
      },
      ...files,
    },
    async ping() {},
    async close() {},
  };
  return { source, calls };
}

/** The bytes in chunks, as a socket would bring them. */
export async function* inChunks(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A file of its own for each invoice. */
export async function* onePdfEach(batch: readonly Invoice[]): AsyncGenerator<Attachment> {
  for (const invoice of batch)
    yield { invoices: [invoice], body: inChunks(pdf(`invoice ${invoice.number}`)) };
}

/** Deliveries whose folders, sweeps and servers end together. */
export function createBench() {
  const ends: (() => Promise<unknown>)[] = [];

  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "invoicegraph-delivery-"));
    ends.push(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  async function serve(route: FileRoute): Promise<string> {
    const server = createServer((request, response) => void route(request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    ends.push(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  return {
    folder,
    serve,

    /** A delivery over one source, with its links on a real server. */
    async open(source: Source | Source[], settings: object = {}, more: Partial<DeliveryOptions> = {}) {
      const sources = new Map([source].flat().map((each) => [each.id, each] as const));
      const config = deliveryConfig.parse({ folder: await folder(), ...settings });
      let origin = "";
      const delivery = await createDelivery({
        config,
        sourceOf: (id) => sources.get(id),
        publicUrl: () => origin,
        renderer: { canRender: () => false, render: () => Promise.reject(new Error("not rendered")) },
        ...more,
      });
      ends.push(() => delivery.close());
      const asked = { mayUse: true, scopes: [] as unknown[] };
      origin = await serve(
        delivery.createRoute(async (scope, customers) => {
          asked.scopes.push({ scope, customers });
          return asked.mayUse;
        }),
      );
      return { delivery, config, asked, origin };
    },

    async close() {
      for (const end of ends.splice(0).toReversed()) await end();
    },
  };
}

export function requestOf(
  invoices: readonly Invoice[],
  more: Partial<DownloadRequest> = {},
): DownloadRequest {
  return {
    items: invoices.map((invoice) => ({ invoice, customer: acme })),
    format: "PDF",
    mode: "LINK",
    bundle: "AUTO",
    viewer: { id: "ann", role: "CUSTOMER", customerId: acme.id, scopes: [] },
    call: callOf(),
    ...more,
  };
}

export function callOf(ms = 10_000, signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadlineAt: Date.now() + ms };
}
