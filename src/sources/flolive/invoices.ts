/** The invoices of an account: one question for each, since floLIVE can be asked for nothing smaller. */
import { addMonthsToDay } from "../../model/day.ts";
import type { Invoice } from "../../model/invoice.ts";
import type { DroppedRecord, InvoiceLister, Question } from "../../model/source.ts";
import { isAccount } from "./accounts.ts";
import type { FloliveClient, Listing } from "./client.ts";
import { isOfOther, toInvoice } from "./map.ts";
import type { WireRecord } from "./wire.ts";

/** Lists invoices of one configured floLIVE; `now` in epoch milliseconds. */
export function invoiceLister(client: FloliveClient, source: string, now: () => number): InvoiceLister {
  return {
    reach: (today) => [
      { of: "INVOICES", since: addMonthsToDay(today, -12), reason: "floLIVE keeps the last 12 months." },
    ],
    questions: (accounts) => [...new Set(accounts)].map(questionOn),
    questionFor: ({ source: where, account, key }) =>
      where === source && isAccount(account) && key.length === 1 && key[0] !== ""
        ? questionOn(account)
        : null,
    async ask({ key: account }, call) {
      const listing = await client.invoices(account, call);
      const { invoices, dropped } = readInvoices(listing, account, source);
      return { invoices, fetchedAt: new Date(now()).toISOString(), dropped };
    },
  };
}

function questionOn(account: string): Question {
  return { key: account, account, month: null, covers: null };
}

function readInvoices(
  listing: Listing,
  account: string,
  source: string,
): { invoices: Invoice[]; dropped: DroppedRecord[] } {
  const invoices: Invoice[] = [];
  const ids = new Set<string>();
  const dropped: DroppedRecord[] = [];
  const drop = (reason: DroppedRecord["reason"], message: string) => dropped.push({ reason, message });
  for (let i = 0; i < listing.unreadable; i++) drop("UNREADABLE", "An entry of the list is not an object.");
  for (let index = 0; index < listing.records.length; index++) {
    const record = listing.records[index] as WireRecord;
    const invoice = isOfOther(record, account)
      ? undefined
      : toInvoice(record, account, source, listing.sent[index]);
    if (invoice === undefined) drop("ACCOUNT_MISMATCH", "An invoice belongs to another customer.");
    else if (invoice === null) drop("UNREADABLE", "An invoice has no id.");
    else if (!ids.has(invoice.id)) {
      ids.add(invoice.id);
      invoices.push(invoice);
    }
  }
  if (listing.isRepeated)
    drop("UNREADABLE", "A page was repeated; the invoices of another page are missing.");
  return { invoices, dropped };
}
