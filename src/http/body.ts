/** Bodies that are encoded: decoded, by whatever their head names. */
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Failure } from "../model/errors.ts";
import type { UpstreamHead } from "./connection.ts";

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

/** The body of this head with its content encoding undone. */
export function decodedBody(headers: UpstreamHead["headers"], body: Readable): Readable {
  const decoder = decoderOf(headers);
  if (decoder === null) return body;
  body.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => body.destroy());
  // Whoever reads it is told; where nobody does, an abort must not end the process.
  decoder.on("error", () => {});
  return body.pipe(decoder);
}
