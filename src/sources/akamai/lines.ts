/** The lines of Akamai's download in our words. */
import type { ClosedRange } from "../../model/day.ts";
import type { DerivedAmount, InvoiceLine } from "../../model/invoice.ts";
import {
  addAmounts,
  type Currency,
  type Decimal,
  isNegative,
  isZero,
  negateAmount,
  subtractAmounts,
  sumAmounts,
} from "../../model/money.ts";
import { readAmount, readDay, readQuantity, type Unreadable } from "./values.ts";
import { type DownloadedLine, textOf } from "./wire.ts";

const none: readonly DerivedAmount[] = [];

/** One line; `purchaseOrder` is the header's, for lines that have none of their own. */
export function toLine(
  line: DownloadedLine,
  index: number,
  currency: Currency | null,
  purchaseOrder: string | null,
  unreadable: Unreadable,
): InvoiceLine {
  const at = `lines[${index}]`;
  let derivedAmounts = none;
  let net = readAmount(line.ITEM_TOTAL_SERVICES, currency, `${at}.netAmount`, unreadable);
  let tax = readAmount(line.ITEM_TOTAL_TAXES, currency, `${at}.taxAmount`, unreadable);
  let total = readAmount(line.ITEM_TOTAL, currency, `${at}.totalAmount`, unreadable);
  if (net === null && tax !== null && total !== null) {
    net = subtractAmounts(total, tax, currency);
    derivedAmounts = ["NET"];
  } else if (tax === null && net !== null && total !== null) {
    tax = subtractAmounts(total, net, currency);
    derivedAmounts = ["TAX"];
  } else if (total === null && net !== null && tax !== null) {
    total = addAmounts(net, tax, currency);
    derivedAmounts = ["TOTAL"];
  }
  return {
    description: textOf(line.ITEM_DESC),
    quantity: readQuantity(line.ITEM_UNITS, `${at}.quantity`, unreadable),
    unit: textOf(line.UNIT_MEASURE),
    unitPrice: readAmount(line.ITEM_UNIT_PRICE, currency, `${at}.unitPrice`, unreadable),
    netAmount: net,
    taxAmount: tax,
    totalAmount: total,
    derivedAmounts,
    product: textOf(line.PRODUCT),
    productCode: textOf(line.PRODUCT_ID),
    glCode: null,
    departmentCode: null,
    period: readPeriod(line, at, unreadable),
    purchaseOrder: textOf(line.PO_NUMBER) ?? purchaseOrder,
    creditedNumber: textOf(line.CREDITED_INVOICE_NUMBER),
    creditedLineNumber: textOf(line.CREDITED_INVOICE_LINE_NUMBER),
  };
}

/** The sum of one amount over all lines; null when there are no lines, or one lacks it. */
export function sumOf(
  lines: readonly InvoiceLine[],
  field: "netAmount" | "taxAmount" | "totalAmount",
  currency: Currency | null,
): Decimal | null {
  const parts: Decimal[] = [];
  for (const line of lines) {
    const part = line[field];
    if (part === null) return null;
    parts.push(part);
  }
  return parts.length === 0 ? null : sumAmounts(parts, currency);
}

/** Does a credit memo's sum say that the customer owes more? Then its lines are stated without their sign. */
export function isStatedPositive(lines: readonly InvoiceLine[], currency: Currency | null): boolean {
  const sum = sumAmounts(
    lines.map((line) => line.totalAmount ?? line.netAmount ?? "0"),
    currency,
  );
  return !isNegative(sum) && !isZero(sum);
}

/** The same line with the other sign; quantity and price keep theirs. */
export function turned(line: InvoiceLine): InvoiceLine {
  return {
    ...line,
    netAmount: line.netAmount === null ? null : negateAmount(line.netAmount),
    taxAmount: line.taxAmount === null ? null : negateAmount(line.taxAmount),
    totalAmount: line.totalAmount === null ? null : negateAmount(line.totalAmount),
  };
}

/** From the first day to the last of all lines that have a period; null when none has. */
export function periodOf(lines: readonly InvoiceLine[]): ClosedRange | null {
  let whole: ClosedRange | null = null;
  for (const { period } of lines) {
    if (period === null) continue;
    const from: string = whole === null || period.from < whole.from ? period.from : whole.from;
    const to: string = whole === null || period.to > whole.to ? period.to : whole.to;
    whole = { from, to };
  }
  return whole;
}

// EFFECTIVE_END_DATE is no part of it: it may lie a year after ITEM_END_DATE and means something else.
function readPeriod(line: DownloadedLine, at: string, unreadable: Unreadable): ClosedRange | null {
  const from = readDay(line.ITEM_START_DATE, `${at}.period`, unreadable);
  const to = readDay(line.ITEM_END_DATE, `${at}.period`, unreadable);
  return from === null || to === null ? null : { from, to };
}
