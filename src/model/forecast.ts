/** What asking a source costs, told without asking: the upstream calls behind each thing that the port can be asked for. */
import type { FileFormat } from "./file.ts";
import type { Invoice, InvoicePlace } from "./invoice.ts";
import type { Question } from "./source.ts";

/** One thing that a source can be asked for. */
export type Ask =
  | { readonly for: "invoices"; readonly question: Question }
  | { readonly for: "details"; readonly invoice: Invoice }
  | { readonly for: "files"; readonly invoices: readonly Invoice[]; readonly format: FileFormat }
  | { readonly for: "settings"; readonly account: string }
  | { readonly for: "currency"; readonly id: string }
  | { readonly for: "paymentTerms" }
  | { readonly for: "profile"; readonly account: string }
  | { readonly for: "children"; readonly account: string };

/** Calls of one endpoint. Retries are not among them. */
export interface ForecastCalls {
  readonly method: "GET" | "POST";
  /** Below the source's base URL and without the query, as it is sent. */
  readonly path: string;
  readonly atLeast: number;
  /** Null: only the answer can tell. */
  readonly atMost: number | null;
}

/** What a kind of source knows of its own costs. */
export interface Forecaster {
  calls(ask: Ask): readonly ForecastCalls[];
  /** What the key of an invoice tells of it: what follows from these values is forecast too. */
  assume?(place: InvoicePlace): Partial<Invoice>;
}
