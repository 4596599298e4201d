/** The invoices of an account: one question for each, since floLIVE can be asked for nothing smaller. */
import { addMonthsToDay } from "../../model/day.ts";
import type { Invoice } from "../../model/invoice.ts";
import type { DroppedRecord, InvoiceLister, Question } from "../../model/source.ts";
import { isAccount } from "./accounts.ts";
import type { FloliveClient, Listing } from "./client.ts";
import { isOfOther, toInvoice } from "./map.ts";

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
  const byId = new Map<string, Invoice>();
  const dropped: DroppedRecord[] = [];
  const drop = (reason: DroppedRecord["reason"], message: string) => dropped.push({ reason, message });
  for (let i = 0; i < listing.unreadable; i++) drop("UNREADABLE", "An entry of the list is not an object.");
  for (const [index, record] of listing.records.entries()) {
    const invoice = isOfOther(record, account)
      ? undefined
      : toInvoice(record, account, source, listing.sent[index]);
    if (invoice === undefined) drop("ACCOUNT_MISMATCH", "An invoice belongs to another customer.");
    else if (invoice === null) drop("UNREADABLE", "An invoice has no id.");
    else if (!byId.has(invoice.id)) byId.set(invoice.id, invoice);
  }
  if (listing.isRepeated)
    drop("UNREADABLE", "A page was repeated; the invoices of another page are missing.");
  return { invoices: [...byId.values()], dropped };
}
