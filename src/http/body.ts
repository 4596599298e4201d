/** Bodies: decoded, and counted after decoding, so that a small compressed answer cannot become a huge one. */
import { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { Failure } from "../model/errors.ts";

interface Encoded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** The body with its content encoding undone. An encoding that we did not ask for is an error. */
export function decodedBody({ headers, body }: Encoded): Readable {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "" || encoding === "identity") return body;
  const decoder =
    encoding === "gzip" || encoding === "x-gzip"
      ? createGunzip()
      : encoding === "deflate"
        ? createInflate()
        : encoding === "br"
          ? createBrotliDecompress()
          : null;
  if (decoder === null) {
    body.on("error", () => {}).destroy();
    throw new Failure("SOURCE_BAD_RESPONSE", {
      message: "The source's answer has an encoding that was not asked for.",
    });
  }
  body.on("error", (error) => decoder.destroy(error));
  decoder.on("close", () => body.destroy());
  // Whoever reads it is told; where nobody does, an abort must not end the process.
  decoder.on("error", () => {});
  return body.pipe(decoder);
}

/** The whole body, or SOURCE_TOO_LARGE as soon as it passes the cap. */
export async function readAll(body: Readable, maxBytes: number, source: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new Failure("SOURCE_TOO_LARGE", {
        source,
        message: `${source} sent more than ${maxBytes} bytes.`,
      });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}
