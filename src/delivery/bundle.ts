/** Several files as one zip, written as it is read, with a manifest that says what is in it and what is missing. */
import { PassThrough, type Readable } from "node:stream";
import { ZipFile } from "yazl";
import { Failure } from "../model/errors.ts";
import type { StoredFile } from "./store.ts";

/** One file and its path within the zip: relative, safe and unique. */
export interface BundleEntry {
  readonly path: string;
  readonly file: StoredFile;
}

export interface BundleOptions {
  /** Opens a file's bytes; null when it is gone. */
  readonly read: (file: StoredFile) => Promise<Readable | null>;
  /** Epoch milliseconds, for the entries' times. */
  readonly now: number;
}

/** The path of the manifest. */
export const manifestPath = "manifest.json";

/** The zip's bytes. One file is open at a time; leaving the bytes unread closes it. */
export function writeBundle(
  entries: readonly BundleEntry[],
  manifest: object,
  options: BundleOptions,
): Readable {
  const zip = new ZipFile();
  const output = new PassThrough({ highWaterMark: 256 * 1024 });
  const mtime = new Date(options.now);
  let reading: Readable | null = null;

  for (const { path, file } of entries) {
    // The streams within a PDF are compressed already: deflating them again costs time and saves nothing.
    const compress = file.contentType !== "application/pdf";
    zip.addReadStreamLazy(path, { size: file.size, compress, mtime }, (give) => {
      options.read(file).then((stream) => {
        if (stream === null) return output.destroy(gone());
        reading = stream;
        // yazl does not watch the streams it reads from.
        stream.on("error", (error) => output.destroy(error));
        if (output.destroyed) stream.destroy();
        else give(null, stream);
      }, output.destroy.bind(output));
    });
  }
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), manifestPath, { mtime });
  zip.end();

  zip.on("error", (error: Error) => output.destroy(error));
  output.on("close", () => reading?.destroy());
  zip.outputStream.pipe(output);
  return output;
}

function gone(): Failure {
  return new Failure("STORAGE_UNAVAILABLE", { detail: "a stored file was gone before it was bundled" });
}
