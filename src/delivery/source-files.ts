/** Files that the sources themselves have: the fewest calls that bring them, one by one only where a batch cannot tell. */
import { type ErrorCode, Failure, toFailure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Call, InvoiceFiles } from "../model/source.ts";
import { abortable, inParallel } from "./abortable.ts";
import { type IncomingOptions, sortOut, writeDown } from "./attachments.ts";
import type { ScratchFile } from "./scratch.ts";

/** Told once for each invoice: its files, which the receiver then owns, or why there are none. */
export type Settle = (invoice: Invoice, outcome: readonly ScratchFile[] | Failure) => Promise<void>;

const callsAtOnce = 4;

// An invoice has a file or two; a source that sends them without end would fill the disk with folders until the deadline.
const mostPerInvoice = 100;

// A batch that fails so may hold one bad id or one bad file: asked singly, the others can still be had.
const worthAskingSingly: ReadonlySet<ErrorCode> = new Set([
  "INVOICE_NOT_FOUND",
  "FILE_UNAVAILABLE",
  "SOURCE_TOO_LARGE",
]);

/** Equal for invoices that one call may bring: those of one account. */
export function batchOf({ source, account }: Invoice): string {
  return JSON.stringify([source, account]);
}

/** Fetches the files of invoices of one account in one format. Every invoice is settled, whatever happens. */
export async function fetchFiles(
  files: InvoiceFiles,
  invoices: readonly Invoice[],
  options: IncomingOptions,
  call: Call,
  settle: Settle,
): Promise<void> {
  const singly: Invoice[] = [];
  await inParallel(inBatches(invoices, files.maxBatch), callsAtOnce, async (batch) => {
    singly.push(...(await fetchBatch(files, batch, options, call, settle)));
  });
  await inParallel(singly, callsAtOnce, async (invoice) => {
    await fetchBatch(files, [invoice], options, call, settle);
  });
}

/** Gives those that are still to be asked for one by one. */
async function fetchBatch(
  files: InvoiceFiles,
  batch: readonly Invoice[],
  options: IncomingOptions,
  call: Call,
  settle: Settle,
): Promise<Invoice[]> {
  const { signal, source, scratch, format } = options;
  const found = new Map<Invoice, ScratchFile[]>();
  const failures = new Map<Invoice, Failure>();
  const blame = (invoices: readonly Invoice[], thrown: unknown) => {
    for (const invoice of invoices) failures.set(invoice, toFailure(thrown, source));
  };
  let arrived = 0;
  try {
    for await (const attachment of abortable(files.fetch(batch, format, call), signal)) {
      if (++arrived > mostPerInvoice * batch.length) {
        // Nobody can tell which of them are the invoice's.
        for (const own of found.values()) await Promise.all(own.map((file) => scratch.drop(file)));
        found.clear();
        throw tooMany(source);
      }
      const written = await writeDown(attachment, options);
      try {
        for (const { file, invoice } of await sortOut(written, attachment.invoices, options)) {
          if (invoice === null) await scratch.drop(file);
          else await add(found, invoice, file, options);
        }
      } catch (thrown) {
        // The bytes were read to their end, so that the next attachment may still be a good one.
        blame(attachment.invoices, thrown);
      }
    }
  } catch (thrown) {
    blame(
      batch.filter((invoice) => !found.has(invoice) && !failures.has(invoice)),
      thrown,
    );
  }

  const again: Invoice[] = [];
  for (const invoice of batch) {
    const own = found.get(invoice);
    const failure = failures.get(invoice);
    if (own !== undefined) await settle(invoice, own);
    else if (batch.length > 1 && (failure === undefined || worthAskingSingly.has(failure.code)))
      again.push(invoice);
    else await settle(invoice, failure ?? noFile(source));
  }
  return again;
}

// The same bytes twice, as in an archive with a doubled entry, are one file.
async function add(
  found: Map<Invoice, ScratchFile[]>,
  invoice: Invoice,
  file: ScratchFile,
  { scratch }: IncomingOptions,
): Promise<void> {
  const own = found.get(invoice) ?? [];
  if (own.some(({ sha256 }) => sha256 === file.sha256)) await scratch.drop(file);
  else found.set(invoice, [...own, file]);
}

/** In pieces of that size, in their order. */
export function inBatches(invoices: readonly Invoice[], size: number): Invoice[][] {
  const batches: Invoice[][] = [];
  for (let at = 0; at < invoices.length; at += size) batches.push(invoices.slice(at, at + size));
  return batches;
}

function noFile(source: string): Failure {
  return new Failure("FILE_UNAVAILABLE", {
    source,
    message: `${source} sent nothing that can be told to be the file of this invoice.`,
  });
}

function tooMany(source: string): Failure {
  return new Failure("SOURCE_TOO_LARGE", {
    source,
    message: `${source} sent more than ${mostPerInvoice} files for each invoice.`,
  });
}
