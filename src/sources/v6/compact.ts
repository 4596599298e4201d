/** An invoice in little memory: what lists need is at hand, the rest is read again from its bytes when it is asked for. */
import { readJson } from "../../http/json.ts";
import type { BillTo, CreditReason, Invoice, InvoiceLine } from "../../model/invoice.ts";
import type { SentTexts } from "../../model/provenance.ts";
import type { Warning } from "../../model/warning.ts";
import { type Scope, toInvoice } from "./map.ts";
import { repairRecords } from "./reply.ts";
import type { V6Invoice } from "./wire.ts";

/** Where an invoice's own JSON stands. */
export interface RecordText {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** What many invoices of a list have in common, once. */
export class Shared {
  private readonly texts = new Map<string, string>();
  private readonly singles = new Map<Warning, readonly Warning[]>();

  /** The first text that was equal to it: accounts and days are few. */
  text<Text extends string | null>(text: Text): Text {
    if (text === null) return text;
    const first = this.texts.get(text);
    if (first !== undefined) return first as Text;
    this.texts.set(text, text);
    return text;
  }

  /** Most lists of warnings are one warning, and always the same. */
  warnings(warnings: readonly Warning[]): readonly Warning[] {
    const [only] = warnings;
    if (only === undefined || warnings.length > 1) return warnings;
    let single = this.singles.get(only);
    if (single === undefined) this.singles.set(only, (single = [only]));
    return single;
  }
}

/**
 * One of a month's invoices, of which there may be 100,000 and of which one page is looked at. Every invoice is kept so, not only those
 * of long lists: where whole ones survived a few collections, V8 would make all later ones in its old space, and most are thrown away.
 */
export class CompactInvoice implements Invoice {
  readonly source: string;
  readonly account: string;
  readonly key: readonly string[];
  readonly id: string;
  readonly number: string | null;
  readonly type: Invoice["type"];
  readonly sourceType: string | null;
  readonly issuedOn: string | null;
  readonly dueOn: string | null;
  readonly createdAt = null;
  readonly finalizedOn = null;
  readonly billingPeriod = null;
  readonly currency: string | null;
  readonly currencyOrigin: Invoice["currencyOrigin"];
  readonly netAmount: string | null;
  readonly taxAmount: string | null;
  readonly totalAmount: string | null;
  readonly derivedAmounts: Invoice["derivedAmounts"];
  readonly creditReason: CreditReason | null;
  readonly creditedNumbers: readonly string[];
  readonly purchaseOrder = null;
  readonly files: Invoice["files"];
  readonly warnings: Invoice["warnings"];
  readonly isDetailed = true;
  // Ordinary properties, so that withWarnings() can copy them.
  private readonly bytes: Buffer;
  private readonly from: number;
  private readonly to: number;
  private readonly scope: Scope;
  private again: Invoice | null = null;

  constructor(whole: Invoice, { bytes, from, to }: RecordText, scope: Scope, shared: Shared) {
    this.source = whole.source;
    const [letter = "", number = ""] = whole.key;
    this.account = shared.text(whole.account);
    this.issuedOn = shared.text(whole.issuedOn);
    this.key = [letter, number, this.issuedOn ?? ""];
    this.id = whole.id;
    this.number = number;
    this.type = whole.type;
    this.sourceType = whole.sourceType;
    this.dueOn = shared.text(whole.dueOn);
    this.currency = whole.currency;
    this.currencyOrigin = whole.currencyOrigin;
    this.netAmount = whole.netAmount;
    this.taxAmount = whole.taxAmount;
    this.totalAmount = whole.totalAmount;
    this.derivedAmounts = whole.derivedAmounts;
    this.creditReason = whole.creditReason;
    this.creditedNumbers = whole.creditedNumbers;
    this.files = whole.files;
    this.warnings = shared.warnings(whole.warnings);
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.scope = scope;
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
    return { LIST: { text: this.text() } };
  }

  private text(): string {
    return this.bytes.toString("utf8", this.from, this.to);
  }

  private whole(): Invoice {
    if (this.again !== null) return this.again;
    const { account, number, issuedOn, scope } = this;
    const theirs = readJson(this.text(), scope.source, repairRecords);
    // It was read once already: these three are known to be there.
    const identity = { account, number: number ?? "", issuedOn: issuedOn ?? "" };
    return (this.again = toInvoice(theirs as V6Invoice, identity, scope));
  }
}
