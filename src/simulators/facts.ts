/** What the four upstream companies know, in neutral words; each simulator tells it in its own. */
import type { DecimalText } from "./amounts.ts";

export interface AddressFact {
  line1: string;
  city: string;
  postcode: string;
  countryCode: string;
}

/** A customer, and what each upstream calls it; an upstream that does not know it is left out. */
export interface CustomerFact {
  id: string;
  name: string;
  parentId: string | null;
  /** Of its floLIVE and Akamai invoices; V6 has one currency for all. */
  currency: string;
  /** Known to the upstreams, but never invoiced. */
  hasNoInvoices: boolean;
  address: AddressFact;
  flolive?: { customerId: string };
  /** The customer's own account inside the reseller's, and its contracts: ids of any shape, even with a slash. */
  akamai?: { accountId: string; contractIds: string[] };
  v6?: { code: string };
  ddapi?: { number: number };
}

export interface CreditReasonFact {
  code: string;
  description: string;
}

/** Amounts of credit memos are negative in every fact; a simulator turns the sign where its upstream would. */
export interface InvoiceLineFact {
  lineNumber: number;
  description: string;
  product: string;
  productId: string;
  /** Decimal text; negative never: a credit has a negative unit price. */
  quantity: DecimalText;
  unit: string;
  /** With tax where the V6 invoice is a gross entry, else without. */
  unitPrice: DecimalText;
  net: DecimalText;
  tax: DecimalText;
  total: DecimalText;
  glCode: string;
  departmentCode: string;
  periodStart: string;
  periodEnd: string;
  purchaseOrder: string | null;
  creditedInvoiceNumber: string | null;
  creditedLineNumber: number | null;
}

interface TotalsFact {
  net: DecimalText;
  tax: DecimalText;
  total: DecimalText;
  /** The figures contradict each other on purpose; how, each kind of invoice says. */
  disagrees: boolean;
}

/** Where `disagrees`: total is not net + tax. */
export interface FloliveInvoiceFact extends TotalsFact {
  id: string;
  /** Looks like a number; unique, but not in order of time across customers. */
  number: string;
  customerId: string;
  floliveCustomerId: string;
  /** ISO instants in UTC, with milliseconds. */
  createdAt: string;
  cycleStartAt: string;
  cycleEndAt: string;
  dueOn: string | null;
  currency: string;
}

/** Where `disagrees`: the first line's total, and so the invoice's, is 0.01 (one minor unit) above its net + tax. */
export interface AkamaiInvoiceFact extends TotalsFact {
  /** Above 2^31. */
  invoiceId: number;
  customerId: string;
  /** The end customer's account. */
  accountId: string;
  contractId: string;
  type: "INVOICE" | "CREDIT_MEMO" | "DEBIT_MEMO";
  usageMonth: string;
  /** In the first days of the month after the usage. */
  issuedOn: string;
  finalizedOn: string;
  dueOn: string | null;
  currency: string;
  /** 2 means that the files exist as version 1 and as version 2. */
  version: number;
  purchaseOrder: string | null;
  orderId: string;
  /** COMPUTE only from usage month 2024-02. */
  sourceTypes: readonly ("REGULAR" | "COMPUTE")[];
  creditReason: CreditReasonFact | null;
  /** The invoice ids as text. */
  creditedInvoiceNumber: string | null;
  lines: readonly InvoiceLineFact[];
}

/** Where `disagrees`: tax (and with it net or total) is 0.02 above the sum of the lines' taxes. */
export interface V6InvoiceFact extends TotalsFact {
  /** Unique within a type: some credit memos carry the number of the invoice that they credit. */
  number: string;
  type: "I" | "C" | "D";
  customerId: string;
  customerCode: string;
  /** The day that a query by range goes by; usually the invoice's own day, else 1 to 3 days away, also across a month's end. */
  createdOn: string;
  issuedOn: string;
  dueOn: string | null;
  currency: string;
  /** The amounts were entered with tax in them. */
  grossEntry: boolean;
  creditReason: CreditReasonFact | null;
  creditedInvoiceNumber: string | null;
  lines: readonly InvoiceLineFact[];
}

export interface InvoiceSettingsFact {
  customerNumber: number;
  retainsInvoiceType: boolean;
  currencyId: number;
  termsOfPaymentId: number;
  paysInvoiceFee: boolean;
  invoiceTypeId: number | null;
  interestTypeId: number | null;
  invoiceCycleId: number | null;
  /** The customer itself, another one, or null; there is a cycle of two. */
  invoiceRecipientCustomerNumber: number | null;
  creditAccountId: number | null;
  allowInvoicePaymentFromOrder: boolean;
  sendInvoiceFromOrderAsEmail: boolean;
  invoiceOrderPaymentEmailAddress: string | null;
}

export interface CurrencyFact {
  id: number;
  name: string;
  rate: DecimalText;
  roundingAmount: DecimalText;
  currencyCode: string;
}

export interface TermsOfPaymentFact {
  id: number;
  name: string;
  days: number;
  freeDeliveryMonth: boolean;
  discountDays: number | null;
  discount: DecimalText | null;
}
