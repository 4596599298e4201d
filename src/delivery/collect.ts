/** Brings the files of many invoices into the store: sources side by side, nothing fetched twice. */
import type { EndSignal } from "../model/ending.ts";
import { type ErrorCode, Failure, toFailure } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import type { Call, Source } from "../model/source.ts";
import { inParallel } from "./abortable.ts";
import { createDeferred } from "./deferred.ts";
import type { DownloadItem, FileOrigin } from "./delivery.ts";
import { contentTypes } from "./formats.ts";
import { invoiceFileName } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import type { Scratch, ScratchFile } from "./scratch.ts";
import type { Outcome, Shelf } from "./shelf.ts";
import { batchOf, fetchFiles } from "./source-files.ts";
import type { Store, StoredFile } from "./store.ts";
import { versionOf } from "./version.ts";

/** What collecting needs. */
export interface CollectOptions {
  readonly sourceOf: (id: string) => Source | undefined;
  readonly renderer: Renderer;
  readonly scratch: Scratch;
  readonly store: Store;
  readonly shelf: Shelf;
  readonly maxFileBytes: number;
  /** How long a stored file lives. */
  readonly lifeMs: number;
  readonly now: () => number;
}

/** The files of one item and where they are from, or why there are none. */
export interface Collected {
  readonly item: DownloadItem;
  readonly origin: FileOrigin;
  readonly outcome: Outcome;
}

interface Job {
  readonly item: DownloadItem;
  readonly settle: (outcome: Outcome) => void;
}

// Rendering is work of the one thread: more at once would only use more memory.
const rendersAtOnce = 2;

/** One answer for each item, in their order. Every claim on the shelf is settled, whatever happens. */
export async function collect(
  items: readonly DownloadItem[],
  format: FileFormat,
  call: Call,
  options: CollectOptions,
): Promise<Collected[]> {
  const fetches = new Map<string, Job[]>();
  const renders: Job[] = [];
  const answers = await Promise.all(
    items.map(async (item) => {
      const origin = originOf(item, format, options);
      if (origin === null)
        return { item, origin: "SOURCE" as const, outcome: Promise.resolve(unavailable(item)) };
      const key = JSON.stringify([
        item.customer.id,
        item.invoice.id,
        format,
        origin,
        versionOf(item, format, origin),
      ]);
      // Thrown on, it would leave the others with claims that nobody settles.
      const claim = await options.shelf.claim(key).catch((thrown: unknown) => toFailure(thrown));
      if (claim instanceof Failure) return { item, origin, outcome: Promise.resolve(claim) };
      if (!("settle" in claim)) return { item, origin, outcome: claim.outcome };
      const { promise: outcome, resolve } = createDeferred<Outcome>();
      const job: Job = { item, settle: (what) => (claim.settle(what), resolve(what)) };
      if (origin === "RENDERED") renders.push(job);
      else {
        const group = batchOf(item.invoice);
        fetches.set(group, [...(fetches.get(group) ?? []), job]);
      }
      return { item, origin, outcome };
    }),
  );
  // Not awaited: each settles all of its jobs and never throws, and the answer is due at the deadline even if one hangs.
  for (const jobs of fetches.values()) void fetchGroup(jobs, format, call, options);
  void inParallel(renders, rendersAtOnce, (job) => renderOne(job, format, call, options));
  return Promise.all(
    answers.map(async ({ outcome, ...rest }) => ({ ...rest, outcome: await within(outcome, call.signal) })),
  );
}

/** Did the one who was doing the work for us stop for reasons of its own, so that asking again is right? */
export function isAbandoned(outcome: Outcome): boolean {
  const passing: readonly ErrorCode[] = ["CANCELLED", "DEADLINE_EXCEEDED"];
  return outcome instanceof Failure && passing.includes(outcome.code);
}

function originOf({ invoice }: DownloadItem, format: FileFormat, options: CollectOptions): FileOrigin | null {
  if (options.sourceOf(invoice.source)?.files?.offers(invoice, format)) return "SOURCE";
  return options.renderer.canRender(invoice, format) ? "RENDERED" : null;
}

async function fetchGroup(
  jobs: readonly Job[],
  format: FileFormat,
  call: Call,
  options: CollectOptions,
): Promise<void> {
  const [first] = jobs;
  const files = first === undefined ? undefined : options.sourceOf(first.item.invoice.source)?.files;
  if (first === undefined || files === undefined) return;
  const source = first.item.invoice.source;
  const waiting = new Map(jobs.map((job) => [job.item.invoice, job] as const));
  const incoming = {
    scratch: options.scratch,
    maxFileBytes: options.maxFileBytes,
    signal: call.signal,
    source,
    format,
  };
  let end: unknown = new Failure("INTERNAL", { source, detail: "an invoice was left unsettled" });
  try {
    await fetchFiles(files, [...waiting.keys()], incoming, call, async (invoice, outcome) => {
      const job = waiting.get(invoice);
      if (job === undefined) return;
      waiting.delete(invoice);
      job.settle(
        outcome instanceof Failure
          ? outcome
          : await keep(job.item, outcome, contentTypes[format], format, options),
      );
    });
  } catch (thrown) {
    end = thrown;
  }
  for (const job of waiting.values()) job.settle(toFailure(end, source));
}

async function renderOne(
  { item, settle }: Job,
  format: FileFormat,
  { signal }: Call,
  options: CollectOptions,
): Promise<void> {
  const { source } = item.invoice;
  const { maxFileBytes } = options;
  const tooLarge = () =>
    new Failure("LIMIT_EXCEEDED", {
      source,
      message: `The file would be larger than ${maxFileBytes} bytes: ask for another format.`,
    });
  try {
    signal.throwIfAborted();
    const { invoice, customer } = item;
    const { contentType, body } = await options.renderer.render(invoice, customer, format, signal);
    const file = await options.scratch.write(body, { maxBytes: maxFileBytes, tooLarge, signal });
    settle(await keep(item, [file], contentType, format, options));
  } catch (thrown) {
    settle(toFailure(thrown, source));
  }
}

async function keep(
  { invoice, customer }: DownloadItem,
  files: readonly ScratchFile[],
  contentType: string,
  format: FileFormat,
  { store, scratch, lifeMs, now }: CollectOptions,
): Promise<Outcome> {
  const stored: StoredFile[] = [];
  try {
    for (const file of files) {
      const fileName = invoiceFileName(invoice, format);
      stored.push(
        await store.put(file, { fileName, contentType, customers: [customer.id], expiresAt: now() + lifeMs }),
      );
    }
    return stored;
  } catch (thrown) {
    await Promise.all(files.slice(stored.length).map((file) => scratch.drop(file)));
    return toFailure(thrown);
  }
}

// Another call may be doing the work, under a later deadline than ours.
async function within(outcome: Promise<Outcome>, signal: EndSignal): Promise<Outcome> {
  const ended = createDeferred<Outcome>();
  const stop = () => ended.resolve(toFailure(signal.reason));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    return await Promise.race([outcome, ended.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function unavailable({ invoice }: DownloadItem): Failure {
  return new Failure("FORMAT_UNAVAILABLE", { source: invoice.source });
}
