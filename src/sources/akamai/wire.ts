/** What Akamai's Invoicing API v4 sends, in its words. Nothing is promised: every field may be missing, null, or of a neighbouring type. */
import { Failure } from "../../model/errors.ts";

/** One item of a list: `GET …/invoices?month=`. */
export interface ListItem {
  /** An integer above 2^31. */
  readonly invoiceId?: unknown;
  readonly invoiceDate?: unknown;
  readonly invoiceDueDate?: unknown;
  /** Negative for credit memos. */
  readonly invoiceTotal?: unknown;
  readonly invoiceCurrency?: unknown;
  /** INVOICE, CREDIT_MEMO, … */
  readonly invoiceType?: unknown;
  readonly contractId?: unknown;
  readonly accountId?: unknown;
  readonly files?: unknown;
}

/** One file of a list item. */
export interface ListedFile {
  readonly contentType?: unknown;
  /** PDF, CSV or JSON: an older version's field in place of contentType. */
  readonly fileFormat?: unknown;
  readonly fileCreationDate?: unknown;
  readonly fileName?: unknown;
  readonly fileVersion?: unknown;
  /** REGULAR or COMPUTE. */
  readonly sourceType?: unknown;
}

/** `INVOICE` in the JSON of a download. */
export interface DownloadedInvoice {
  readonly ACCOUNT_ID?: unknown;
  readonly ACCOUNT_NAME?: unknown;
  readonly END_CUSTOMER?: unknown;
  readonly FINALIZED_DATE?: unknown;
  readonly INVOICE_CURRENCY?: unknown;
  readonly INVOICE_DATE?: unknown;
  readonly INVOICE_ID?: unknown;
  /** Free text such as "Standard Invoice". */
  readonly INVOICE_TYPE?: unknown;
  readonly INVOICE_VERSION?: unknown;
  readonly PO_NUMBER?: unknown;
}

export interface EndCustomer {
  readonly END_CUSTOMER_ACCOUNT_ID?: unknown;
  readonly END_CUSTOMER_ACCOUNT_NAME?: unknown;
  readonly INVOICE_LINE?: unknown;
}

export interface DownloadedLine {
  readonly CREDITED_INVOICE_LINE_NUMBER?: unknown;
  readonly CREDITED_INVOICE_NUMBER?: unknown;
  readonly ITEM_DESC?: unknown;
  readonly ITEM_END_DATE?: unknown;
  readonly ITEM_START_DATE?: unknown;
  readonly ITEM_TOTAL?: unknown;
  readonly ITEM_TOTAL_SERVICES?: unknown;
  readonly ITEM_TOTAL_TAXES?: unknown;
  readonly ITEM_UNITS?: unknown;
  readonly ITEM_UNIT_PRICE?: unknown;
  readonly PO_NUMBER?: unknown;
  readonly PRODUCT?: unknown;
  readonly PRODUCT_ID?: unknown;
  readonly UNIT_MEASURE?: unknown;
}

/** An object, and neither null nor an array? */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text without the white space around it, or the number as text; null when there is none. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** The objects of an array, or the single object that stands in its place. */
export function manyOf<T extends object>(value: unknown): readonly T[] {
  if (Array.isArray(value)) return value.filter(isObject) as unknown as readonly T[];
  return isObject(value) ? [value as T] : [];
}

/** The records of a list's answer, unread; SOURCE_BAD_RESPONSE when it is no list. */
export function readRecords(json: unknown, source: string): readonly unknown[] {
  if (Array.isArray(json)) return json;
  if (json === null) return [];
  if (isObject(json) && "invoiceId" in json) return [json];
  throw new Failure("SOURCE_BAD_RESPONSE", {
    source,
    message: `${source} answered with JSON that is not a list of invoices.`,
  });
}

/** The highest version of that invoice in a download's answer; SOURCE_BAD_RESPONSE when it holds none or only others. */
export function readDownload(json: unknown, source: string, invoiceId: string): DownloadedInvoice {
  let highest: DownloadedInvoice | null = null;
  // The documents show one INVOICE; several versions of it in an array are an assumption.
  for (const invoice of manyOf<DownloadedInvoice>(isObject(json) ? json["INVOICE"] : null)) {
    const id = textOf(invoice.INVOICE_ID);
    if (id !== null && id !== invoiceId) continue;
    if (highest === null || versionOf(invoice.INVOICE_VERSION) > versionOf(highest.INVOICE_VERSION)) {
      highest = invoice;
    }
  }
  if (highest !== null) return highest;
  throw new Failure("SOURCE_BAD_RESPONSE", {
    source,
    message: `${source} answered with JSON that does not hold the invoice asked for.`,
  });
}

/** Where in a download's answer one of its invoices stands. */
export function pointerOf(download: DownloadedInvoice, json: unknown): string {
  const theirs = isObject(json) ? json["INVOICE"] : null;
  return Array.isArray(theirs) ? `/INVOICE/${theirs.indexOf(download)}` : "/INVOICE";
}

/** A version for comparing; 0 when it is missing. */
export function versionOf(value: unknown): number {
  const version = Number(textOf(value) ?? 0);
  return Number.isFinite(version) ? version : 0;
}
