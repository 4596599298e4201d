/** One request to a simulator and its answer: the shapes, and how an answer is written to the wire. */
import { once } from "node:events";
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { toJsonText } from "./json-text.ts";

/** A request as it arrived; `path` is not decoded, `url` is path and query as sent, `signal` aborts when the exchange closes. */
export interface SimulatorRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  url: string;
  signal: AbortSignal;
}

/** Text and bytes are sent as they are; any other object is sent as JSON. */
export type AnswerBody = string | Uint8Array | AsyncIterable<Uint8Array> | object;

/** What a handler answers: 200 and JSON unless told; `raw` takes over the response for what the rest cannot say. */
export interface Answer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: AnswerBody | null;
  raw?: (response: ServerResponse) => void | Promise<void>;
}

export type Handle = (request: SimulatorRequest) => Answer | Promise<Answer>;

/** What the log keeps of a request; times are epoch milliseconds, `status` is null until something was answered. */
export interface RequestRecord {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
  status: number | null;
  closedEarlyByClient: boolean;
  closedAt: number | null;
}

/** A request being answered. */
export interface Exchange {
  request: SimulatorRequest;
  response: ServerResponse;
  record: RequestRecord;
  /** Cuts the connection from our side: with a TCP reset, or with a plain close. */
  cut(how: "reset" | "close"): void;
}

/** An answer whose body is bytes, or a stream of them. */
export interface EncodedAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer | AsyncIterable<Uint8Array>;
}

/** Turns an answer into status, headers and bytes; `content-type` is JSON unless the answer says otherwise. */
export function encodeAnswer(answer: Answer): EncodedAnswer {
  const body = answer.body ?? Buffer.alloc(0);
  const encoded = isStream(body) ? body : toBytes(body);
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = value;
  const isEmpty = Buffer.isBuffer(encoded) && encoded.length === 0;
  if (!isEmpty) headers["content-type"] ??= "application/json; charset=utf-8";
  return { status: answer.status ?? 200, headers, body: encoded };
}

/** All bytes of a body, streamed or not. */
export async function collectBody(body: EncodedAnswer["body"]): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Writes an answer, at full speed or at so many bytes a second; stops when the client leaves. */
export async function sendAnswer(
  exchange: Exchange,
  answer: EncodedAnswer,
  bytesPerSecond?: number,
): Promise<void> {
  const { response, record, request } = exchange;
  const { status, headers, body } = answer;
  const hasNoBody = status === 204 || status === 304 || request.method === "HEAD";
  if (Buffer.isBuffer(body) && status !== 204 && status !== 304) headers["content-length"] ??= body.length;
  record.status = status;
  response.writeHead(status, headers);
  if (hasNoBody) response.end();
  else if (Buffer.isBuffer(body) && bytesPerSecond === undefined) response.end(body);
  else {
    const chunks = Buffer.isBuffer(body) ? [body] : body;
    response.flushHeaders();
    for await (const chunk of chunks) {
      if (bytesPerSecond === undefined) await write(exchange, chunk);
      else await writeSlowly(exchange, chunk, bytesPerSecond);
    }
    response.end();
  }
}

async function write({ response, request }: Exchange, chunk: Uint8Array): Promise<void> {
  request.signal.throwIfAborted();
  if (!response.write(chunk)) await once(response, "drain", { signal: request.signal });
}

async function writeSlowly(exchange: Exchange, chunk: Uint8Array, bytesPerSecond: number): Promise<void> {
  const size = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let start = 0; start < chunk.length; start += size) {
    const piece = chunk.subarray(start, start + size);
    await sleep((piece.length / bytesPerSecond) * 1000, undefined, { signal: exchange.request.signal });
    await write(exchange, piece);
  }
}

function isStream(body: AnswerBody): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

function toBytes(body: string | Uint8Array | object): Buffer {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(toJsonText(body));
}
