/** The normalised invoice. Every leaf value is already in the form in which it leaves the graph. */
import type { ClosedRange, Day } from "./day.ts";
import type { Instant } from "./instant.ts";
import type { FileOffer } from "./file.ts";
import { IdWriter, writeId } from "./id.ts";
import type { Currency, Decimal } from "./money.ts";
import type { SentTexts } from "./provenance.ts";
import type { Warning } from "./warning.ts";

/** What a document claims; UNKNOWN where the source's own word says neither. */
export type InvoiceType = "INVOICE" | "CREDIT_MEMO" | "DEBIT_MEMO" | "UNKNOWN";

/** GIVEN by the source with the invoice, CONFIGURED for the source, or UNKNOWN. */
export type CurrencyOrigin = "GIVEN" | "CONFIGURED" | "UNKNOWN";

/** An amount that the source does not give and that was derived from others. */
export type DerivedAmount = "NET" | "TAX" | "TOTAL";

/** Where an invoice was found: enough to find it again with one upstream question. */
export interface InvoicePlace {
  readonly source: string;
  /** The account's reference in that source. */
  readonly account: string;
  /** The source's own key parts, readable by that source only. */
  readonly key: readonly string[];
}

/** Amounts are positive when the customer owes more; the upstream's own are in `raw`. */
export interface Invoice extends InvoicePlace {
  /** The global id. */
  readonly id: string;
  readonly number: string | null;
  readonly type: InvoiceType;
  /** The source's own word for the type. */
  readonly sourceType: string | null;
  readonly issuedOn: Day | null;
  readonly dueOn: Day | null;
  readonly createdAt: Instant | null;
  readonly finalizedOn: Day | null;
  readonly billingPeriod: ClosedRange | null;
  readonly currency: Currency | null;
  readonly currencyOrigin: CurrencyOrigin;
  readonly netAmount: Decimal | null;
  readonly taxAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  readonly derivedAmounts: readonly DerivedAmount[];
  readonly lines: readonly InvoiceLine[];
  readonly billTo: BillTo | null;
  readonly creditReason: CreditReason | null;
  /** The invoices that a credit memo names, by their numbers in the same source and account. */
  readonly creditedNumbers: readonly string[];
  readonly purchaseOrder: string | null;
  readonly files: readonly FileOffer[];
  readonly warnings: readonly Warning[];
  /** False while the source has more to tell (lines, net, tax …) on a second question: see InvoiceDetails. */
  readonly isDetailed: boolean;
  /** The upstream's own record, parsed; numbers beyond double precision are their text. */
  readonly raw: unknown;
  /** The texts that `raw` was parsed from; absent where a source does not keep them. */
  readonly sent?: SentTexts | undefined;
}

/** One line of an invoice; null is what its source does not say. */
export interface InvoiceLine {
  readonly description: string | null;
  readonly quantity: Decimal | null;
  readonly unit: string | null;
  readonly unitPrice: Decimal | null;
  readonly netAmount: Decimal | null;
  readonly taxAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  readonly derivedAmounts: readonly DerivedAmount[];
  readonly product: string | null;
  readonly productCode: string | null;
  readonly glCode: string | null;
  readonly departmentCode: string | null;
  readonly period: ClosedRange | null;
  readonly purchaseOrder: string | null;
  readonly creditedNumber: string | null;
  readonly creditedLineNumber: string | null;
}

/** Whom the invoice is addressed to, as the source has it. */
export interface BillTo {
  readonly name: string | null;
  readonly accountReference: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly postcode: string | null;
}

/** Why a credit memo was given. */
export interface CreditReason {
  readonly code: string | null;
  readonly description: string | null;
}

/** The global id of an invoice. */
export function invoiceId(place: InvoicePlace): string {
  return writeId("Invoice", [place.source, place.account, ...place.key]);
}

/** Writes the ids of one account's invoices whose keys have these parts before their last one. */
export function invoiceIds({ source, account, key }: InvoicePlace): IdWriter {
  return new IdWriter("Invoice", [source, account, ...key]);
}

/** The place that the parts of an invoice's global id name, or null. */
export function invoicePlace(parts: readonly string[]): InvoicePlace | null {
  const [source, account, ...key] = parts;
  return source && account && key.length > 0 ? { source, account, key } : null;
}

/**
 * The same invoice with more warnings. Never copy an invoice with `{...invoice}`: a source may give objects whose larger values
 * are read on demand, and those are no properties of their own.
 */
export function withWarnings(invoice: Invoice, more: readonly Warning[]): Invoice {
  const copy: object = Object.create(Object.getPrototypeOf(invoice));
  return Object.assign(copy, invoice, { warnings: [...invoice.warnings, ...more] });
}

/** Every value of an invoice in one plain object, also what its source reads on demand; without what the source sent. */
export function valuesOf(invoice: Invoice): Omit<Invoice, "raw" | "sent"> {
  const { raw: _raw, ...blank } = blankInvoice;
  const names = ["id", "source", "account", "key", ...Object.keys(blank)] as (keyof Invoice)[];
  return Object.fromEntries(names.map((name) => [name, invoice[name]])) as unknown as Invoice;
}

/** The values of an invoice that most sources do not have, to be overridden by those that do. */
export const blankInvoice = {
  number: null,
  type: "UNKNOWN",
  sourceType: null,
  issuedOn: null,
  dueOn: null,
  createdAt: null,
  finalizedOn: null,
  billingPeriod: null,
  currency: null,
  currencyOrigin: "UNKNOWN",
  netAmount: null,
  taxAmount: null,
  totalAmount: null,
  derivedAmounts: [],
  lines: [],
  billTo: null,
  creditReason: null,
  creditedNumbers: [],
  purchaseOrder: null,
  files: [],
  warnings: [],
  isDetailed: true,
  raw: null,
} as const satisfies Omit<Invoice, keyof InvoicePlace | "id">;
