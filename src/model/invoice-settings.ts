/** How a customer is invoiced: DDAPI's thirteen fields in our words. */
import type { Instant } from "./instant.ts";
import type { Failure } from "./errors.ts";
import type { Currency, Decimal } from "./money.ts";
import type { SentTexts } from "./provenance.ts";

/** Ids are the source's own; the graph resolves those for which the source has a look-up. */
export interface InvoiceSettings {
  readonly source: string;
  /** The account that these settings belong to. */
  readonly account: string;
  readonly retainsInvoiceType: boolean | null;
  readonly paysInvoiceFee: boolean | null;
  readonly allowsInvoicePaymentFromOrder: boolean | null;
  readonly sendsInvoiceFromOrderByEmail: boolean | null;
  readonly orderInvoiceEmail: string | null;
  readonly currencyId: string | null;
  readonly paymentTermsId: string | null;
  readonly invoiceTypeId: string | null;
  readonly interestTypeId: string | null;
  readonly invoiceCycleId: string | null;
  readonly creditAccountId: string | null;
  /** The account of the customer that receives the invoices; null when it is not told. */
  readonly recipientAccount: string | null;
  /** Some deployments tell whether the customer is under reverse-charge tax; null elsewhere. */
  readonly reverseTax: boolean | null;
  readonly raw: unknown;
  /** The text that `raw` was parsed from; absent where it was no JSON. */
  readonly sent?: SentTexts | undefined;
  /** When the source said so, where answers are kept; absent: just now. */
  readonly fetchedAt?: Instant | undefined;
  /** Why these older settings stand in for new ones; null or absent when they do not. */
  readonly staleBecause?: Failure | null | undefined;
}

/** A currency as the source keeps it. */
export interface SettingsCurrency {
  readonly id: string;
  readonly name: string | null;
  readonly code: Currency | null;
  readonly rate: Decimal | null;
  readonly roundingAmount: Decimal | null;
}

/** Terms of payment as the source keeps them. */
export interface PaymentTerms {
  readonly id: string;
  readonly name: string | null;
  /** Days until payment is due. */
  readonly days: number | null;
  /** Free delivery month: the days count from the end of the month of delivery. */
  readonly freeDeliveryMonth: boolean | null;
  readonly discountDays: number | null;
  /** Per cent. */
  readonly discount: Decimal | null;
}
