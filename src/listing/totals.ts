/** Totals of a list: exact, per currency, and honest about what could not be counted. */
import { monthOf } from "../model/day.ts";
import type { Invoice, InvoiceType } from "../model/invoice.ts";
import { type Currency, type Decimal, sumAmounts } from "../model/money.ts";
import { createPace } from "../model/pace.ts";
import type { Found } from "./found.ts";

/** What totals can be grouped by; they are always apart by currency as well. */
export type GroupBy = "MONTH" | "CURRENCY" | "SOURCE" | "TYPE" | "CUSTOMER";

/** Why an invoice is not in a sum. */
export type OmissionReason = "NO_CURRENCY" | "NO_TOTAL" | "NO_NET" | "NO_TAX";

/** Invoices of a group that one of its sums leaves out. */
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
// So many amounts are added up in one go, without a text for each step.
const sumBatch = 1_000;

/** The groups, ordered by month, source, type, customer and currency. */
export async function totalsOf(
  parts: Iterable<readonly Found[]>,
  groupBy: readonly GroupBy[],
): Promise<TotalsGroup[]> {
  const by = new Set(groupBy);
  const groups = new Map<string, Group>();
  const pace = createPace();
  for (const found of parts) {
    for (let i = 0; i < found.length; i++) {
      if (i % 64 === 63 && pace.isDue()) await pace.rest();
      const { invoice, customer } = found[i] as Found;
      const month = by.has("MONTH") && invoice.issuedOn !== null ? monthOf(invoice.issuedOn) : null;
      const source = by.has("SOURCE") ? invoice.source : null;
      const type = by.has("TYPE") ? invoice.type : null;
      const customerKey = by.has("CUSTOMER") ? customer.key : null;
      const { currency } = invoice;
      const text = [month ?? "~", source ?? "", type ?? "", customerKey ?? "", currency ?? "~"].join(
        "\u0000",
      );
      let group = groups.get(text);
      if (group === undefined) {
        group = new Group({ month, source, type, customerKey, currency });
        groups.set(text, group);
      }
      group.add(invoice);
    }
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group.sums());
}

type GroupKey = Pick<TotalsGroup, "month" | "source" | "type" | "customerKey" | "currency">;

class Group {
  private readonly key: GroupKey;
  private readonly net: Sum;
  private readonly tax: Sum;
  private readonly total: Sum;
  private readonly withoutCurrency = new Omitted("NO_CURRENCY");
  private count = 0;

  constructor(key: GroupKey) {
    this.key = key;
    this.net = new Sum(key.currency, "NO_NET");
    this.tax = new Sum(key.currency, "NO_TAX");
    this.total = new Sum(key.currency, "NO_TOTAL");
  }

  add(invoice: Invoice): void {
    this.count++;
    if (this.key.currency === null) return this.withoutCurrency.add(invoice);
    this.net.add(invoice.netAmount, invoice);
    this.tax.add(invoice.taxAmount, invoice);
    this.total.add(invoice.totalAmount, invoice);
  }

  sums(): TotalsGroup {
    const { key, count, net, tax, total } = this;
    const omitted = [this.withoutCurrency, net.omitted, tax.omitted, total.omitted];
    const omissions = omitted.filter((each) => each.count > 0).map((each) => each.read());
    if (key.currency === null) {
      return { ...key, count, netAmount: null, taxAmount: null, totalAmount: null, omissions };
    }
    const [netAmount, taxAmount, totalAmount] = [net.read(), tax.read(), total.read()];
    return { ...key, count, netAmount, taxAmount, totalAmount, omissions };
  }
}

class Sum {
  readonly omitted: Omitted;
  private readonly currency: Currency | null;
  private pending: Decimal[] = [];

  constructor(currency: Currency | null, reason: OmissionReason) {
    this.currency = currency;
    this.omitted = new Omitted(reason);
  }

  add(amount: Decimal | null, invoice: Invoice): void {
    if (amount === null) this.omitted.add(invoice);
    else if (this.pending.push(amount) >= sumBatch) this.pending = [this.read()];
  }

  read(): Decimal {
    return sumAmounts(this.pending, this.currency);
  }
}

class Omitted {
  private readonly reason: OmissionReason;
  private readonly ids: string[] = [];
  count = 0;

  constructor(reason: OmissionReason) {
    this.reason = reason;
  }

  add(invoice: Invoice): void {
    this.count++;
    // An id is made when it is read: only of these.
    if (this.ids.length < maxOmittedIds) this.ids.push(invoice.id);
  }

  read(): Omission {
    return { reason: this.reason, count: this.count, invoiceIds: this.ids };
  }
}
