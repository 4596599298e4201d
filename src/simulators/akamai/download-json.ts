/** The JSON of a download: an invoice with its end customers and lines. */
import type { AkamaiInvoiceFact, InvoiceLineFact } from "../facts.ts";
import { exactNumber } from "../json-text.ts";
import type { World } from "../world.ts";
import type { HasQuirk } from "./quirks.ts";

const typeWords = {
  INVOICE: "Standard Invoice",
  CREDIT_MEMO: "Credit Memo",
  DEBIT_MEMO: "Debit Memo",
} as const;

/** The body of `Accept: application/json`. */
export function toDownloadJson(fact: AkamaiInvoiceFact, world: World, has: HasQuirk): { INVOICE: object } {
  const current = toInvoice(fact, fact.version, fact.lines, world, has);
  if (!has("invoiceArray")) return { INVOICE: current };
  // The versions before had the first line only.
  const earlier = Array.from({ length: fact.version - 1 }, (_, index) =>
    toInvoice(fact, index + 1, fact.lines.slice(0, 1), world, has),
  );
  return { INVOICE: [current, ...earlier] };
}

function toInvoice(
  fact: AkamaiInvoiceFact,
  version: number,
  lines: readonly InvoiceLineFact[],
  world: World,
  has: HasQuirk,
): object {
  const customer = world.customer(fact.customerId);
  const split = has("severalEndCustomers") ? Math.ceil(lines.length / 2) : lines.length;
  const groups = [lines.slice(0, split), lines.slice(split)].filter((group) => group.length > 0);
  const endCustomers = groups.map((group, index) => ({
    END_CUSTOMER_ACCOUNT_ID: index === 0 ? fact.accountId : `${fact.accountId}-${index + 1}`,
    END_CUSTOMER_ACCOUNT_NAME: customer?.name ?? "",
    END_CUSTOMER_EXTERNAL_REFERENCE: "1234567890",
    END_CUSTOMER_ORDER_ID: fact.orderId,
    INVOICE_LINE: oneOrMany(
      group.map((line) => toLine(line, fact, has)),
      has,
    ),
  }));
  return {
    ACCOUNT_ID: world.akamai.accountId,
    ACCOUNT_NAME: world.akamai.accountName,
    END_CUSTOMER: oneOrMany(endCustomers, has),
    FINALIZED_DATE: fact.finalizedOn,
    INVOICE_CURRENCY: fact.currency,
    INVOICE_DATE: fact.issuedOn,
    INVOICE_ID: has("textIds") ? String(fact.invoiceId) : fact.invoiceId,
    INVOICE_ORDER_ID: fact.orderId,
    INVOICE_TYPE: typeWords[fact.type],
    INVOICE_VERSION: version,
    ...optional("PO_NUMBER", fact.purchaseOrder, has),
  };
}

function toLine(line: InvoiceLineFact, { issuedOn }: AkamaiInvoiceFact, has: HasQuirk): object {
  const amount = (text: string) => exactNumber(has("positiveCredits") ? text.replace(/^-/, "") : text);
  const credited = line.creditedInvoiceNumber;
  return {
    CREDITED_INVOICE_LINE_NUMBER: line.creditedLineNumber,
    CREDITED_INVOICE_NUMBER: credited !== null && has("textIds") ? Number(credited) : credited,
    EFFECTIVE_END_DATE: `${Number(issuedOn.slice(0, 4)) + 1}${line.periodEnd.slice(4)}`.replace(
      "02-29",
      "02-28",
    ),
    ITEM_DESC: line.description,
    ITEM_END_DATE: line.periodEnd,
    ITEM_START_DATE: line.periodStart,
    ITEM_TOTAL: amount(line.total),
    ITEM_TOTAL_SERVICES: amount(line.net),
    ITEM_TOTAL_TAXES: amount(line.tax),
    ITEM_TYPE: "U",
    ITEM_UNITS: exactNumber(line.quantity),
    ITEM_UNIT_PRICE: amount(line.unitPrice),
    ...optional("PO_NUMBER", line.purchaseOrder, has),
    PRODUCT: line.product,
    PRODUCT_ID: line.productId,
    UNIT_MEASURE: line.unit,
  };
}

function optional(name: string, value: string | null, has: HasQuirk): Record<string, string | null> {
  return value !== null || has("explicitNulls") ? { [name]: value } : {};
}

function oneOrMany<Item>(items: Item[], has: HasQuirk): Item[] | Item {
  const [first, ...others] = items;
  return has("singleObjects") && first !== undefined && others.length === 0 ? first : items;
}
