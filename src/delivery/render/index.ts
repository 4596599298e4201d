/** Writes an invoice as a file where its source has none: PDF, JSON, CSV, and UBL 2.1 (also as XML). */
import type { Customer } from "../../model/customer.ts";
import type { EndSignal } from "../../model/ending.ts";
import type { FileFormat } from "../../model/file.ts";
import type { Invoice } from "../../model/invoice.ts";
import { createPace } from "../../model/pace.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderUbl } from "./ubl/index.ts";
import type { UblOptions } from "./ubl/parties.ts";

export type {
  BuyerDetails,
  ElectronicAddress,
  SellerDetails,
  TaxDetails,
  UblOptions,
} from "./ubl/parties.ts";

/** Without sellers there is no UBL: who sells, and with which taxes, no source tells. */
export function createRenderer(options: UblOptions = { sellers: {} }): Renderer {
  return {
    canRender: ({ source }, format) =>
      (format !== "UBL" && format !== "XML") || Object.hasOwn(options.sellers, source),
    render: (invoice, customer, format, signal) => render(invoice, customer, format, signal, options),
  };
}

async function render(
  invoice: Invoice,
  customer: Customer,
  format: FileFormat,
  signal: EndSignal,
  options: UblOptions,
): Promise<RenderedFile> {
  switch (format) {
    case "PDF": {
      // The fonts' reader and the writer take a fifth of a second to load: not at the start.
      const { renderPdf } = await import("./pdf/index.ts");
      return { contentType: "application/pdf", body: await renderPdf(invoice, customer, signal) };
    }
    case "JSON":
      return { contentType: "application/json", body: bytesOf(renderJson(invoice, customer)) };
    case "CSV":
      return {
        contentType: "text/csv; charset=utf-8; header=present",
        body: bytesOf(renderCsv(invoice, customer)),
      };
    case "UBL":
    case "XML":
      return { contentType: "application/xml", body: bytesOf(await renderUbl(invoice, customer, options)) };
  }
}

const chunkChars = 65_536;

// In UTF-8 and in larger chunks than pieces, with a rest now and then.
async function* bytesOf(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const pace = createPace();
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (pace.isDue()) await pace.rest();
    if (chunk.length < chunkChars) continue;
    yield Buffer.from(chunk);
    chunk = "";
  }
  yield Buffer.from(chunk);
}
