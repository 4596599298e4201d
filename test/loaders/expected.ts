/** What a list must hold and in which order, said a second time and as plainly as can be, for property tests. */
import type { InvoiceFilter } from "../../src/listing/filter.ts";
import type { InvoiceOrder } from "../../src/listing/order.ts";
import type { Invoice } from "../../src/model/invoice.ts";

/** Does it match, where the list covers these days of issue? */
export function isExpected(
  invoice: Invoice,
  filter: InvoiceFilter,
  window: readonly [string, string],
): boolean {
  const { issuedOn, dueOn, number, currency, totalAmount } = invoice;
  if (issuedOn === null ? filter.issuedOn !== undefined : issuedOn < window[0] || issuedOn > window[1])
    return false;
  if (filter.dueOn && !inRange(dueOn, filter.dueOn)) return false;
  if (filter.types && !filter.types.includes(invoice.type)) return false;
  if (filter.currencies && !filter.currencies.some((each) => each === currency)) return false;
  if (filter.sources && !filter.sources.includes(invoice.source)) return false;
  if (filter.customers && !filter.customers.includes(invoice.account)) return false;
  if (filter.number?.contains && !number?.toLowerCase().includes(filter.number.contains.toLowerCase()))
    return false;
  if (filter.number?.equals && Number(number?.replace(/\D/g, "")) !== Number(filter.number.equals))
    return false;
  if (filter.totalAmount) {
    const { min, max } = filter.totalAmount;
    if (currency !== filter.totalAmount.currency || totalAmount === null) return false;
    if (min !== null && thousandths(totalAmount) < thousandths(min)) return false;
    if (max !== null && thousandths(totalAmount) > thousandths(max)) return false;
  }
  if (filter.pastDueOn && !(dueOn !== null && dueOn < filter.pastDueOn)) return false;
  if (filter.hasWarnings !== undefined && filter.hasWarnings !== invoice.warnings.length > 0) return false;
  return filter.purchaseOrder === undefined || filter.purchaseOrder === invoice.purchaseOrder;
}

/** Below zero when a comes first. */
export function compareExpected(a: Invoice, b: Invoice, { field, direction }: InvoiceOrder): number {
  const way = direction === "ASC" ? 1 : -1;
  const read = (invoice: Invoice): readonly (string | bigint | number | null)[] => {
    switch (field) {
      case "ISSUED_ON":
        return [invoice.issuedOn];
      case "DUE_ON":
        return [invoice.dueOn];
      case "CREATED_AT":
        return [invoice.createdAt];
      case "CUSTOMER_NAME":
        return [invoice.account];
      case "NUMBER":
        // Numbers of the test are two letters and digits.
        return invoice.number === null
          ? [null]
          : [invoice.number.slice(0, 2).toLowerCase(), Number(invoice.number.slice(2))];
      case "TOTAL_AMOUNT":
        return invoice.totalAmount === null
          ? [null]
          : [invoice.currency ?? "~", thousandths(invoice.totalAmount)];
    }
  };
  const [left, right] = [read(a), read(b)];
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? null;
    if (value === other) continue;
    if (value === null) return 1;
    if (other === null) return -1;
    return value < other ? -way : way;
  }
  return a.id === b.id ? 0 : a.id < b.id ? -way : way;
}

function thousandths(amount: string): bigint {
  const [whole = "", fraction = ""] = amount.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(3, "0"));
  return amount.startsWith("-") ? -units : units;
}

function inRange(day: string | null, { from, to }: { from: string | null; to: string | null }): boolean {
  return day !== null && day >= (from ?? "0000") && day <= (to ?? "9999");
}
