/** Puts an answer on the wire: its bytes are made once, however many are sent them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, closed, statusFor } from "./answer.ts";
import { Bodies } from "./bodies.ts";
import { encodingFor } from "./encoding.ts";
import type { JsonType } from "./negotiate.ts";

/** Sends an answer with what only this request is told, as `extensions`. Resolves when the bytes are handed over. */
export type Send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  extensions: object | null,
  type: JsonType,
) => Promise<void>;

/** Compresses bodies from so many bytes on, where the client takes it; 0: never. */
export function createSend(compressFromBytes: number): Send {
  return async (request, response, answer, extensions, type) => {
    const bodies = bodiesOf(answer, closed(extensions));
    const isLarge = compressFromBytes > 0 && bodies.size >= compressFromBytes;
    const encoding = isLarge ? encodingFor(request.headers["accept-encoding"]) : "identity";
    const body = encoding === "identity" ? bodies.plain : await bodies.in(encoding);
    if (isLarge) response.appendHeader("vary", "accept-encoding");
    if (encoding !== "identity") response.setHeader("content-encoding", encoding);
    response.writeHead(statusFor(answer, type), {
      ...answer.refusal?.headers,
      "content-type": `${type}; charset=utf-8`,
      "content-length": String(encoding === "identity" ? bodies.size : body.length),
    });
    response.end(body, "latin1");
  };
}

// An answer that is kept keeps its bytes as well: see sharing.ts for what they weigh.
function bodiesOf(answer: Answer, end: string): Bodies {
  const { sent } = answer;
  if (sent?.end === end) return sent.bodies;
  const bodies = new Bodies(answer.text + end);
  answer.sent = { end, bodies };
  return bodies;
}
