/** What the loaders hand to a list: invoices with their customers, part by part, so that a failed part can be made up for later. */
import type { Customer } from "../model/customer.ts";
import type { Invoice } from "../model/invoice.ts";
import type { SourceReport } from "./report.ts";

/** An invoice and the customer whose account it is on. */
export interface Found {
  readonly invoice: Invoice;
  readonly customer: Customer;
}

/** The invoices that one upstream question brought, or nothing where it failed. An invoice is in one part only. */
export interface Part {
  /** The same for the same question on every page of a list. */
  readonly id: string;
  readonly source: string;
  readonly failed: boolean;
  readonly found: readonly Found[];
  /** Those of which it is not known whether they match, because their details could not be had. */
  readonly undecided: readonly Found[];
}

/** Everything that the sources answered on one list. */
export interface Collection {
  readonly parts: readonly Part[];
  readonly reports: readonly SourceReport[];
}
