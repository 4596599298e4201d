/** The body of a request: never more of it than is allowed, whatever its headers say. */
import type { IncomingMessage } from "node:http";
import type { EndSignal } from "../../model/ending.ts";
import { Failure } from "../../model/errors.ts";

// A client that is still sending when it is refused reads our answer only if we go on reading for a while.
const lingerMs = 2_000;

const nothing = Buffer.alloc(0);

/**
 * The whole body, at once when it has come already. Throws or rejects with PAYLOAD_TOO_LARGE beyond the limit; rejects with CANCELLED when
 * the client leaves in the middle, which ends the request.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  ended: EndSignal,
): Buffer | Promise<Buffer> {
  const size = Number(request.headers["content-length"]);
  if (size > maxBytes) throw tooLarge(request, maxBytes);
  if (request.readableLength !== size) return collect(request, maxBytes, ended);
  // Without listeners, which cost more than all that they hear.
  const body = request.read() as Buffer | null;
  request.resume();
  return body ?? nothing;
}

function collect(request: IncomingMessage, maxBytes: number, ended: EndSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;

    function onData(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.off("data", onData);
      reject(tooLarge(request, maxBytes));
    }

    request.on("data", onData);
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    // Every request ends: a failure, which costs its stack, is made only for one that was cut off.
    const cutOff = () => {
      if (!request.readableEnded) reject(new Failure("CANCELLED"));
    };
    if (ended.aborted) cutOff();
    else ended.addEventListener("abort", cutOff);
  });
}

function tooLarge(request: IncomingMessage, maxBytes: number): Failure {
  request.resume();
  const cut = setTimeout(() => request.destroy(), lingerMs);
  request.once("close", () => clearTimeout(cut));
  return new Failure("PAYLOAD_TOO_LARGE", { message: `A request body has at most ${maxBytes} bytes.` });
}
