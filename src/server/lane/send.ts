/** Puts an answer on the wire: its bytes are made once, however many are sent them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { addedUp } from "../../execution/text.ts";
import { plainHeaders } from "../edge/edge.ts";
import type { JsonType } from "../edge/negotiate.ts";
import type { Cost } from "../operations/pipeline.ts";
import { type Answer, closed, statusFor } from "./answer.ts";
import { Bodies } from "./bodies.ts";
import { encodingFor } from "./encoding.ts";

/** Sends an answer together with what it cost. Null: its bytes are handed over; else resolves when they are. */
export type Send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  cost: Cost | null,
  type: JsonType,
) => Promise<void> | null;

const plainHead = Object.entries(plainHeaders).flat();
const heads: Readonly<Record<JsonType, readonly string[]>> = {
  "application/json": [...plainHead, "content-type", "application/json; charset=utf-8"],
  "application/graphql-response+json": [
    ...plainHead,
    "content-type",
    "application/graphql-response+json; charset=utf-8",
  ],
};

/** Compresses bodies from so many bytes on, where the client takes it; 0: never. */
export function createSend(compressFromBytes: number): Send {
  return (request, response, answer, cost, type) => {
    const bodies = bodiesOf(answer, closed(cost));
    const isLarge = compressFromBytes > 0 && bodies.size >= compressFromBytes;
    const encoding = isLarge ? encodingFor(request.headers["accept-encoding"]) : "identity";
    const head = headOf(answer, type);
    // One that was set before, for pages of another origin, is added to.
    if (isLarge && response.hasHeader("vary")) response.appendHeader("vary", "accept-encoding");
    else if (isLarge) head.push("vary", "accept-encoding");
    if (encoding !== "identity") head.push("content-encoding", encoding);
    const end = (body: string | readonly Buffer[], bytes: number) => {
      head.push("content-length", String(bytes));
      response.writeHead(statusFor(answer, type), head);
      if (typeof body === "string") response.end(body, "latin1");
      else endWith(response, body);
    };
    if (encoding !== "identity") return bodies.in(encoding).then((body) => end([body], body.length));
    end(bodies.plain, bodies.size);
    return null;
  };
}

// To make one of them would copy all.
function endWith(response: ServerResponse, pieces: readonly Buffer[]): void {
  response.cork();
  for (const piece of pieces) response.write(piece);
  // Which uncorks it.
  response.end();
}

// As names and values in turn: where no header was set before, Node writes them as they are.
function headOf({ refusal }: Answer, type: JsonType): string[] {
  const head = [...heads[type]];
  if (refusal !== null) head.push(...Object.entries(refusal.headers).flat());
  return head;
}

// An answer that is kept keeps its bytes as well: see sharing/kept-weight.ts for what they weigh.
function bodiesOf(answer: Answer, end: string): Bodies {
  const { sent } = answer;
  if (sent?.end === end) return sent.bodies;
  const bodies = new Bodies(addedUp([answer.text], end));
  answer.sent = { end, bodies };
  return bodies;
}
