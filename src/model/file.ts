/** Files of invoices: what is on offer, and what was fetched. */
import type { Instant } from "./instant.ts";

/** The formats that a client may ask for. */
export type FileFormat = "PDF" | "XML" | "CSV" | "JSON" | "UBL";

/** One file that the source itself offers for an invoice. */
export interface FileOffer {
  readonly format: FileFormat;
  /** The source's own name for it, trimmed; null when it has none. */
  readonly name: string | null;
  /** What it holds when that is not the invoice itself, such as COMPUTE usage data; null for the invoice. */
  readonly content: string | null;
  readonly version: string | null;
  readonly createdAt: Instant | null;
}
