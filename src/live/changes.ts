/** What has changed between two looks at a customer's invoices, and what of it a listener has still to be told. */
import { createHash } from "node:crypto";
import type { Collection } from "../listing/found.ts";
import { isWhole } from "../listing/report.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import { createPace } from "../model/pace.ts";

/** REMOVED: its source does not list it any more; the invoice is null then. */
export type InvoiceChange =
  | { readonly kind: "ADDED" | "CHANGED"; readonly id: string; readonly invoice: Invoice }
  | { readonly kind: "REMOVED"; readonly id: string; readonly invoice: null };

interface Seen {
  readonly digest: string;
  readonly source: string;
  readonly issuedOn: Day | null;
}

/** What was there at a look. */
export interface Known {
  readonly invoices: ReadonlyMap<string, Seen>;
  /** The parts that have failed at every look: what comes with the first answer is not new. Null before the first look. */
  readonly unheard: ReadonlySet<string> | null;
}

/** Before the first look. */
export const nothingKnown: Known = { invoices: new Map(), unheard: null };

/**
 * What a look brought. A source that did not answer wholly takes nothing away, and a part that answers for the first time after it
 * has failed brings nothing new; nor is removed what has only fallen out of the days that are watched.
 */
export async function compare(
  before: Known,
  { parts, reports }: Collection,
  { from }: ClosedRange,
): Promise<{ readonly known: Known; readonly changes: readonly InvoiceChange[] }> {
  const whole = new Set(reports.filter(isWhole).map(({ source }) => source));
  const invoices = new Map<string, Seen>();
  const changes: InvoiceChange[] = [];
  const unheard = new Set<string>();
  const pace = createPace();
  for (const part of parts) {
    const wasUnheard = before.unheard === null || before.unheard.has(part.id);
    if (part.failed && wasUnheard) unheard.add(part.id);
    for (const { invoice } of part.found) {
      if (pace.isDue()) await pace.rest();
      const { id, source, issuedOn } = invoice;
      const digest = digestOf(invoice);
      invoices.set(id, { digest, source, issuedOn });
      const seen = before.invoices.get(id);
      if (seen === undefined) {
        if (!wasUnheard) changes.push({ kind: "ADDED", id, invoice });
      } else if (seen.digest !== digest) changes.push({ kind: "CHANGED", id, invoice });
    }
  }
  for (const [id, seen] of before.invoices) {
    if (invoices.has(id)) continue;
    if (!whole.has(seen.source)) invoices.set(id, seen);
    else if (seen.issuedOn === null || seen.issuedOn >= from)
      changes.push({ kind: "REMOVED", id, invoice: null });
  }
  return { known: { invoices, unheard }, changes };
}

// What the graph tells. Not the source's record, which may come in another order each time; not the warnings, which follow from
// the rest, also of other invoices. Read by name: larger values may be read on demand and are no properties of their own.
const told = [
  "number",
  "type",
  "sourceType",
  "issuedOn",
  "dueOn",
  "createdAt",
  "finalizedOn",
  "billingPeriod",
  "currency",
  "netAmount",
  "taxAmount",
  "totalAmount",
  "lines",
  "billTo",
  "creditReason",
  "creditedNumbers",
  "purchaseOrder",
  "files",
] as const satisfies readonly (keyof Invoice)[];

function digestOf(invoice: Invoice): string {
  const values = JSON.stringify(told.map((name) => invoice[name]));
  return createHash("sha256").update(values).digest("base64url").slice(0, 22);
}

/** What one listener has still to be told. */
export interface Pending {
  add(changes: readonly InvoiceChange[]): void;
  /** The next changes, at most so many; `isCut` tells once that there were more than can be kept. */
  take(most: number): { readonly changes: readonly InvoiceChange[]; readonly isCut: boolean };
  readonly size: () => number;
}

/** Nothing yet. At most `most` are kept: of each invoice what its changes come to, and beyond that only that there were more. */
export function createPending(most: number): Pending {
  const pending = new Map<string, InvoiceChange>();
  let isCut = false;
  return {
    add(changes) {
      for (const change of changes) {
        const merged = mergedWith(pending.get(change.id), change);
        if (merged === null) pending.delete(change.id);
        else if (pending.has(change.id) || pending.size < most) pending.set(change.id, merged);
        else isCut = true;
      }
    },
    take(count) {
      const changes = [...pending.values()].slice(0, count);
      for (const { id } of changes) pending.delete(id);
      const wasCut = isCut;
      isCut = false;
      return { changes, isCut: wasCut };
    },
    size: () => pending.size,
  };
}

// What two changes of one invoice come to for somebody who was told of neither.
function mergedWith(first: InvoiceChange | undefined, then: InvoiceChange): InvoiceChange | null {
  if (first === undefined) return then;
  if (then.kind === "REMOVED") return first.kind === "ADDED" ? null : then;
  return first.kind === "ADDED" ? { ...then, kind: "ADDED" } : { ...then, kind: "CHANGED" };
}
