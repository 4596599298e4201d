/** The fields whose provenance can be asked for, by their paths. */
import type { BillTo, CreditReason, Invoice, InvoiceLine } from "../model/invoice.ts";
import type { FileOffer } from "../model/file.ts";
import type { InvoiceSettings } from "../model/invoice-settings.ts";
import type { Warning } from "../model/warning.ts";

// Records of all keys, so that a new field of the model cannot be forgotten here.
const lineNames: Record<keyof InvoiceLine, readonly string[]> = {
  description: [],
  quantity: [],
  unit: [],
  unitPrice: [],
  netAmount: [],
  taxAmount: [],
  totalAmount: [],
  derivedAmounts: [],
  product: [],
  productCode: [],
  glCode: [],
  departmentCode: [],
  period: ["from", "to"],
  purchaseOrder: [],
  creditedNumber: [],
  creditedLineNumber: [],
};
const billToNames: Record<keyof BillTo, true> = {
  name: true,
  accountReference: true,
  address: true,
  city: true,
  postcode: true,
};
const reasonNames: Record<keyof CreditReason, true> = { code: true, description: true };
const offerNames: Record<keyof FileOffer, true> = {
  format: true,
  name: true,
  content: true,
  version: true,
  createdAt: true,
};
const warningNames: Record<keyof Warning, true> = {
  code: true,
  message: true,
  fields: true,
  stated: true,
  expected: true,
};

type Unsaid = "source" | "key" | "isDetailed" | "raw" | "sent";

const below: Record<Exclude<keyof Invoice, Unsaid | "account" | "creditedNumbers">, readonly string[]> = {
  id: [],
  number: [],
  type: [],
  sourceType: [],
  issuedOn: [],
  dueOn: [],
  createdAt: [],
  finalizedOn: [],
  billingPeriod: ["from", "to"],
  currency: [],
  currencyOrigin: [],
  netAmount: [],
  taxAmount: [],
  totalAmount: [],
  derivedAmounts: [],
  lines: Object.entries(lineNames).flatMap(([name, parts]) => pathsOf(`#.${name}`, parts)),
  billTo: Object.keys(billToNames),
  creditReason: Object.keys(reasonNames),
  purchaseOrder: [],
  files: Object.keys(offerNames).map((name) => `#.${name}`),
  warnings: Object.keys(warningNames).map((name) => `#.${name}`),
};

/** Of an invoice; "#" stands for an index. */
export const fieldNames: readonly string[] = [
  ...Object.entries(below).flatMap(([name, parts]) => pathsOf(name, parts)),
  "account.reference",
  "creditedInvoices.#.number",
];

/** What the graph reads from the list's record alone. */
export const listedFields: ReadonlySet<string> = new Set<keyof typeof below | "account">([
  "id",
  "account",
  "number",
  "type",
  "sourceType",
  "issuedOn",
  "dueOn",
  "createdAt",
  "currency",
  "currencyOrigin",
  "totalAmount",
  "creditReason",
  "files",
]);

type Setting = Exclude<
  keyof InvoiceSettings,
  "source" | "account" | "raw" | "sent" | "fetchedAt" | "staleBecause" | "recipientAccount"
>;

const settings: Record<Setting, true> = {
  retainsInvoiceType: true,
  paysInvoiceFee: true,
  allowsInvoicePaymentFromOrder: true,
  sendsInvoiceFromOrderByEmail: true,
  orderInvoiceEmail: true,
  currencyId: true,
  paymentTermsId: true,
  invoiceTypeId: true,
  interestTypeId: true,
  invoiceCycleId: true,
  creditAccountId: true,
  reverseTax: true,
};

/** Of settings; `account.reference` is the recipient's where it is below `recipient`. */
export const settingNames: readonly string[] = [...Object.keys(settings), "account.reference", "recipient"];

function pathsOf(name: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [name] : parts.map((part) => `${name}.${part}`);
}
