/** The orders of a list: each gives every invoice one place, the same for all sources. */
import type { Customer } from "../model/customer.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Decimal } from "../model/money.ts";

export type OrderField = "ISSUED_ON" | "DUE_ON" | "TOTAL_AMOUNT" | "NUMBER" | "CREATED_AT" | "CUSTOMER_NAME";
export type Direction = "ASC" | "DESC";

/** What a list is ordered by; ties are ordered by id. */
export interface InvoiceOrder {
  readonly field: OrderField;
  readonly direction: Direction;
}

/** Latest first. */
export const defaultOrder: InvoiceOrder = { field: "ISSUED_ON", direction: "DESC" };

/** An invoice's place: a text that compares as the value does, null for no value, and the id for ties. */
export interface Place {
  readonly value: string | null;
  readonly id: string;
}

type ReadValue = (invoice: Invoice, customer: Customer) => string | null;

const valueOf: Readonly<Record<OrderField, ReadValue>> = {
  ISSUED_ON: ({ issuedOn }) => issuedOn,
  DUE_ON: ({ dueOn }) => dueOn,
  CREATED_AT: ({ createdAt }) => createdAt,
  TOTAL_AMOUNT: ({ totalAmount, currency }) =>
    totalAmount === null ? null : `${currency ?? "~"} ${sortableAmount(totalAmount)}`,
  NUMBER: ({ number }) => (number === null ? null : sortableNumber(number)),
  CUSTOMER_NAME: (_invoice, { name }) => sortableName(name),
};

/** Reads the value of an invoice's place in that order. */
export function valueReader({ field }: InvoiceOrder): ReadValue {
  return valueOf[field];
}

/** Negative when a comes before b. Without a value: last both ways. Ties: by id, the way of the order. */
export function comparePlaces(a: Place, b: Place, isUpwards: boolean): number {
  if (a.value !== b.value) {
    if (a.value === null) return 1;
    if (b.value === null) return -1;
    return a.value < b.value === isUpwards ? -1 : 1;
  }
  if (a.id === b.id) return 0;
  return a.id < b.id === isUpwards ? -1 : 1;
}

/** A decimal as text that compares as the number does: sign, how many digits before the point, digits; negative digits complemented. */
function sortableAmount(amount: Decimal): string {
  const negative = amount.startsWith("-");
  const [whole = "", fraction = ""] = amount.replace("-", "").split(".");
  const digits = `${countText(whole)}${whole}.${fraction.replace(/0+$/, "")}`;
  // "~" is greater than every digit: of two negative amounts, the one with more decimals left is the smaller.
  return negative ? `-${digits.replace(/\d/g, (digit) => String(9 - Number(digit)))}~` : `0${digits}`;
}

/** Runs of digits compare by value: LT9 before LT10. */
function sortableNumber(number: string): string {
  return number.toLowerCase().replace(/\d+/g, (run) => {
    const digits = run.replace(/^0+/, "");
    return countText(digits) + digits;
  });
}

function countText(digits: string): string {
  return String(digits.length).padStart(3, "0");
}

/** Letters without case and marks first, so that Ärlig stands beside Arlig. */
function sortableName(name: string): string {
  return `${name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()}\u0000${name}`;
}
