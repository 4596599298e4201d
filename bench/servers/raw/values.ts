/** Hand-written normalisation: exact amounts, days, ids, and the order of lists. */

/** An invoice as the bench's operations select it. */
export interface RawInvoice {
  readonly id: string;
  readonly source: string;
  readonly account: string;
  readonly number: string | null;
  readonly type: string;
  readonly issuedOn: string | null;
  readonly dueOn: string | null;
  readonly createdAt: string | null;
  readonly currency: string | null;
  readonly netAmount: string | null;
  readonly taxAmount: string | null;
  readonly totalAmount: string | null;
}

const day = /^\d{4}-\d{2}-\d{2}(?:$|[T\s])/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const plain = /^-?\d+(?:\.\d+)?$/;

/** The global id of an invoice. */
export function idOf(source: string, account: string, ...key: string[]): string {
  const parts = [source, account, ...key].map(encodeURIComponent).join(":");
  return Buffer.from(`Invoice:${parts}`).toString("base64url");
}

/** The day of a day or a date-time, as written. */
export function dayOf(value: unknown): string | null {
  return typeof value === "string" && day.test(value) ? value.slice(0, 10) : null;
}

/** A date-time in UTC, as written. */
export function instantOf(value: unknown): string | null {
  return typeof value === "string" && instant.test(value) ? value : null;
}

/** A number or its text as an amount with two decimals at least. */
export function amountOf(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || !plain.test(text)) return null;
  const point = text.indexOf(".");
  if (point === -1) return `${text}.00`;
  return text.length - point - 1 === 1 ? `${text}0` : text;
}

/** An amount of two decimals in hundredths. */
export function cents(amount: string): number {
  const units = Number(amount.replace(".", ""));
  if (!Number.isSafeInteger(units) || amount.at(-3) !== ".") throw new Error(`not in cents: ${amount}`);
  return units;
}

/** Hundredths as an amount. */
export function fromCents(units: number): string {
  const digits = String(Math.abs(units)).padStart(3, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The days of issue that a list covers by itself: this month and the eleven before it. */
export function defaultWindow(): { from: string; to: string } {
  const now = new Date();
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11, 1));
  const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0));
  return { from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) };
}

/** Is it within, or undated? */
export function isIn({ issuedOn }: RawInvoice, { from, to }: { from: string; to: string }): boolean {
  return issuedOn === null || (issuedOn >= from && issuedOn <= to);
}

/** Latest issue date first, ties by id. */
export function byIssueDate(a: RawInvoice, b: RawInvoice): number {
  if (a.issuedOn !== b.issuedOn) return (a.issuedOn ?? "") < (b.issuedOn ?? "") ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
