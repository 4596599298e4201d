/** Puts an answer on the wire: its bytes are made once, however many are sent them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { notedRequestId } from "../telemetry/request-id.ts";
import { type Answer, closed, statusFor } from "./answer.ts";
import { Bodies } from "./bodies.ts";
import { plainHeaders } from "./edge.ts";
import { encodingFor } from "./encoding.ts";
import type { JsonType } from "./negotiate.ts";
import type { Cost } from "./pipeline.ts";

/** Sends an answer together with what it cost. Null: its bytes are handed over; else resolves when they are. */
export type Send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  cost: Cost | null,
  type: JsonType,
) => Promise<void> | null;

const plainPairs = Object.entries(plainHeaders).flat();

/** Compresses bodies from so many bytes on, where the client takes it; 0: never. */
export function createSend(compressFromBytes: number): Send {
  return (request, response, answer, cost, type) => {
    const bodies = bodiesOf(answer, closed(cost));
    const isLarge = compressFromBytes > 0 && bodies.size >= compressFromBytes;
    if (isLarge) response.appendHeader("vary", "accept-encoding");
    const encoding = isLarge ? encodingFor(request.headers["accept-encoding"]) : "identity";
    if (encoding === "identity") {
      response.writeHead(statusFor(answer, type), headOf(response, answer, type, bodies.size));
      response.end(bodies.plain, "latin1");
      return null;
    }
    return bodies.in(encoding).then((body) => {
      response.setHeader("content-encoding", encoding);
      response.writeHead(statusFor(answer, type), headOf(response, answer, type, body.length));
      response.end(body);
    });
  };
}

// As names and values in turn: where no header was set before, Node writes them as they are.
function headOf(response: ServerResponse, { refusal }: Answer, type: JsonType, bytes: number): string[] {
  const head = [...plainPairs, "content-type", `${type}; charset=utf-8`, "content-length", String(bytes)];
  const id = notedRequestId(response);
  if (id !== undefined) head.push("x-request-id", id);
  if (refusal !== null) head.push(...Object.entries(refusal.headers).flat());
  return head;
}

// An answer that is kept keeps its bytes as well: see sharing.ts for what they weigh.
function bodiesOf(answer: Answer, end: string): Bodies {
  const { sent } = answer;
  if (sent?.end === end) return sent.bodies;
  const bodies = new Bodies(answer.text + end);
  answer.sent = { end, bodies };
  return bodies;
}
