/** An invoice in little memory: what lists need is at hand, the rest is read again from its bytes when it is asked for. */
import { readJson } from "../../http/json.ts";
import { elementEnds } from "../../http/json-scanner.ts";
import {
  type BillTo,
  type CreditReason,
  type Invoice,
  type InvoiceLine,
  invoiceId,
  type InvoiceType,
} from "../../model/invoice.ts";
import type { SentTexts } from "../../model/provenance.ts";
import { writeUnits } from "../../model/small-decimal.ts";
import type { Warning } from "../../model/warning.ts";
import type { Listed } from "./listed.ts";
import { type Identity, type Scope, toInvoice } from "./map.ts";
import { repairRecords } from "./reply.ts";
import { readKey, type V6Invoice } from "./wire.ts";

/** Records that came together, as they were sent. */
export class SentBatch {
  readonly scope: Scope;
  /** The decimals of amounts in units. */
  readonly decimals: number;
  private readonly bytes: Buffer;
  private ends: readonly number[] | null = null;

  constructor(bytes: Buffer, scope: Scope, decimals: number) {
    this.bytes = bytes;
    this.scope = scope;
    this.decimals = decimals;
  }

  /** The JSON text of the record in that place. */
  textAt(index: number): string {
    // Of a long list one page is looked at: where its records stand is found when somebody asks.
    this.ends ??= elementEnds(this.bytes);
    const from = index === 0 ? 1 : (this.ends[index - 1] ?? 0) + 1;
    return this.bytes.toString("utf8", from, this.ends[index]);
  }
}

const nothing: readonly never[] = [];

/**
 * One of a month's invoices, of which there may be 100,000 and of which one page is looked at. Every invoice is kept so, not only those
 * of long lists: where whole ones survived a few collections, V8 would make all later ones in its old space, and most are thrown away.
 */
export class CompactInvoice implements Invoice {
  readonly account: string;
  readonly number: string;
  readonly type: InvoiceType;
  readonly sourceType: string | null;
  readonly issuedOn: string;
  readonly dueOn: string | null;
  readonly derivedAmounts: Invoice["derivedAmounts"];
  readonly creditReason: CreditReason | null;
  // Ordinary properties, so that withWarnings() can copy them.
  private readonly batch: SentBatch;
  private readonly index: number;
  private readonly net: number | string | null;
  private readonly tax: number | string | null;
  private readonly total: number | string | null;
  private said: readonly Warning[] | null;
  private ownId: string | null = null;
  private again: Invoice | null = null;

  /** `index`: its place in the batch. */
  constructor(batch: SentBatch, index: number, { account, number, issuedOn }: Identity, listed: Listed) {
    this.batch = batch;
    this.index = index;
    this.account = account;
    this.number = number;
    this.issuedOn = issuedOn;
    this.type = listed.type;
    this.sourceType = listed.sourceType;
    this.dueOn = listed.dueOn;
    this.net = listed.net;
    this.tax = listed.tax;
    this.total = listed.total;
    this.derivedAmounts = listed.derivedAmounts;
    this.creditReason = listed.creditReason;
    this.said = listed.warnings;
  }

  get source(): string {
    return this.batch.scope.source;
  }

  get key(): readonly string[] {
    return [readKey(this.sourceType)?.toUpperCase() ?? "", this.number, this.issuedOn];
  }

  get id(): string {
    return (this.ownId ??= invoiceId(this));
  }

  get createdAt(): null {
    return null;
  }

  get finalizedOn(): null {
    return null;
  }

  get billingPeriod(): null {
    return null;
  }

  get currency(): string {
    return this.batch.scope.currency;
  }

  get currencyOrigin(): "CONFIGURED" {
    return "CONFIGURED";
  }

  // Written anew each time: of a hundred thousand invoices the texts would take as much as all the rest.
  get netAmount(): string | null {
    return this.written(this.net);
  }

  get taxAmount(): string | null {
    return this.written(this.tax);
  }

  get totalAmount(): string | null {
    return this.written(this.total);
  }

  get creditedNumbers(): readonly never[] {
    return nothing;
  }

  get purchaseOrder(): null {
    return null;
  }

  get files(): readonly never[] {
    return nothing;
  }

  get warnings(): readonly Warning[] {
    return (this.said ??= (this.again ?? this.read()).warnings);
  }

  // For withWarnings().
  set warnings(warnings: readonly Warning[]) {
    this.said = warnings;
  }

  get isDetailed(): true {
    return true;
  }

  get lines(): readonly InvoiceLine[] {
    return this.whole().lines;
  }

  get billTo(): BillTo | null {
    return this.whole().billTo;
  }

  get raw(): unknown {
    return this.whole().raw;
  }

  get sent(): SentTexts {
    return { LIST: { text: this.batch.textAt(this.index) } };
  }

  private written(amount: number | string | null): string | null {
    return typeof amount === "number" ? writeUnits(amount, this.batch.decimals) : amount;
  }

  private whole(): Invoice {
    return (this.again ??= this.read());
  }

  private read(): Invoice {
    const { scope } = this.batch;
    return toInvoice(
      readJson(this.batch.textAt(this.index), scope.source, repairRecords) as V6Invoice,
      this,
      scope,
    );
  }
}
