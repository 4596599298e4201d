/** What the invoices of one page of a list have in common, and the way back to their records. */
import { SentBody } from "../../http/sent-text.ts";
import { invoiceIds } from "../../model/invoice.ts";
import { type Currency, minorUnits, toCurrency } from "../../model/money.ts";
import type { SentText } from "../../model/provenance.ts";
import { contentAgain, pointerAt, textOf, type WireRecord } from "./wire.ts";

/** A page, as its invoices know it. */
export abstract class InvoicePage {
  readonly source: string;
  readonly account: string;
  private readonly ids: ReturnType<typeof invoiceIds>;
  private saidCurrency: unknown = null;
  private currency: Currency | null = null;
  private measured: Currency | null = null;
  private decimals = 0;

  constructor(account: string, source: string) {
    this.source = source;
    this.account = account;
    this.ids = invoiceIds({ source, account, key: [] });
  }

  /** The global id of the invoice with this key. */
  idOf(key: string): string {
    return this.ids.write(key);
  }

  /** The currency that is said so; most invoices of a page have the same one. */
  currencyOf(said: unknown): Currency | null {
    if (said !== this.saidCurrency) {
      this.saidCurrency = said;
      this.currency = toCurrency(textOf(said));
    }
    return this.currency;
  }

  /** How many decimals amounts in this currency have at least. */
  decimalsOf(currency: Currency | null): number {
    if (currency !== this.measured) {
      this.measured = currency;
      this.decimals = currency === null ? 0 : (minorUnits(currency) ?? 0);
    }
    return this.decimals;
  }

  /** The page's record in that place, parsed. */
  abstract recordAt(index: number): WireRecord;

  /** Its text; undefined where it was not kept. */
  abstract sentAt(index: number): SentText | undefined;
}

/** A page as it was sent. Its bytes are kept, and its records only while somebody needs them: they take five times as much. */
export class SentPage extends InvoicePage {
  private readonly body: SentBody;
  private again: WeakRef<ReturnType<typeof contentAgain>> | null = null;

  constructor(body: Buffer, account: string, source: string) {
    super(account, source);
    // Around a record there are the envelope and its list.
    this.body = new SentBody(body, 2);
  }

  override recordAt(index: number): WireRecord {
    const record = this.content().records[index];
    if (record === undefined) throw new TypeError(`a page has no record ${index}`);
    return record;
  }

  override sentAt(index: number): SentText {
    return this.body.record(pointerAt(this.content(), index));
  }

  private content(): ReturnType<typeof contentAgain> {
    let content = this.again?.deref();
    if (content === undefined) {
      content = contentAgain(this.body.bytes, this.source);
      this.again = new WeakRef(content);
    }
    return content;
  }
}

/** A record that stands alone, already parsed. */
export class LoneRecord extends InvoicePage {
  private readonly record: WireRecord;

  constructor(record: WireRecord, account: string, source: string) {
    super(account, source);
    this.record = record;
  }

  override recordAt(): WireRecord {
    return this.record;
  }

  override sentAt(): undefined {
    return undefined;
  }
}
