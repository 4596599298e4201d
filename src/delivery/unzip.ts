/** Opens an archive that somebody else made: every size is counted, names are only looked at. */
import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { Failure } from "../model/errors.ts";

/** One file within an archive. */
export interface ZipEntry {
  /** As the archive has it: for comparing only, never a path of ours. */
  readonly name: string;
  /** The bytes, counted and checked; to be read before the next entry is asked for, or left. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What an archive may hold at most. */
export interface UnzipLimits {
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  readonly maxTotalBytes: number;
  /** Decompressed bytes for each byte of the archive; text compresses to a tenth or a fiftieth, bombs to a thousandth. */
  readonly maxRatio: number;
}

// Small archives of very regular text may honestly pass the ratio.
const alwaysAllowedBytes = 4 * 1024 * 1024;

/** The files of the archive, one after the other. Throws FILE_UNAVAILABLE when it is broken, encrypted or a bomb. */
export async function* unzip(path: string, limits: UnzipLimits): AsyncGenerator<ZipEntry> {
  // Names stay bytes at first: yauzl would refuse the whole archive for one name with "..", and names are no paths here.
  const zip = await openPromise(path, { autoClose: false, decodeStrings: false }).catch(refuse);
  try {
    if (zip.entryCount > limits.maxEntries) throw bomb();
    const spent = { bytes: 0, ceiling: ceilingOf(zip.fileSize, limits) };
    for await (const entry of whileReadable(zip)) {
      if (entry.uncompressedSize > limits.maxEntryBytes) throw bomb();
      const name = nameOf(entry);
      if (!name.endsWith("/")) yield { name, body: bodyOf(zip, entry, limits, spent) };
    }
  } finally {
    zip.close();
  }
}

function ceilingOf(archiveBytes: number, limits: UnzipLimits): number {
  return Math.min(limits.maxTotalBytes, Math.max(alwaysAllowedBytes, archiveBytes * limits.maxRatio));
}

async function* whileReadable(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = zip.eachEntry();
  for (;;) {
    const { done, value } = await entries.next().catch(refuse);
    if (done) return;
    yield value;
  }
}

async function* bodyOf(
  zip: ZipFile,
  entry: Entry,
  limits: UnzipLimits,
  spent: { bytes: number; readonly ceiling: number },
): AsyncGenerator<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry).catch(refuse);
  let size = 0;
  let sum = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      spent.bytes += chunk.length;
      if (size > limits.maxEntryBytes || spent.bytes > spent.ceiling) throw bomb();
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (thrown) {
    refuse(thrown);
  } finally {
    stream.destroy();
  }
  // yauzl leaves the checksum to its caller.
  if (sum !== entry.crc32) refuse(new Error("checksum"));
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
}

function bomb(): Failure {
  return new Failure("FILE_UNAVAILABLE", {
    message: "The source sent an archive that unpacks to more than is allowed.",
  });
}

function refuse(thrown: unknown): never {
  if (thrown instanceof Failure) throw thrown;
  throw new Failure("FILE_UNAVAILABLE", {
    message: "The source sent an archive that is broken.",
    cause: thrown,
  });
}
