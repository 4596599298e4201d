/** Totals of a list: exact, per currency, and honest about what could not be counted. */
import { monthOf } from "../model/day.ts";
import type { InvoiceType } from "../model/invoice.ts";
import { type Currency, type Decimal, sumAmounts } from "../model/money.ts";
import type { Found } from "./found.ts";

/** What totals can be grouped by; they are always apart by currency as well. */
export type GroupBy = "MONTH" | "CURRENCY" | "SOURCE" | "TYPE" | "CUSTOMER";

/** Why an invoice is not in a sum. */
export type OmissionReason = "NO_CURRENCY" | "NO_TOTAL" | "NO_NET" | "NO_TAX";

export interface Omission {
  readonly reason: OmissionReason;
  readonly count: number;
  /** The ids of the first hundred. */
  readonly invoiceIds: readonly string[];
}

/** One group: the sums of its invoices in one currency. Credit memos are negative and so subtract. */
export interface TotalsGroup {
  /** "2026-02"; null when not grouped by month, or for invoices without a day of issue. */
  readonly month: string | null;
  readonly source: string | null;
  readonly type: InvoiceType | null;
  /** A directory key. */
  readonly customerKey: string | null;
  /** Null for the invoices whose currency is unknown: they are counted, never summed. */
  readonly currency: Currency | null;
  readonly count: number;
  /** Null for an unknown currency. */
  readonly netAmount: Decimal | null;
  readonly taxAmount: Decimal | null;
  readonly totalAmount: Decimal | null;
  /** The invoices of this group that a sum leaves out. */
  readonly omissions: readonly Omission[];
}

const maxOmittedIds = 100;

/** The groups, ordered by month, source, type, customer and currency. */
export function totalsOf(found: Iterable<Found>, groupBy: readonly GroupBy[]): TotalsGroup[] {
  const by = new Set(groupBy);
  const groups = new Map<string, { key: TotalsGroup; members: Found[] }>();
  for (const item of found) {
    const { invoice, customer } = item;
    const month = by.has("MONTH") && invoice.issuedOn !== null ? monthOf(invoice.issuedOn) : null;
    const source = by.has("SOURCE") ? invoice.source : null;
    const type = by.has("TYPE") ? invoice.type : null;
    const customerKey = by.has("CUSTOMER") ? customer.key : null;
    const text = `${month ?? "~"}\u0000${source ?? ""}\u0000${type ?? ""}\u0000${customerKey ?? ""}\u0000${invoice.currency ?? "~"}`;
    const group = groups.get(text);
    if (group !== undefined) group.members.push(item);
    else {
      const key = { month, source, type, customerKey, currency: invoice.currency };
      groups.set(text, { key: { ...key, ...emptySums }, members: [item] });
    }
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { key, members }]) => ({ ...key, ...sumsOf(members, key.currency) }));
}

const emptySums = { count: 0, netAmount: null, taxAmount: null, totalAmount: null, omissions: [] };

function sumsOf(members: readonly Found[], currency: Currency | null) {
  if (currency === null) {
    return {
      count: members.length,
      netAmount: null,
      taxAmount: null,
      totalAmount: null,
      omissions: omission("NO_CURRENCY", members),
    };
  }
  const sum = (read: (found: Found) => Decimal | null) =>
    sumAmounts(
      members.map(read).filter((amount) => amount !== null),
      currency,
    );
  const without = (read: (found: Found) => Decimal | null) => members.filter((found) => read(found) === null);
  return {
    count: members.length,
    netAmount: sum(net),
    taxAmount: sum(tax),
    totalAmount: sum(total),
    omissions: [
      ...omission("NO_NET", without(net)),
      ...omission("NO_TAX", without(tax)),
      ...omission("NO_TOTAL", without(total)),
    ],
  };
}

function omission(reason: OmissionReason, members: readonly Found[]): Omission[] {
  if (members.length === 0) return [];
  return [
    {
      reason,
      count: members.length,
      invoiceIds: members.slice(0, maxOmittedIds).map(({ invoice }) => invoice.id),
    },
  ];
}

const net = ({ invoice }: Found) => invoice.netAmount;
const tax = ({ invoice }: Found) => invoice.taxAmount;
const total = ({ invoice }: Found) => invoice.totalAmount;
