/** The records of one answer as the invoices of one month: one pass, as they arrive, and nothing left out in silence. */
import { isDeepStrictEqual } from "node:util";
import type { ElementBatch } from "../../http/json-elements.ts";
import type { Examine } from "../../model/documented.ts";
import { type Invoice, withWarnings } from "../../model/invoice.ts";
import type { Answer, DroppedRecord } from "../../model/source.ts";
import { CompactInvoice, SentBatch } from "./compact.ts";
import { createListReader } from "./listed.ts";
import type { Scope } from "./map.ts";
import { ShapedRecord } from "./shaped.ts";
import { numberRepeated } from "./warnings.ts";
import { isObject, readKey, type V6Invoice } from "./wire.ts";

export interface AnswerReader {
  /** Takes the next records. */
  add(batch: ElementBatch): void;
  /** What came of all of them. */
  read(): Pick<Answer, "invoices" | "dropped" | "numbersDiffer" | "idsDiffer">;
}

/**
 * Reads the month's invoices. Records without a number, a date or a customer code that can be read are dropped and said; a record
 * that comes again (same type, number, date and customer) is left out, the first one kept with the warning NUMBER_REPEATED.
 * Every record is shown to `examine` first, but for those that were compared when they were read (ShapedRecord).
 */
export function createReader(scope: Scope, examine: Examine = () => {}): AnswerReader {
  const invoices: Invoice[] = [];
  const dropped: DroppedRecord[] = [];
  const places = createPlaces(invoices);
  const { decimals, dayOf, accountOf, listed } = createListReader(scope);

  function add(record: unknown, batch: SentBatch, index: number): void {
    if (!isObject(record)) {
      dropped.push(droppedRecord("A record of the list is not an object."));
      return;
    }
    if (!(record instanceof ShapedRecord)) examine(record);
    const theirs: V6Invoice = record;
    const issuedOn = dayOf(theirs.invoiceDate);
    const account = accountOf(theirs.customerCode);
    if (issuedOn === null) {
      // Its month is unknown, so no month's answer may hold it: else neighbours, which overlap, would both.
      const message = "An invoice has no date that can be read, so it belongs to no month.";
      dropped.push(droppedRecord(message, account));
      return;
    }
    if (!issuedOn.startsWith(scope.month)) return;
    const number = readKey(theirs.invoiceNo);
    if (account === null) {
      // It may be anybody's, so all are told that there is one, and nothing of it.
      dropped.push(droppedRecord("An invoice has no customer code that can be read."));
      return;
    }
    if (number === null) {
      dropped.push(droppedRecord(`An invoice of ${issuedOn} has no number that can be read.`, account));
      return;
    }
    const identity = { number, account, issuedOn };
    const invoice = new CompactInvoice(batch, index, identity, listed(theirs, identity));
    const place = places.take(invoice);
    if (place === null) invoices.push(invoice);
    else noteRepetition(invoices, place, invoice, dropped);
  }

  return {
    add({ values, bytes }) {
      const batch = new SentBatch(bytes, scope, decimals);
      for (let i = 0; i < values.length; i++) add(values[i], batch, i);
    },
    read: () => ({ invoices, dropped, numbersDiffer: places.numbersDiffer(), idsDiffer: true }),
  };
}

/**
 * Which record came first. Numbers that rise from record to record all differ; the first that does not makes a set of them. Nearly
 * every number comes once: only when one comes again is it looked where the numbers are, and an id made to tell its invoices apart.
 */
function createPlaces(invoices: readonly Invoice[]) {
  let highest = "";
  let numbers: Set<string | null> | null = null;
  let byNumber: Map<string | null, number> | null = null;
  const byId = new Map<string, number>();
  return {
    numbersDiffer: () => byId.size === 0,
    /** The place of the invoice that this one repeats; null when there is none, and then the next place is its own. */
    take(invoice: CompactInvoice): number | null {
      const { number } = invoice;
      if (numbers === null) {
        if (isHigher(number, highest)) {
          highest = number;
          return null;
        }
        numbers = new Set(invoices.map((each) => each.number));
      }
      const before = numbers.size;
      if (numbers.add(number).size > before) {
        byNumber?.set(number, invoices.length);
        return null;
      }
      byNumber ??= new Map(invoices.map((each, place) => [each.number, place]));
      const first = byNumber.get(number);
      if (first !== undefined && invoices[first]?.id === invoice.id) return first;
      const place = byId.get(invoice.id);
      if (place !== undefined) return place;
      byId.set(invoice.id, invoices.length);
      return null;
    },
  };
}

// LT9 before LT10, as numbers are given out; any order would do.
function isHigher(number: string, than: string): boolean {
  return number.length === than.length ? number > than : number.length > than.length;
}

// Nothing is lost in silence: what a differing repetition says is left out, and that is said.
function noteRepetition(invoices: Invoice[], place: number, again: Invoice, dropped: DroppedRecord[]): void {
  const first = invoices[place];
  if (first === undefined) return;
  if (!first.warnings.some((warning) => warning.code === "NUMBER_REPEATED")) {
    invoices[place] = withWarnings(first, [numberRepeated(first.totalAmount)]);
  }
  if (!isDeepStrictEqual(first.raw, again.raw)) {
    dropped.push(
      droppedRecord(
        `A second record of an invoice of ${again.issuedOn} says something else than the first.`,
        again.account,
      ),
    );
  }
}

function droppedRecord(message: string, account: string | null = null): DroppedRecord {
  return { reason: "UNREADABLE", message, ...(account !== null && { account }) };
}
