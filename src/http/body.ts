/** Bodies that are encoded: decoded, by whatever their head names. */
import { Readable, type Transform } from "node:stream";
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from "node:zlib";
import { Failure } from "../model/errors.ts";
import type { UpstreamHead } from "./connection.ts";
import type { Pieces } from "./pieces.ts";

/** A way to undo a content encoding. */
export interface Decoding {
  readonly create: () => Transform;
  /** All at once, while nothing else is done; throws ERR_BUFFER_TOO_LARGE as soon as more comes out. */
  readonly now: (encoded: Buffer, limit: { readonly maxOutputLength: number }) => Buffer;
}

const gzip: Decoding = { create: createGunzip, now: gunzipSync };
const decodings: ReadonlyMap<string, Decoding | null> = new Map([
  ["", null],
  ["identity", null],
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", { create: createInflate, now: inflateSync }],
  ["br", { create: createBrotliDecompress, now: brotliDecompressSync }],
]);

/** How the body is decoded; null when it is not encoded. Throws for an encoding that we did not ask for. */
export function decodingOf(headers: UpstreamHead["headers"]): Decoding | null {
  const named = headers["content-encoding"];
  if (named === undefined) return null;
  const decoding = decodings.get(named.trim().toLowerCase());
  if (decoding !== undefined) return decoding;
  throw new Failure("SOURCE_BAD_RESPONSE", {
    message: "The source's answer has an encoding that was not asked for.",
  });
}

/** The answer's body with its content encoding undone. */
export function decodedBody({ headers, body, cancel }: Pieces): AsyncIterable<Buffer> {
  const decoder = decodingOf(headers)?.create() ?? null;
  if (decoder === null) return body;
  const encoded = Readable.from(body);
  encoded.on("error", (error) => decoder.destroy(error));
  decoder.on("close", cancel);
  // Whoever reads it is told; where nobody does, an abort must not end the process.
  decoder.on("error", () => {});
  return encoded.pipe(decoder);
}
