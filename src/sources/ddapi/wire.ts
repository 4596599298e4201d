/** What DDAPI sends, in its words: fields by name whatever their case, in JSON or from the texts of XML. */
import { type Decimal, toDecimal } from "../../model/money.ts";

/** The document's thirteen fields and the one that some deployments add; any of them may be null or missing. */
export const settingsFields = [
  "CustomerNumber",
  "RetainsInvoiceType",
  "CurrencyId",
  "TermsOfPaymentId",
  "PaysInvoiceFee",
  "InvoiceTypeId",
  "InterestTypeId",
  "InvoiceCycleId",
  "InvoiceRecipientCustomerNumber",
  "CreditAccountId",
  "AllowInvoicePaymentFromOrder",
  "SendInvoiceFromOrderAsEmail",
  "InvoiceOrderPaymentEmailAddress",
  "ReverseTax",
] as const;

/** The fields of a currency. */
export const currencyFields = ["Id", "Name", "Rate", "RoundingAmount", "CurrencyCode"] as const;

/** The fields of terms of payment. */
export const termsFields = ["Id", "Name", "Days", "FreeDeliveryMonth", "DiscountDays", "Discount"] as const;

/** The values of the fields, null where missing. */
export type Fields<Name extends string> = Readonly<Record<Name, unknown>>;

/** The fields of a record by the document's names, whatever their case; null when the value is no record or has none of them. */
export function readFields<Name extends string>(value: unknown, names: readonly Name[]): Fields<Name> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const sent = new Map<string, unknown>();
  for (const [name, each] of Object.entries(value)) sent.set(name.toLowerCase(), each);
  let hasAny = false;
  const fields = {} as Record<Name, unknown>;
  for (const name of names) {
    const key = name.toLowerCase();
    hasAny ||= sent.has(key);
    fields[name] = sent.get(key) ?? null;
  }
  return hasAny ? fields : null;
}

/** An integer as canonical text ("007" and 7.0 -> "7"); null when it is none. */
export function integerText(value: unknown): string | null {
  const text = toDecimal(value);
  return text !== null && /^-?\d+$/.test(text) ? text : null;
}

/** An integer that a JS number holds; null when it is none. */
export function integer(value: unknown): number | null {
  const text = integerText(value);
  const number = text === null ? Number.NaN : Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/** A decimal with all its digits; null when it is none. */
export function decimal(value: unknown): Decimal | null {
  return toDecimal(value);
}

/** true and false, also as text; null when it is neither. XML Schema writes 1 and 0, too. */
export function boolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const text = String(value).trim().toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

/** A text without white space around it; null when nothing is left. */
export function text(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const trimmed = value.trim();
  return trimmed === "" ? null : trimmed;
}
