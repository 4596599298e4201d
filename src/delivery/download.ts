/** One download: collect the files, bundle them where asked, answer by link or with the bytes themselves. */
import type { EndSignal } from "../model/ending.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { Source } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import { archive } from "./archive.ts";
import { timed } from "./clock.ts";
import { collect, type Collected, isAbandoned } from "./collect.ts";
import type { DeliveryConfig } from "./config.ts";
import type {
  DeliveredFile,
  DownloadFailure,
  DownloadItem,
  DownloadRequest,
  DownloadResult,
  FileLink,
} from "./delivery.ts";
import { inlineOf, mustFit } from "./inline.ts";
import { createUniquePaths } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import type { Scratch } from "./scratch.ts";
import type { Outcome, Shelf } from "./shelf.ts";
import type { Store, StoredFile } from "./store.ts";

/** What a download needs. */
export interface DownloadOptions {
  readonly config: DeliveryConfig;
  readonly sourceOf: (id: string) => Source | undefined;
  readonly renderer: Renderer;
  readonly scratch: Scratch;
  readonly store: Store;
  readonly shelf: Shelf;
  readonly lifeMs: number;
  readonly now: () => number;
  readonly linkTo: (file: StoredFile, viewer: Viewer, fileName: string) => FileLink;
  /** Told of a surprise, which the answer names as INTERNAL only; once for each answer. */
  readonly onProblem: (failure: Failure) => void;
}

/** A file of the answer, and what of the request is in it. */
interface Piece {
  readonly file: StoredFile;
  readonly fileName: string;
  readonly from: readonly Collected[];
}

// What is left of the time is for the zip and the base64.
const shareForCollecting = 0.85;
const attempts = 3;

/** Outcomes for single invoices are data; only CANCELLED is thrown. */
export function createDownload(
  options: DownloadOptions,
): (request: DownloadRequest) => Promise<DownloadResult> {
  return async (request) => {
    const whole = timed(request.call);
    const first = timed(request.call, shareForCollecting);
    try {
      const collected = await collectAll(request, first, options);
      if (request.call.signal.aborted) throw new Failure("CANCELLED");
      const surprise = collected.map(({ outcome }) => outcome).find(isSurprise);
      if (surprise !== undefined) options.onProblem(surprise);
      return await answer(collected, request, whole.signal, options);
    } finally {
      first.stop();
      whole.stop();
    }
  };
}

async function collectAll(request: DownloadRequest, call: DownloadRequest["call"], options: DownloadOptions) {
  const items = [...new Map(request.items.map((item) => [item.invoice.id, item] as const)).values()];
  const { maxFileBytes } = options.config;
  const ask = (some: readonly DownloadItem[]) =>
    collect(some, request.format, call, { ...options, maxFileBytes });
  let collected = await ask(items);
  for (let n = 1; n < attempts && !call.signal.aborted; n++) {
    const again = collected.filter(({ outcome }) => isAbandoned(outcome)).map(({ item }) => item);
    if (again.length === 0) break;
    const better = new Map((await ask(again)).map((entry) => [entry.item, entry] as const));
    collected = collected.map((entry) => better.get(entry.item) ?? entry);
  }
  return collected;
}

async function answer(
  collected: readonly Collected[],
  request: DownloadRequest,
  signal: EndSignal,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const failures = collected.flatMap(({ item, outcome }) =>
    outcome instanceof Failure ? [failureOf(item, outcome)] : [],
  );
  const present = collected.filter(({ outcome }) => !(outcome instanceof Failure));
  if (present.length === 0) return { status: "FAILED", files: [], failures };
  try {
    const asZip = request.bundle === "ZIP" || (request.bundle === "AUTO" && collected.length > 1);
    const pieces = asZip ? [await zipOf(collected, present, request, signal, options)] : separate(present);
    const files = await deliver(pieces, request, signal, options);
    return { status: failures.length === 0 ? "READY" : "PARTIAL", files, failures };
  } catch (thrown) {
    if (request.call.signal.aborted) throw new Failure("CANCELLED", { cause: thrown });
    const failure = toFailure(thrown);
    if (isSurprise(failure)) options.onProblem(failure);
    return {
      status: "FAILED",
      files: [],
      failures: [...failures, ...present.map(({ item }) => failureOf(item, failure))],
    };
  }
}

async function zipOf(
  collected: readonly Collected[],
  present: readonly Collected[],
  { format, mode }: DownloadRequest,
  signal: EndSignal,
  options: DownloadOptions,
): Promise<Piece> {
  const { maxBundleBytes, maxInlineBytes } = options.config;
  // PDFs are not compressed in a zip: what is too large before is too large after.
  if (mode === "BASE64" && format === "PDF") mustFit(sizeOf(separate(present)), maxInlineBytes);
  const file = await archive(collected, format, signal, { ...options, maxBundleBytes });
  return { file, fileName: file.fileName, from: present };
}

function separate(present: readonly Collected[]): Piece[] {
  const unique = createUniquePaths();
  return present.flatMap((entry) =>
    (entry.outcome as readonly StoredFile[]).map((file) => ({
      file,
      fileName: unique(file.fileName),
      from: [entry],
    })),
  );
}

async function deliver(
  pieces: readonly Piece[],
  { mode, viewer }: DownloadRequest,
  signal: EndSignal,
  { config, store, linkTo }: DownloadOptions,
): Promise<DeliveredFile[]> {
  if (mode === "BASE64") mustFit(sizeOf(pieces), config.maxInlineBytes);
  return Promise.all(
    pieces.map(async ({ file, fileName, from }): Promise<DeliveredFile> => {
      const link = mode === "LINK" ? linkTo(file, viewer, fileName) : null;
      const [only] = from;
      return {
        fileName,
        contentType: file.contentType,
        size: file.size,
        sha256: file.sha256,
        url: link?.url ?? null,
        expiresAt: link?.expiresAt ?? null,
        base64: mode === "BASE64" ? await inlineOf(file, store, signal) : null,
        origin: from.every(({ origin }) => origin === only?.origin) ? (only?.origin ?? null) : null,
        invoices: from.map(({ item }) => item.invoice),
      };
    }),
  );
}

function isSurprise(outcome: Outcome): outcome is Failure {
  return outcome instanceof Failure && outcome.code === "INTERNAL";
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { file }) => sum + file.size, 0);
}

function failureOf({ invoice }: DownloadItem, failure: Failure): DownloadFailure {
  const { code, retryable, message } = failure;
  return { invoiceId: invoice.id, code, source: failure.source ?? invoice.source, retryable, message };
}
