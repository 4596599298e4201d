/** Random worlds of invoices, and what lists of them are asked for, for property tests. */
import * as fc from "fast-check";
import type { InvoiceFilter } from "../../src/listing/filter.ts";
import type { InvoiceOrder } from "../../src/listing/order.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import { type Shape, invoiceOf } from "./memory.ts";

export const accounts = ["a1", "b2", "c3"];
export const shapes: Readonly<Record<string, Shape>> = {
  mobile: "ACCOUNT",
  freight: "MONTH",
  cdn: "ACCOUNT_MONTH",
};
export const sourceIds = Object.keys(shapes);
export const everything = { customer: null, withSubCustomers: false };
const warning = { code: "MINOR_UNITS", message: "", fields: [], stated: null, expected: null } as const;

const day = (from: string, days: number) =>
  fc
    .integer({ min: 0, max: days })
    .map((n) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10));
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 5 });
const amount = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.constantFrom("", ".5", ".25", ".125"))
  .map(([whole, fraction]) => (whole === 0 ? "0" : `${whole}${fraction}`));

// Few values, so that ties are common; a month before the window and a month after it too.
export const invoices = fc
  .array(
    fc.record({
      source: fc.constantFrom(...sourceIds),
      account: fc.constantFrom(...accounts),
      issuedOn: nullable(fc.oneof(day("2026-05-28", 20), day("2025-06-20", 400))),
      dueOn: nullable(day("2026-06-01", 10)),
      createdAt: nullable(day("2026-06-01", 5).map((text) => `${text}T00:00:00.000Z`)),
      currency: nullable(fc.constantFrom("EUR", "JPY")),
      totalAmount: nullable(amount),
      type: fc.constantFrom("INVOICE", "CREDIT_MEMO"),
      prefix: fc.constantFrom("LT", "lt", "AB"),
      digits: fc.integer({ min: 0, max: 120 }),
      purchaseOrder: nullable(fc.constantFrom("PO-1", "PO-2")),
      hasWarning: fc.boolean(),
      isDetailed: fc.boolean(),
      /** The page before which it appears. */
      appears: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
    }),
    { maxLength: 24 },
  )
  .map((records) =>
    records.map(({ prefix, digits, hasWarning, appears, source, account, issuedOn, ...values }, index) => ({
      appears,
      invoice: invoiceOf({ source, account }, `i${index}`, {
        ...values,
        // An invoice without a date is in no month's answer.
        issuedOn: shapes[source] === "ACCOUNT" ? issuedOn : (issuedOn ?? "2026-06-01"),
        // Unique, so that no warning about repetition comes in.
        number: `${prefix}${digits * 100 + index}`,
        warnings: hasWarning ? [warning] : [],
      } as Partial<Invoice>),
    })),
  );

const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 }).map((value) => value);
const range = (from: string, days: number) =>
  fc
    .tuple(nullable(day(from, days)), nullable(day(from, days)))
    .filter(([a, b]) => a === null || b === null || a <= b)
    .map(([a, b]) => ({ from: a, to: b }));
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });

export const filters: fc.Arbitrary<InvoiceFilter> = fc
  .record({
    issuedOn: optional(range("2026-05-20", 40)),
    dueOn: rarely(range("2026-06-01", 10)),
    types: rarely(fc.constant(["INVOICE"] as const)),
    currencies: rarely(fc.subarray(["EUR", "JPY"])),
    sources: rarely(fc.subarray(sourceIds)),
    customers: rarely(fc.subarray(accounts)),
    number: rarely(
      fc.oneof(
        fc.integer({ min: 0, max: 2_000 }).map((n) => ({ equals: String(n) })),
        fc.constantFrom("T", "b1", "0").map((text) => ({ contains: text })),
      ),
    ),
    totalAmount: rarely(
      fc.record({ currency: fc.constant("EUR"), min: nullable(amount), max: nullable(amount) }),
    ),
    pastDueOn: rarely(day("2026-06-01", 10)),
    hasWarnings: rarely(fc.boolean()),
    purchaseOrder: rarely(fc.constantFrom("PO-1", "PO-2")),
  })
  // Most of the time only one or two conditions, else hardly anything is left to page through.
  .chain((all) =>
    fc
      .subarray(Object.entries(all), { maxLength: 3 })
      .map((some) => Object.fromEntries(some) as InvoiceFilter),
  );

export const orders: fc.Arbitrary<InvoiceOrder> = fc.record({
  field: fc.constantFrom("ISSUED_ON", "DUE_ON", "TOTAL_AMOUNT", "NUMBER", "CREATED_AT", "CUSTOMER_NAME"),
  direction: fc.constantFrom("ASC", "DESC"),
});
