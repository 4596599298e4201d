/** The kind `flolive`: invoices, files, profiles and sub-customers of floLIVE's customers. */
import { unrecorded } from "../../model/drift.ts";
import { Failure } from "../../model/errors.ts";
import type { InvoiceFiles, Source } from "../../model/source.ts";
import type { SourceKind, SourceSetup } from "../kind.ts";
import { accountReader, readAccount } from "./accounts.ts";
import { createClient, type FloliveClient } from "./client.ts";
import { createComparisons } from "./compare.ts";
import { type FloliveConfig, floliveConfig } from "./config.ts";
import { forecast } from "./forecast.ts";
import { invoiceLister } from "./invoices.ts";
import { tracesOf } from "./provenance.ts";

const nobody = "00000000-0000-0000-0000-000000000000";

/** floLIVE, as far as its documents go. */
export const flolive: SourceKind<FloliveConfig> = {
  kind: "flolive",
  title: "floLIVE",
  accountTerm: "the floLIVE customer UUID",
  readAccount,
  config: floliveConfig,
  create,
};

function create(setup: SourceSetup<FloliveConfig>): Source {
  const { id, config, connect } = setup;
  const { header, scheme } = config.auth;
  const proof = { [header.toLowerCase()]: `${scheme} ${config.token.reveal()}`.trimStart() };
  const connection = connect({
    source: id,
    url: apiUrl(config.url),
    authorize: () => proof,
    timeoutMs: config.timeoutMs,
    connectTimeoutMs: config.connectTimeoutMs,
    maxBytes: config.maxBytes,
    maxSockets: config.maxSockets,
  });
  const client = createClient(connection, id, config.paging, createComparisons(setup.drift ?? unrecorded));
  return {
    id,
    kind: "flolive",
    forecast,
    invoices: invoiceLister(client, id, setup.now),
    files: invoiceFiles(client, id, config.maxBatch),
    accounts: accountReader(client, id),
    traces: tracesOf,
    async ping(call, account) {
      try {
        await client.customer(account ?? nobody, call);
      } catch (thrown) {
        // A refusal of the account in floLIVE's own words proves that it answers and that it took the credentials.
        const isAnswer =
          thrown instanceof Failure &&
          (thrown.code === "ACCOUNT_NOT_FOUND" || thrown.code === "ACCOUNT_NOT_PERMITTED") &&
          thrown.upstreamCode !== null;
        if (!isAnswer) throw thrown;
      }
    },
    close: () => connection.close(),
  };
}

/** The base URL of the API: `/api/v2` below a URL that names no path of its own. */
export function apiUrl(url: string): string {
  const base = new URL(url);
  if (base.pathname === "/") base.pathname = "/api/v2";
  return base.href;
}

function invoiceFiles(client: FloliveClient, source: string, maxBatch: number): InvoiceFiles {
  return {
    offers: (invoice, format) =>
      invoice.source === source && invoice.files.some((offer) => offer.format === format),
    maxBatch,
    // The format cannot be asked for: whatever floLIVE sends is handed on, for the caller to tell by its bytes.
    async *fetch(batch, _format, call) {
      const [first] = batch;
      if (first === undefined) return;
      const ids = batch.map((invoice) => invoice.key[0] as string);
      for await (const body of client.downloadInvoices(first.account, ids, call))
        yield { invoices: batch, body };
    },
  };
}
