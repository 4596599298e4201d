/** The typed filter and order of lists and totals. */
import { type InvoiceFilter } from "../listing/filter.ts";
import { type Direction, type InvoiceOrder, type OrderField, defaultOrder } from "../listing/order.ts";
import { readIdOf } from "../model/id.ts";
import { badInput } from "./errors.ts";
import { builder } from "./builder.ts";
import { mustBeIdOf } from "./relay.ts";
import { InvoiceTypeEnum, describedValues } from "./values.ts";

const DayRangeInput = builder.inputType("DayRangeInput", {
  description: "A range of days; both ends are included, and either may be left open.",
  fields: (t) => ({
    from: t.field({ type: "LocalDate", description: "The first day. Default: open." }),
    to: t.field({ type: "LocalDate", description: "The last day. Default: open." }),
  }),
});

const DateTimeRangeInput = builder.inputType("DateTimeRangeInput", {
  description: "A range of instants; both ends are included, and either may be left open.",
  fields: (t) => ({
    from: t.field({ type: "DateTime", description: "The first instant. Default: open." }),
    to: t.field({ type: "DateTime", description: "The last instant. Default: open." }),
  }),
});

const NumberFilterInput = builder.inputType("InvoiceNumberFilter", {
  description: "A condition on the invoice number. Upper and lower case are not distinguished.",
  fields: (t) => ({
    equals: t.string({
      description: 'The whole number. Digits alone also match a number with a prefix: "123" finds "LT00123".',
    }),
    contains: t.string({ description: "Any part of the number." }),
  }),
});

const AmountRangeInput = builder.inputType("AmountRangeInput", {
  description: "A range of amounts in one currency; both ends are included, and either may be left open.",
  fields: (t) => ({
    currency: t.field({
      type: "Currency",
      required: true,
      description: "The currency; amounts in other currencies never match.",
    }),
    min: t.field({ type: "Decimal", description: "The lowest amount." }),
    max: t.field({ type: "Decimal", description: "The highest amount." }),
  }),
});

export const InvoiceFilterInput = builder.inputType("InvoiceFilter", {
  description:
    "Conditions on invoices; all that are given must hold. An invoice that lacks a value never matches a condition on that value.",
  fields: (t) => ({
    issuedOn: t.field({
      type: DayRangeInput,
      description:
        "The issue date; it decides which months the sources are asked for. Default: the current month and the eleven before it.",
    }),
    dueOn: t.field({ type: DayRangeInput, description: "The due date." }),
    billingPeriod: t.field({
      type: DayRangeInput,
      description:
        "The billing period overlaps this range. Costs one more upstream call per invoice where a source's list does not include it (Akamai).",
    }),
    createdAt: t.field({ type: DateTimeRangeInput, description: "When the source generated it." }),
    types: t.field({ type: [InvoiceTypeEnum], description: "Of one of these types." }),
    currencies: t.field({ type: ["Currency"], description: "In one of these currencies." }),
    sources: t.idList({
      description: "From one of these sources, by their configured names. Other sources are not asked.",
    }),
    customers: t.idList({
      description: "Of one of these customers, by their global ids. Nothing is asked about others.",
    }),
    number: t.field({ type: NumberFilterInput, description: "The invoice number." }),
    totalAmount: t.field({ type: AmountRangeInput, description: "The total amount." }),
    pastDueOn: t.field({
      type: "LocalDate",
      description: "Due before this day. No source says what has been paid, so this does not mean unpaid.",
    }),
    creditReason: t.string({ description: "The credit reason's code, or a part of its description." }),
    purchaseOrder: t.string({
      description:
        "The purchase order of the invoice or of one of its lines. Costs one more upstream call per invoice where a source's list does not include it (Akamai).",
    }),
    hasWarnings: t.boolean({
      description:
        "Only invoices with warnings (true), or without any (false). Costs one more upstream call per invoice where a source's list does not include lines (Akamai).",
    }),
  }),
});

const OrderFieldEnum = builder.enumType("InvoiceOrderField", {
  description:
    "What a list is ordered by. Invoices without the value come last in both directions; ties are ordered by id.",
  values: describedValues<OrderField>({
    ISSUED_ON: "The issue date.",
    DUE_ON: "The due date.",
    TOTAL_AMOUNT: "The total amount, within each currency: first by currency code, then by amount.",
    NUMBER: "The number; digits in it compare by value, so LT9 comes before LT10.",
    CREATED_AT: "When the source generated it.",
    CUSTOMER_NAME: "The customer's name, without regard to case and accents.",
  }),
});

const DirectionEnum = builder.enumType("OrderDirection", {
  description: "The direction of an order.",
  values: describedValues<Direction>({
    ASC: "Ascending: the smallest first.",
    DESC: "Descending: the greatest first.",
  }),
});

export const InvoiceOrderInput = builder.inputType("InvoiceOrder", {
  description: "The order of a list.",
  fields: (t) => ({
    field: t.field({ type: OrderFieldEnum, required: true, description: "What to order by." }),
    direction: t.field({
      type: DirectionEnum,
      required: true,
      defaultValue: "ASC",
      description: "The direction.",
    }),
  }),
});

type FilterInput = typeof InvoiceFilterInput.$inferInput;

/** The input as the list engine takes it; throws BAD_ID and BAD_INPUT. Nulls are the same as left out. */
export function toFilter(input: FilterInput | null | undefined): InvoiceFilter {
  if (input === null || input === undefined) return {};
  const { issuedOn, dueOn, billingPeriod, createdAt, number, totalAmount } = input;
  return withoutUndefined({
    issuedOn: toRange(issuedOn, "issuedOn"),
    dueOn: toRange(dueOn, "dueOn"),
    billingPeriod: toRange(billingPeriod, "billingPeriod"),
    createdAt: toRange(createdAt, "createdAt"),
    types: input.types ?? undefined,
    currencies: input.currencies ?? undefined,
    sources: input.sources ?? undefined,
    customers: input.customers?.map((id) => readIdOf("Customer", mustBeIdOf("Customer", id))?.[0] ?? ""),
    number: number
      ? withoutUndefined({ equals: number.equals ?? undefined, contains: number.contains ?? undefined })
      : undefined,
    totalAmount: totalAmount
      ? { currency: totalAmount.currency, min: totalAmount.min ?? null, max: totalAmount.max ?? null }
      : undefined,
    pastDueOn: input.pastDueOn ?? undefined,
    creditReason: input.creditReason ?? undefined,
    purchaseOrder: input.purchaseOrder ?? undefined,
    hasWarnings: input.hasWarnings ?? undefined,
  });
}

/** The order that is asked for, or the default. */
export function toOrder(input: InvoiceOrder | null | undefined): InvoiceOrder {
  return input ?? defaultOrder;
}

function toRange(
  range: { from?: string | null | undefined; to?: string | null | undefined } | null | undefined,
  field: string,
) {
  if (range === null || range === undefined) return undefined;
  const from = range.from ?? null;
  const to = range.to ?? null;
  // Open at both ends it asks for nothing: what has no such value is not to be left out for it.
  if (from === null && to === null) return undefined;
  if (from !== null && to !== null && from > to) {
    throw badInput(`\`${field}\` ends before it begins: \`from\` is ${from}, \`to\` is ${to}.`);
  }
  return { from, to };
}

// Cursors are bound to the filter's JSON: what is left out must leave no trace.
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
