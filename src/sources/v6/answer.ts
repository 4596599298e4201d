/** The records of one answer as the invoices of one month: one pass, as they arrive, and nothing left out in silence. */
import { isDeepStrictEqual } from "node:util";
import type { ElementBatch } from "../../http/json-elements.ts";
import { monthOf } from "../../model/day.ts";
import type { Examine } from "../../model/documented.ts";
import { type Invoice, withWarnings } from "../../model/invoice.ts";
import type { Answer, DroppedRecord } from "../../model/source.ts";
import { CompactInvoice, type RecordText, Shared } from "./compact.ts";
import { type Scope, toInvoice } from "./map.ts";
import { numberRepeated } from "./warnings.ts";
import { isObject, readDay, readKey, type V6Invoice } from "./wire.ts";

export interface AnswerReader {
  /** Takes the next records. */
  add(batch: ElementBatch): void;
  /** What came of all of them. */
  read(): Pick<Answer, "invoices" | "dropped">;
}

/**
 * Reads the month's invoices. Records without a number, a date or a customer code that can be read are dropped and said; a record
 * that comes again (same type, number, date and customer) is left out, the first one kept with the warning NUMBER_REPEATED.
 * Every record is shown to `examine` first.
 */
export function createReader(scope: Scope, examine: Examine = () => {}): AnswerReader {
  const invoices: Invoice[] = [];
  const dropped: DroppedRecord[] = [];
  const placeById = new Map<string, number>();
  const shared = new Shared();

  function add(record: unknown, batch: ElementBatch, index: number): void {
    if (!isObject(record)) {
      dropped.push(droppedRecord("A record of the list is not an object."));
      return;
    }
    examine(record);
    const theirs: V6Invoice = record;
    const issuedOn = readDay(theirs.invoiceDate);
    const account = readKey(theirs.customerCode);
    if (issuedOn === null) {
      // Its month is unknown, so no month's answer may hold it: else neighbours, which overlap, would both.
      const message = "An invoice has no date that can be read, so it belongs to no month.";
      dropped.push(droppedRecord(message, account));
      return;
    }
    if (monthOf(issuedOn) !== scope.month) return;
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
    const whole = toInvoice(theirs, { number, account, issuedOn }, scope);
    const place = placeById.get(whole.id);
    if (place !== undefined) {
      noteRepetition(invoices, place, whole, dropped);
      return;
    }
    placeById.set(whole.id, invoices.length);
    invoices.push(new CompactInvoice(whole, textOf(batch, index), scope, shared));
  }

  return {
    add(batch) {
      for (let i = 0; i < batch.values.length; i++) add(batch.values[i], batch, i);
    },
    read: () => ({ invoices, dropped }),
  };
}

function textOf({ bytes, ends }: ElementBatch, index: number): RecordText {
  return { bytes, from: index === 0 ? 1 : (ends[index - 1] ?? 0) + 1, to: ends[index] ?? 0 };
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
