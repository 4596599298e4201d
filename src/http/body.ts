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

/** The whole body, or SOURCE_TOO_LARGE as soon as it passes the cap. Rejects with what broke it off. */
export function readAll(body: Readable, maxBytes: number, source: string): Promise<Buffer> {
  // Listened to, not iterated over: of a small answer the iterator would cost more than all else.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      reject(
        new Failure("SOURCE_TOO_LARGE", { source, message: `${source} sent more than ${maxBytes} bytes.` }),
      );
      body.destroy();
    });
    body.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)),
    );
    body.once("error", reject);
    // Every body is closed in the end: a failure is made only for one that was cut off.
    const cutOff = () => {
      if (!body.readableEnded) reject(body.errored ?? new Failure("SOURCE_DISCONNECTED", { source }));
    };
    if (body.destroyed) cutOff();
    else body.once("close", cutOff);
  });
}
