/** Reads single values of Akamai's records, and remembers which could not be read. */
import { type Day, dayOf } from "../../model/day.ts";
import type { InvoiceType } from "../../model/invoice.ts";
import { type Currency, type Decimal, toAmount, toCurrency, toDecimal } from "../../model/money.ts";
import type { Warning } from "../../model/warning.ts";
import { textOf } from "./wire.ts";

/** Fields of ours whose upstream value is there but cannot be read. */
export type Unreadable = string[];

/** A day; null when it is missing, or unreadable, which is noted. */
export function readDay(value: unknown, field: string, unreadable: Unreadable): Day | null {
  const text = textOf(value);
  return text === null ? null : noted(dayOf(text), field, unreadable);
}

/** An amount of money; null when it is missing, or unreadable, which is noted. */
export function readAmount(
  value: unknown,
  currency: Currency | null,
  field: string,
  unreadable: Unreadable,
): Decimal | null {
  return isMissing(value) ? null : noted(toAmount(value, currency), field, unreadable);
}

/** A quantity; null when it is missing, or unreadable, which is noted. */
export function readQuantity(value: unknown, field: string, unreadable: Unreadable): Decimal | null {
  return isMissing(value) ? null : noted(toDecimal(value), field, unreadable);
}

/** A currency; null when it is missing, or unreadable, which is noted. */
export function readCurrency(value: unknown, unreadable: Unreadable): Currency | null {
  const text = textOf(value);
  return text === null ? null : noted(toCurrency(text), "currency", unreadable);
}

/** The type that a word of theirs means: the enum is open, and debit memos are mentioned without their literal. */
export function typeOf(word: string | null): InvoiceType {
  if (word === null) return "UNKNOWN";
  if (word === "INVOICE") return "INVOICE";
  if (/credit/i.test(word)) return "CREDIT_MEMO";
  if (/debit/i.test(word)) return "DEBIT_MEMO";
  return /invoice/i.test(word) ? "INVOICE" : "UNKNOWN";
}

/** One warning for each field that could not be read. */
export function unreadableWarnings(unreadable: Unreadable): Warning[] {
  return unreadable.map((field) => ({
    code: "VALUE_UNREADABLE",
    message: `The source's value for ${field} cannot be read.`,
    fields: [field],
    stated: null,
    expected: null,
  }));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function noted<T>(read: T | null, field: string, unreadable: Unreadable): T | null {
  if (read === null) unreadable.push(field);
  return read;
}
