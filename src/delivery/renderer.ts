/** The port: what writes an invoice as a file when its source has none. */
import type { Customer } from "../model/customer.ts";
import type { EndSignal } from "../model/ending.ts";
import type { FileFormat } from "../model/file.ts";
import type { Invoice } from "../model/invoice.ts";

/** A file as it is being written. */
export interface RenderedFile {
  /** The media type with its charset where it has one, such as "text/csv; charset=utf-8". */
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Gives the same bytes for the same invoice, so that hashes repeat. */
export interface Renderer {
  /** Is there any way to write this invoice in this format? Says nothing about rules that its amounts may break. */
  canRender(invoice: Invoice, format: FileFormat): boolean;
  /**
   * Throws FORMAT_UNAVAILABLE, naming the rule, when the invoice does not hold what the format demands. What takes long stops when the
   * signal ends, and throws its reason.
   */
  render(invoice: Invoice, customer: Customer, format: FileFormat, signal: EndSignal): Promise<RenderedFile>;
}
