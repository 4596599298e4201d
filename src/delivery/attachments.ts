/** One attachment as it arrives: written down, looked at, unpacked where it is an archive, given to its invoices. */
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import type { FileFormat } from "../model/file.ts";
import type { Invoice } from "../model/invoice.ts";
import { createPace } from "../model/pace.ts";
import type { Attachment } from "../model/source.ts";
import { matchEntries } from "./match.ts";
import type { Scratch, ScratchFile, WriteLimits } from "./scratch.ts";
import { kindOfFile, whyNot } from "./sniff.ts";
import { unzip } from "./unzip.ts";

/** A file of the format that was asked for, and the invoice that it is of; null where nothing says which. */
export interface IncomingFile {
  readonly file: ScratchFile;
  readonly invoice: Invoice | null;
}

/** From whom, as what and how much may come in. */
export interface IncomingOptions {
  readonly scratch: Scratch;
  readonly source: string;
  readonly format: FileFormat;
  readonly maxFileBytes: number;
  readonly signal: EndSignal;
}

const maxEntries = 2_000;
const maxRatio = 200;

/** Writes an attachment down. Throws SOURCE_TOO_LARGE above the cap, and whatever its body throws. */
export async function writeDown(attachment: Attachment, options: IncomingOptions): Promise<ScratchFile> {
  // An archive of a batch may hold one file for each of its invoices.
  const maxBytes = options.maxFileBytes * Math.max(1, attachment.invoices.length);
  return options.scratch.write(attachment.body, limitsOf(options, maxBytes));
}

/** The files in what was written down. Throws FILE_UNAVAILABLE when it is not what was asked for; drops what it does not give. */
export async function sortOut(
  file: ScratchFile,
  invoices: readonly Invoice[],
  options: IncomingOptions,
): Promise<IncomingFile[]> {
  const { scratch, source, format, maxFileBytes } = options;
  try {
    if ((await kindOfFile(file)) === "ZIP") return await unpack(file, invoices, options);
    if (file.size > maxFileBytes) throw tooLarge(source, maxFileBytes);
    const problem = await whyNot(file, format);
    if (problem !== null) throw unusable(source, problem);
  } catch (thrown) {
    await scratch.drop(file);
    throw thrown;
  }
  const [only, ...others] = invoices;
  return [{ file, invoice: others.length === 0 ? (only ?? null) : null }];
}

async function unpack(archive: ScratchFile, invoices: readonly Invoice[], options: IncomingOptions) {
  const { scratch, source, format, maxFileBytes } = options;
  const unpacked: { name: string; file: ScratchFile }[] = [];
  const [only, ...others] = invoices;
  let matched: readonly (Invoice | null)[] = [];
  try {
    const caps = {
      maxEntries,
      maxRatio,
      maxEntryBytes: maxFileBytes,
      maxTotalBytes: maxFileBytes * (invoices.length + 1),
    };
    for await (const { name, body } of unzip(archive.path, caps)) {
      const file = await scratch.write(body, limitsOf(options, maxFileBytes));
      // The archive of one invoice may hold its PDF beside its XML: what is of another type was not asked for.
      if ((await whyNot(file, format)) === null) unpacked.push({ name, file });
      else await scratch.drop(file);
    }
    if (unpacked.length === 0) throw unusable(source, `an archive without a whole ${format} in it`);
    const names = unpacked.map(({ name }) => name);
    if (others.length > 0) matched = await matchEntries(names, invoices, createPace(options.signal));
  } catch (thrown) {
    await Promise.all(unpacked.map(({ file }) => scratch.drop(file)));
    throw thrown instanceof Failure && thrown.source === null
      ? new Failure(thrown.code, { source, message: thrown.message, cause: thrown })
      : thrown;
  }
  await scratch.drop(archive);
  return unpacked.map(({ file }, at) => ({
    file,
    invoice: others.length === 0 ? (only ?? null) : (matched[at] ?? null),
  }));
}

function limitsOf({ source, signal }: IncomingOptions, maxBytes: number): WriteLimits {
  return { maxBytes, signal, tooLarge: () => tooLarge(source, maxBytes) };
}

function tooLarge(source: string, maxBytes: number): Failure {
  return new Failure("SOURCE_TOO_LARGE", {
    source,
    message: `${source} sent a file of more than ${maxBytes} bytes.`,
  });
}

function unusable(source: string, problem: string): Failure {
  return new Failure("FILE_UNAVAILABLE", { source, message: `${source} sent ${problem}.` });
}
