/** The three endpoints of Akamai's Invoicing API v4, one function each. URLs are built from ids: a `fileLink` is never followed. */
import type { Connect, ConnectionOptions, UpstreamReply, UpstreamStream } from "../../http/connection.ts";
import { readJson } from "../../http/json.ts";
import { SentBody } from "../../http/sent-text.ts";
import type { Month } from "../../model/day.ts";
import { createExaminer } from "../../model/documented.ts";
import { type DriftRecorder, unrecorded } from "../../model/drift.ts";
import { Failure } from "../../model/errors.ts";
import type { FileFormat } from "../../model/file.ts";
import type { Secret } from "../../model/secret.ts";
import type { SentText } from "../../model/provenance.ts";
import type { Call } from "../../model/source.ts";
import { documentedDownload, documentedItem } from "./documented.ts";
import { createEdgeGridSigner, type EdgeGridCredentials } from "./edgegrid.ts";
import type { SourceType } from "./file-offers.ts";
import { checkFile, failureOf, quotaOf, type Subject } from "./problems.ts";
import { type DownloadedInvoice, pointerOf, readDownload, readRecords } from "./wire.ts";

export interface AkamaiClient {
  /** The raw records of a usage month, of one contract, or of the whole account when it is null. */
  invoices(contract: string | null, month: Month, call: Call): Promise<Records>;
  /** An invoice with its lines. */
  details(contract: string, invoiceId: string, call: Call): Promise<Sent<DownloadedInvoice>>;
  /** A file of an invoice, as it arrives. */
  file(contract: string, invoiceId: string, wanted: WantedFile, call: Call): Promise<UpstreamStream>;
  close(): Promise<void>;
}

/** What a list holds. */
export interface Records {
  readonly records: readonly unknown[];
  /** The text of the record in that place. */
  readonly sent: (index: number) => SentText;
}

/** A record and its text. */
export interface Sent<Record> {
  readonly record: Record;
  readonly sent: SentText;
}

export interface WantedFile {
  readonly format: FileFormat;
  readonly sourceType: SourceType;
}

export interface AkamaiClientOptions extends ConnectionOptions {
  readonly credentials: EdgeGridCredentials;
  readonly accountSwitchKey?: Secret | undefined;
  /** The host that is signed; the dialled one by default. */
  readonly signingHost?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly drift?: DriftRecorder | undefined;
}

const root = "/invoicing-api/v4";

const contentTypes: Readonly<Partial<Record<FileFormat, string>>> = {
  PDF: "application/pdf",
  CSV: "text/csv",
  JSON: "application/json",
};

/** A client that signs every attempt anew. */
export function createClient(connect: Connect, options: AkamaiClientOptions): AkamaiClient {
  const { source, now, credentials, signingHost, accountSwitchKey, drift = unrecorded, ...limits } = options;
  const examineItem = createExaminer(documentedItem, drift);
  const examineDownload = createExaminer(documentedDownload, drift);
  const base = new URL(options.url.replace(/\/invoicing-api(?:\/v4)?\/*$/, ""));
  const sign = createEdgeGridSigner(credentials, { host: signingHost ?? base.host, now });
  // A proxy's own path is not what Akamai sees.
  const unseen = signingHost === undefined ? 0 : base.pathname.replace(/\/+$/, "").length;
  const connection = connect({
    ...limits,
    source,
    url: base.href,
    quotaOf,
    authorize: (request) => ({
      authorization: sign({ ...request, target: request.target.slice(unseen) }),
    }),
  });
  const switched = () => ({ accountSwitchKey: accountSwitchKey?.reveal() });

  function checkReply(reply: UpstreamReply, subject: Subject): void {
    const failure = failureOf(reply, source, subject, now());
    if (failure !== null) throw failure;
  }

  return {
    invoices(contract, month, call) {
      const path = contract === null ? `${root}/invoices` : `${contractPath(contract)}/invoices`;
      return connection.ask({ method: "GET", path, query: { month, ...switched() } }, call, (reply) => {
        checkReply(reply, contract === null ? "account" : "contract");
        const json = reply.status === 204 ? [] : readJson(reply.body, source);
        const records = readRecords(json, source);
        for (const record of records) examineItem(record);
        const body = new SentBody(reply.body, 1);
        return { records, sent: (index) => body.record(Array.isArray(json) ? `/${index}` : "") };
      });
    },
    details(contract, invoiceId, call) {
      const path = downloadPath(contract, invoiceId);
      const query = { sourceType: "REGULAR", ...switched() };
      return connection.ask({ method: "GET", path, query }, call, (reply) => {
        checkReply(reply, "invoice");
        if (reply.status === 204) throw new Failure("INVOICE_NOT_FOUND", { source });
        const json = readJson(reply.body, source);
        examineDownload(json);
        const record = readDownload(json, source, invoiceId);
        return { record, sent: new SentBody(reply.body, 2).record(pointerOf(record, json)) };
      });
    },
    async file(contract, invoiceId, { format, sourceType }, call) {
      const accept = contentTypes[format];
      if (accept === undefined) throw new Failure("FORMAT_UNAVAILABLE", { source });
      const path = downloadPath(contract, invoiceId);
      const query = { sourceType, ...switched() };
      return connection.open({ method: "GET", path, query, headers: { accept } }, call, (head) =>
        checkFile(head, source, accept, now()),
      );
    },
    close: () => connection.close(),
  };
}

function contractPath(contract: string): string {
  return `${root}/contracts/${encodeURIComponent(contract)}`;
}

function downloadPath(contract: string, invoiceId: string): string {
  return `${contractPath(contract)}/invoices/${encodeURIComponent(invoiceId)}/download`;
}
