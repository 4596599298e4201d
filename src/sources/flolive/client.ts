/** floLIVE's endpoints, one function each. */
import type { Connection } from "../../http/connection.ts";
import { Ending } from "../../model/ending.ts";
import { Failure } from "../../model/errors.ts";
import type { Call } from "../../model/source.ts";
import { readAttachments } from "./attachments.ts";
import type { Comparison, Comparisons } from "./compare.ts";
import { badResponse } from "./failures.ts";
import { type Envelope, pick, readEnvelope, textOf, type WireRecord } from "./wire.ts";

/** Names of the page parameters, which no document gives, and the page size to ask for. */
export interface Paging {
  readonly page: string;
  readonly size: string;
  readonly pageSize: number;
}

/** All pages of a list, in order. */
export interface Listing {
  readonly pages: readonly Envelope[];
  /** A page came twice: what stood in its place is not here. */
  readonly isRepeated: boolean;
}

export interface FloliveClient {
  /** The whole envelope of `GET customer/{id}`. */
  customer(account: string, call: Call): Promise<Envelope>;
  childCustomers(account: string, call: Call): Promise<Listing>;
  invoices(account: string, call: Call): Promise<Listing>;
  /** One download of all these invoices: a body for each file, as it arrives. */
  downloadInvoices(
    account: string,
    ids: readonly string[],
    call: Call,
  ): AsyncIterable<AsyncIterable<Uint8Array>>;
}

// Pages asked for side by side, and the most that one list may claim to have.
const width = 32;
const maxPages = 10_000;

/** The client of one configured floLIVE. */
export function createClient(
  connection: Connection,
  source: string,
  paging: Paging,
  comparisons: Comparisons,
): FloliveClient {
  const ask = (path: string, compare: Comparison, call: Call, query?: Record<string, string>) =>
    connection.ask({ method: "GET", path, ...(query && { query }) }, call, (reply) =>
      readEnvelope(reply, source, compare),
    );

  function allPages(path: string, idKey: string, compare: Comparison, call: Call): Promise<Listing> {
    const askPage = (page: number, within: Call) =>
      ask(path, compare, within, { [paging.page]: String(page), [paging.size]: String(paging.pageSize) });
    return askPage(0, call).then((first) => {
      if (first.totalPages < 2) return { pages: [first], isRepeated: false };
      if (first.totalPages <= maxPages) return remainingPages(first, idKey, askPage, call);
      throw new Failure("SOURCE_TOO_LARGE", {
        source,
        message: `${source} says that its list has more than ${maxPages} pages.`,
      });
    });
  }

  return {
    customer: (account, call) => ask(customerPath(account), comparisons.customer, call),
    childCustomers: (account, call) =>
      allPages(`${customerPath(account)}/child-customers`, "customerId", comparisons.children, call),
    invoices: (account, call) =>
      allPages(`${customerPath(account)}/invoices`, "id", comparisons.invoices, call),
    downloadInvoices: (account, ids, call) =>
      connection.stream(
        {
          method: "POST",
          path: `${customerPath(account)}/download-invoices`,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id: ids }),
          limit: "PROGRESS",
        },
        call,
        (reply) => readAttachments(reply, source),
      ),
  };
}

/** The one record of an answer about one thing; null when there is none. */
export function onlyRecord(envelope: Envelope, source: string): WireRecord | null {
  if (envelope.unreadable > 0 || envelope.records.length > 1) {
    throw badResponse(source, "several records where one was due");
  }
  return envelope.records[0] ?? null;
}

type AskPage = (page: number, call: Call) => Promise<Envelope>;

// Every page after the first at once; a page that came before, or a failure, ends it.
async function remainingPages(first: Envelope, idKey: string, ask: AskPage, call: Call): Promise<Listing> {
  const pages: Envelope[] = [first];
  let next = 1;
  let isRepeated = false;
  const seen = new Set([idsOf(first, idKey)]);
  const ending = new Ending();
  const end = () => ending.end(call.signal.reason);
  if (call.signal.aborted) end();
  else call.signal.addEventListener("abort", end);
  // Not a copy: the deadline moves when somebody more patient joins the call.
  const within: Call = Object.create(call, { signal: { value: ending } });
  const work = async () => {
    while (next < first.totalPages && !isRepeated) {
      const number = next;
      next += 1;
      const page = await ask(number, within);
      const ids = idsOf(page, idKey);
      if (page.records.length > 0 && seen.has(ids)) isRepeated = true;
      else pages[number] = page;
      seen.add(ids);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(width, first.totalPages - 1) }, work));
  } finally {
    call.signal.removeEventListener("abort", end);
    ending.end();
  }
  return { pages: pages.filter((page) => page !== undefined), isRepeated };
}

function idsOf(page: Envelope, idKey: string): string {
  return page.records.map((record) => textOf(pick(record, idKey)) ?? "").join("\n");
}

function customerPath(account: string): string {
  return `/customer/${encodeURIComponent(account)}`;
}
