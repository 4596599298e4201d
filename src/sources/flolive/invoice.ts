/** An invoice of floLIVE's list that works out a field when it is first asked for, and keeps little of what was sent. */
import { type ClosedRange, dayOf } from "../../model/day.ts";
import { toInstant } from "../../model/instant.ts";
import type { FileOffer } from "../../model/file.ts";
import { readIdOf } from "../../model/id.ts";
import type { DerivedAmount, Invoice } from "../../model/invoice.ts";
import { type Decimal, toAmount } from "../../model/money.ts";
import { unitsOf, writeUnits } from "../../model/small-decimal.ts";
import type { SentTexts } from "../../model/provenance.ts";
import type { Warning } from "../../model/warning.ts";
import { amountsOf, billingPeriodOf, isAmount, warningsOf } from "./map.ts";
import { type InvoicePage, LoneRecord } from "./page.ts";
import { textOf, type WireRecord } from "./wire.ts";

// Shared by all invoices: there are many, and most have nothing of these.
const nothing: readonly never[] = [];

/** The two formats of every invoice; which one arrives is known only from its bytes. */
const fileOffers: readonly FileOffer[] = [
  { format: "PDF", name: null, content: null, version: null, createdAt: null },
  { format: "XML", name: null, content: null, version: null, createdAt: null },
];

/** Of a list of thousands nearly all is looked at by its days, and one page by its amounts. The record is read again where it is needed. */
export class FloliveInvoice implements Invoice {
  readonly number: string | null;
  readonly issuedOn: string | null;
  readonly currency: string | null;
  readonly derivedAmounts: readonly DerivedAmount[];
  // Ordinary properties, so that withWarnings() can copy them. Days and moments are as sent until somebody asks for them.
  private readonly page: InvoicePage;
  private readonly index: number;
  // Null once there is an id, which holds it and is asked for far more often.
  private ownKey: string | null;
  private ownId: string | null = null;
  private readonly created: string | null;
  private readonly due: string | null;
  // A number: in units of the currency, which cost no memory of their own.
  private readonly net: number | Decimal | null;
  private readonly tax: number | Decimal | null;
  private readonly total: number | Decimal | null;
  private period: ClosedRange | null | undefined = undefined;
  private said: readonly Warning[] | null = null;

  /** `key`: the record's id; `index`: its place among the page's records. */
  constructor(record: WireRecord, key: string, page: InvoicePage, index: number) {
    this.page = page;
    this.index = index;
    this.ownKey = key;
    this.number = textOf(record.invoiceNumber);
    const created = textOf(record.creationTime);
    this.created = created;
    this.issuedOn = created === null ? null : dayOf(created);
    this.due = textOf(record.dueDate);
    this.currency = page.currencyOf(record.currency);
    const { netAmount, taxAmount, totalAmount } = record;
    if (isAmount(netAmount) && isAmount(taxAmount) && isAmount(totalAmount)) {
      this.net = this.kept(netAmount);
      this.tax = this.kept(taxAmount);
      this.total = this.kept(totalAmount);
      this.derivedAmounts = nothing;
    } else {
      const { net, tax, total, derived } = amountsOf(record, this.currency);
      this.net = net;
      this.tax = tax;
      this.total = total;
      this.derivedAmounts = derived;
    }
  }

  get source(): string {
    return this.page.source;
  }

  get account(): string {
    return this.page.account;
  }

  get key(): readonly string[] {
    if (this.ownKey !== null) return [this.ownKey];
    // The record has it, too, but is read again with its whole page. An id that is too long cannot be read.
    return [readIdOf("Invoice", this.id)?.at(-1) ?? (textOf(this.raw.id) as string)];
  }

  get id(): string {
    if (this.ownId === null) {
      this.ownId = this.page.idOf(this.ownKey as string);
      this.ownKey = null;
    }
    return this.ownId;
  }

  // The list says nothing of type, and no document mentions credit notes: a negative total stays an invoice, sign and all.
  get type(): "INVOICE" {
    return "INVOICE";
  }

  get sourceType(): null {
    return null;
  }

  // These and the amounts are read anew each time: most are read once, and what is remembered is copied by two collections of garbage.
  get dueOn(): string | null {
    return this.due === null ? null : dayOf(this.due);
  }

  get createdAt(): string | null {
    return this.created === null ? null : toInstant(this.created);
  }

  get finalizedOn(): null {
    return null;
  }

  get billingPeriod(): ClosedRange | null {
    if (this.period === undefined) this.period = billingPeriodOf(this.raw);
    return this.period;
  }

  get currencyOrigin(): Invoice["currencyOrigin"] {
    return this.currency === null ? "UNKNOWN" : "GIVEN";
  }

  get netAmount(): Decimal | null {
    return this.written(this.net);
  }

  get taxAmount(): Decimal | null {
    return this.written(this.tax);
  }

  get totalAmount(): Decimal | null {
    return this.written(this.total);
  }

  get lines(): readonly never[] {
    return nothing;
  }

  get billTo(): null {
    return null;
  }

  get creditReason(): null {
    return null;
  }

  get creditedNumbers(): readonly never[] {
    return nothing;
  }

  get purchaseOrder(): null {
    return null;
  }

  get files(): readonly FileOffer[] {
    return fileOffers;
  }

  get warnings(): readonly Warning[] {
    return (this.said ??= warningsOf(this.raw, this));
  }

  // For withWarnings().
  set warnings(warnings: readonly Warning[]) {
    this.said = warnings;
  }

  get isDetailed(): true {
    return true;
  }

  private kept(sent: number): number | Decimal | null {
    const units = unitsOf(sent, this.page.decimalsOf(this.currency));
    return Number.isNaN(units) ? toAmount(sent, this.currency) : units;
  }

  private written(amount: number | Decimal | null): Decimal | null {
    return typeof amount === "number" ? writeUnits(amount, this.page.decimalsOf(this.currency)) : amount;
  }

  get raw(): WireRecord {
    return this.page.recordAt(this.index);
  }

  get sent(): SentTexts | undefined {
    const LIST = this.page.sentAt(this.index);
    return LIST && { LIST };
  }
}

/** The invoice of a record that stands alone; null when it has no id. */
export function toInvoice(record: WireRecord, account: string, source: string): FloliveInvoice | null {
  const key = textOf(record.id);
  return key === null ? null : new FloliveInvoice(record, key, new LoneRecord(record, account, source), 0);
}
