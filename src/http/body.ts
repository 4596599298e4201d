/** Bodies that are encoded: decoded, by whatever their head names. */
import { Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Failure } from "../model/errors.ts";
import type { UpstreamHead } from "./connection.ts";
import type { Pieces } from "./pieces.ts";

/** What undoes the body's content encoding; null when it has none. Throws for an encoding that we did not ask for. */
export function decoderOf(headers: UpstreamHead["headers"]): Transform | null {
  const named = headers["content-encoding"];
  if (named === undefined) return null;
  switch (named.trim().toLowerCase()) {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      throw new Failure("SOURCE_BAD_RESPONSE", {
        message: "The source's answer has an encoding that was not asked for.",
      });
  }
}

/** The answer's body with its content encoding undone. */
export function decodedBody({ headers, body, cancel }: Pieces): AsyncIterable<Buffer> {
  const decoder = decoderOf(headers);
  if (decoder === null) return body;
  const encoded = Readable.from(body);
  encoded.on("error", (error) => decoder.destroy(error));
  decoder.on("close", cancel);
  // Whoever reads it is told; where nobody does, an abort must not end the process.
  decoder.on("error", () => {});
  return encoded.pipe(decoder);
}
