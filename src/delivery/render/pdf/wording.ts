/** The words of a rendered PDF: what a document is called, and the sentences that say what it does. */
import type { ClosedRange } from "../../../model/day.ts";
import type { Invoice, InvoiceLine } from "../../../model/invoice.ts";
import { absoluteAmount, isNegative } from "../../../model/money.ts";

/** What derived amounts are marked with. */
export const derivedMark = "*";

/** The heading: our word for the type; the source's own word where the type is unknown. */
export function titleOf(invoice: Invoice): string {
  switch (invoice.type) {
    case "INVOICE":
      return "Invoice";
    case "CREDIT_MEMO":
      return "Credit memo";
    case "DEBIT_MEMO":
      return "Debit memo";
    case "UNKNOWN":
      return invoice.sourceType ?? "Billing document";
  }
}

/** Both days of a period. */
export function periodText(period: ClosedRange): string {
  return period.from === period.to ? period.from : `${period.from} to ${period.to}`;
}

/** An amount with its currency, where both are known. */
export function money(amount: string | null, currency: string | null): string {
  if (amount === null) return "not stated";
  return currency === null ? amount : `${currency} ${amount}`;
}

/** The sentences under the heading of a credit or debit memo; none for other types. */
export function memoSentences(invoice: Invoice): string[] {
  const { type, totalAmount: total, currency, creditReason, creditedNumbers } = invoice;
  if (type !== "CREDIT_MEMO" && type !== "DEBIT_MEMO") return [];
  const sentences: string[] = [];
  if (total !== null) {
    const effect = isNegative(total) || type === "CREDIT_MEMO" ? "reduces" : "increases";
    sentences.push(
      `This ${titleOf(invoice).toLowerCase()} ${effect} what the customer owes by ${money(absoluteAmount(total), currency)}.`,
    );
  }
  const reason = [creditReason?.code, creditReason?.description].filter(Boolean).join(": ");
  if (reason !== "") sentences.push(`Reason: ${reason}`);
  if (creditedNumbers.length > 0)
    sentences.push(
      `It credits invoice${creditedNumbers.length === 1 ? "" : "s"} ${creditedNumbers.join(", ")}.`,
    );
  return sentences;
}

/** What a line says beside its description and amounts, in one quiet text; "" when nothing. */
export function lineRemarks(line: InvoiceLine): string {
  const remarks = [
    line.product === line.description ? null : line.product,
    line.productCode === null ? null : `Code ${line.productCode}`,
    line.period === null ? null : periodText(line.period),
    line.glCode === null ? null : `GL ${line.glCode}`,
    line.departmentCode === null ? null : `Department ${line.departmentCode}`,
    line.purchaseOrder === null ? null : `PO ${line.purchaseOrder}`,
    line.creditedNumber === null
      ? null
      : `Credits ${line.creditedNumber}${line.creditedLineNumber === null ? "" : `, line ${line.creditedLineNumber}`}`,
  ];
  return remarks.filter((remark) => remark !== null).join(" · ");
}

/** The last sentence of the document. */
export function originSentence(invoice: Invoice): string {
  return `Rendered by InvoiceGraph from ${invoice.source}'s data; it is not ${invoice.source}'s own document.`;
}
