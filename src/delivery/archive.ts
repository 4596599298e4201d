/** The one zip of a download: what it is called, what lies where in it, and what its manifest says. */
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import { type BundleEntry, manifestPath, writeBundle } from "./bundle.ts";
import type { Collected } from "./collect.ts";
import { zipType } from "./formats.ts";
import { createUniquePaths, safeSegment } from "./names.ts";
import type { Scratch } from "./scratch.ts";
import type { Store, StoredFile } from "./store.ts";

/** Where the zip goes, and how large it may be. */
export interface ArchiveOptions {
  readonly scratch: Scratch;
  readonly store: Store;
  readonly maxBundleBytes: number;
  readonly lifeMs: number;
  readonly now: () => number;
}

/** Writes and stores the zip. Throws LIMIT_EXCEEDED above the ceiling, counted before anything is written. */
export async function archive(
  collected: readonly Collected[],
  format: FileFormat,
  signal: EndSignal,
  { scratch, store, maxBundleBytes, lifeMs, now }: ArchiveOptions,
): Promise<StoredFile> {
  const at = now();
  const { entries, manifest, customers, owner } = lay(collected, format, at);
  const total = entries.reduce((sum, { file }) => sum + file.size, 0);
  const tooLarge = () =>
    new Failure("LIMIT_EXCEEDED", {
      message: `The zip would hold more than ${maxBundleBytes} bytes: ask for fewer invoices, or for separate files.`,
    });
  if (total > maxBundleBytes) throw tooLarge();
  const bytes = writeBundle(entries, manifest, { read: (file) => store.read(file), now: at });
  // Deflating never helps what cannot be deflated, and each entry costs its headers.
  const maxBytes = Math.ceil(maxBundleBytes * 1.01) + 1_048_576;
  const file = await scratch.write(bytes, { maxBytes, tooLarge, signal });
  const fileName = `${owner === null ? "" : `${owner}_`}invoices.zip`;
  return store.put(file, { fileName, contentType: zipType, customers, expiresAt: at + lifeMs });
}

function lay(collected: readonly Collected[], format: FileFormat, at: number) {
  const folders = new Map<string, string>();
  const uniqueFolder = createUniquePaths();
  const unique = createUniquePaths([manifestPath]);
  const entries: BundleEntry[] = [];
  const invoices = collected.flatMap(({ item: { invoice, customer }, origin, outcome }): object[] => {
    const about = {
      id: invoice.id,
      number: invoice.number,
      type: invoice.type,
      source: invoice.source,
      customer: { id: customer.id, name: customer.name },
    };
    if (outcome instanceof Failure) {
      const { code, retryable, message } = outcome;
      return [{ ...about, file: null, missing: { code, retryable, message } }];
    }
    const folder = folders.get(customer.id) ?? uniqueFolder(safeSegment(customer.name));
    folders.set(customer.id, folder);
    return outcome.map((file) => {
      const path = unique(`${folder}/${file.fileName}`);
      entries.push({ path, file });
      return {
        ...about,
        file: path,
        contentType: file.contentType,
        size: file.size,
        sha256: file.sha256,
        origin,
      };
    });
  });
  const [owner = null, ...otherOwners] = folders.values();
  return {
    entries,
    manifest: { createdAt: new Date(at).toISOString(), format, invoices },
    customers: [...folders.keys()],
    owner: otherOwners.length === 0 ? owner : null,
  };
}
