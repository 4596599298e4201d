/** What is refused before anything is read: origins, methods, content types and hosts, by the book. */
import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { LRUCache } from "lru-cache";
import { Failure } from "../../model/errors.ts";
import { headersOf, statusOf } from "./status.ts";

/** Headers on every answer that is not a page of ours. */
export const plainHeaders = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

// What answers can be written as, and the ranges that hold it.
const written: ReadonlySet<string> = new Set(
  ["*/*", "application/*", "application/json", "application/graphql-response+json"].concat(
    ["multipart/*", "multipart/mixed"],
    ["text/*", "text/event-stream"],
  ),
);

// Nearly every request has headers that others had before.
const knownHosts = remembering(isHost);
const knownTypes = remembering(isJson);
const knownAccepts = remembering(takesJson);

type Headers = readonly (readonly [name: string, value: string])[];

const noHeaders: Headers = [];

/** CORS headers for an allowed origin; none when there is no origin or it is our own. Throws ORIGIN_REFUSED. */
export function corsHeaders(headers: IncomingHttpHeaders, allowed: readonly string[]): Headers {
  const { origin } = headers;
  if (origin === undefined || isSameOrigin(origin, headers.host)) return noHeaders;
  if (!allowed.includes(origin)) throw new Failure("ORIGIN_REFUSED");
  return [
    ["access-control-allow-origin", origin],
    ["access-control-allow-methods", "GET, POST"],
    [
      "access-control-allow-headers",
      "authorization, content-type, x-api-key, x-request-id, x-request-timeout-ms, x-invoicegraph-explain",
    ],
    ["access-control-expose-headers", "retry-after, x-request-id"],
    ["access-control-max-age", "600"],
    ["vary", "origin"],
  ];
}

/** Is it a browser's question whether a page may call? It comes without a credential. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/**
 * Looks at the head of a request to the GraphQL endpoint. Only JSON is read: a form, which a page of any origin can
 * send, never is. Throws METHOD_NOT_ALLOWED, UNSUPPORTED_MEDIA_TYPE, NOT_ACCEPTABLE or BAD_INPUT.
 */
export function checkHead({ method, headers }: IncomingMessage): void {
  if (method !== "GET" && method !== "POST") throw new Failure("METHOD_NOT_ALLOWED");
  const isEncoded = (headers["content-encoding"] ?? "identity").toLowerCase() !== "identity";
  if (method === "POST" && (isEncoded || !knownTypes(headers["content-type"] ?? "")))
    throw new Failure("UNSUPPORTED_MEDIA_TYPE");
  if (!knownAccepts(headers.accept ?? "")) throw new Failure("NOT_ACCEPTABLE");
  if (!knownHosts(headers.host ?? "localhost"))
    throw new Failure("BAD_INPUT", { message: "The Host header is not a host." });
}

/** The same answer, remembered for a hundred texts; the last one is not even looked up. */
function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const known = new LRUCache<string, boolean>({ max: 100 });
  let last: string | null = null;
  let wasLast = false;
  return (text) => {
    if (text === last) return wasLast;
    let is = known.get(text);
    if (is === undefined) known.set(text, (is = test(text)));
    [last, wasLast] = [text, is];
    return is;
  };
}

function isHost(text: string): boolean {
  return URL.canParse(`http://${text}`);
}

/** Sends a failure in the shape of a GraphQL error, which every client can read. */
export function sendFailure(response: ServerResponse, failure: Failure): void {
  const body = failureBody(failure);
  response.writeHead(statusOf(failure.code), {
    ...plainHeaders,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    ...headersOf(failure),
  });
  response.end(body);
}

/** The same on a socket that has brought no request that could be read, and closes it. */
export function writeFailure(socket: Duplex, failure: Failure): void {
  const body = failureBody(failure);
  const status = statusOf(failure.code);
  const headers = {
    ...plainHeaders,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
}

/** A failure as the text of a GraphQL answer. */
export function failureBody({ code, message, retryable }: Failure): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}

function isJson(contentType: string): boolean {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("charset="));
  return (
    type.trim() === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))
  );
}

function takesJson(accept: string): boolean {
  if (accept === "") return true;
  return accept
    .toLowerCase()
    .split(",")
    .some((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
      const charset = parameters.find((parameter) => parameter.startsWith("charset="));
      return written.has(type) && (charset ?? "charset=utf-8") === "charset=utf-8";
    });
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
