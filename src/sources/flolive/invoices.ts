/** The invoices of an account: one question for each, since floLIVE can be asked for nothing smaller. */
import { isDeepStrictEqual } from "node:util";
import { addMonthsToDay, type Day } from "../../model/day.ts";
import { instantAt } from "../../model/instant.ts";
import type { Invoice } from "../../model/invoice.ts";
import { ofLast } from "../../model/of-last.ts";
import type { DroppedRecord, InvoiceLister, Question, Reach } from "../../model/source.ts";
import { isAccount } from "./accounts.ts";
import type { FloliveClient, Listing } from "./client.ts";
import { FloliveInvoice } from "./invoice.ts";
import { isOfOther } from "./map.ts";
import { SentPage } from "./page.ts";
import { textOf, type WireRecord } from "./wire.ts";

const halfPair = /\p{Surrogate}/u;

/** Lists invoices of one configured floLIVE; `now` in epoch milliseconds. */
export function invoiceLister(client: FloliveClient, source: string, now: () => number): InvoiceLister {
  return {
    reach: ofLast((today) => [reachOn(today)]),
    questions: (accounts) => [...new Set(accounts)].map(questionOn),
    questionFor: ({ source: where, account, key }) =>
      where === source && isAccount(account) && key.length === 1 && key[0] !== ""
        ? questionOn(account)
        : null,
    ask: ({ key: account }, call) =>
      client.invoices(account, call).then((listing) => {
        const { invoices, dropped } = readInvoices(listing, account, source);
        const fetchedAt = instantAt(now());
        return { invoices, fetchedAt, dropped, numbersDiffer: doNumbersDiffer(invoices), idsDiffer: true };
      }),
  };
}

function reachOn(today: Day): Reach {
  return { of: "INVOICES", since: addMonthsToDay(today, -12), reason: "floLIVE keeps the last 12 months." };
}

function questionOn(account: string): Question {
  return { key: account, account, month: null, covers: null };
}

function readInvoices(
  { pages, isRepeated }: Listing,
  account: string,
  source: string,
): { invoices: Invoice[]; dropped: DroppedRecord[] } {
  const invoices: Invoice[] = [];
  const pageOf = new Map<string, SentPage>();
  const dropped: DroppedRecord[] = [];
  const drop = (reason: DroppedRecord["reason"], message: string) => dropped.push({ reason, message });
  let told = 0;
  let repeated = 0;
  let differing = 0;
  for (const { records, body, unreadable, totalElements } of pages) {
    told = Math.max(told, totalElements);
    for (let i = 0; i < unreadable; i++) drop("UNREADABLE", "An entry of the list is not an object.");
    const page = new SentPage(body, account, source);
    // Nearly no page has the same id twice: only then it is looked which record was the first.
    let firsts: ReadonlyMap<string | null, WireRecord> | null = null;
    for (let index = 0; index < records.length; index++) {
      const record = records[index] as WireRecord;
      const key = textOf(record.id);
      if (isOfOther(record, account)) drop("ACCOUNT_MISMATCH", "An invoice belongs to another customer.");
      // Half a UTF-16 pair is a text that no id of ours can carry.
      else if (key === null || halfPair.test(key)) drop("UNREADABLE", "An invoice has no id.");
      else if (!pageOf.has(key)) {
        pageOf.set(key, page);
        invoices.push(new FloliveInvoice(record, key, page, index));
      }
      // Twice on one page is twice in the list. On two pages it moved between two requests, so that another one is lost.
      else if (pageOf.get(key) === page) {
        repeated++;
        firsts ??= firstsOf(records, account);
        if (!isDeepStrictEqual(firsts.get(key), record)) differing++;
      }
    }
  }
  const came = invoices.length + dropped.length + repeated;
  if (isRepeated) drop("UNREADABLE", "A page was repeated; the invoices of another page are missing.");
  // One that was taken away between two requests moves others to pages that were read already.
  else if (came < told) drop("UNREADABLE", `The list tells of ${told} invoices, of which ${came} came.`);
  if (differing > 0) drop("UNREADABLE", "A second record of an invoice says something else than the first.");
  return { invoices, dropped };
}

/** The account's first record of each id. */
function firstsOf(records: readonly WireRecord[], account: string): ReadonlyMap<string | null, WireRecord> {
  const own = records.filter((record) => !isOfOther(record, account));
  return new Map(own.toReversed().map((record) => [textOf(record.id), record]));
}

// Of numbers that rise or fall all along, as those of most lists do, none can come twice: that is seen in half the time of a Set.
function doNumbersDiffer(invoices: readonly Invoice[]): boolean {
  let before: string | null = null;
  let rise = true;
  let fall = true;
  for (let i = 0; i < invoices.length && (rise || fall); i++) {
    const { number } = invoices[i] as Invoice;
    if (number === null) continue;
    if (before !== null) {
      rise &&= before < number;
      fall &&= before > number;
    }
    before = number;
  }
  if (rise || fall) return true;
  const numbers = invoices.map(({ number }) => number).filter((number) => number !== null);
  return new Set(numbers).size === numbers.length;
}
