/** What is refused before anything is parsed: origins, methods and content types, by the book. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { ErrorCode } from "../model/errors.ts";

/** An answer that ends the request. */
export interface Refusal {
  readonly status: number;
  readonly code:
    | ErrorCode
    | "METHOD_NOT_ALLOWED"
    | "UNSUPPORTED_MEDIA_TYPE"
    | "ORIGIN_REFUSED"
    | "PAYLOAD_TOO_LARGE";
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Headers on every answer that is not a page of ours. */
export const plainHeaders = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
} as const;

/** CORS headers for an allowed origin; null for a foreign one; none when there is no origin or it is our own. */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  allowed: readonly string[],
): Record<string, string> | null {
  const { origin } = headers;
  if (origin === undefined || isSameOrigin(origin, headers.host)) return {};
  if (!allowed.includes(origin)) return null;
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, x-api-key",
    "access-control-expose-headers": "retry-after",
    "access-control-max-age": "600",
    vary: "origin",
  };
}

/** Why a request to the GraphQL endpoint is refused unread, or null. */
export function refuseUnread(request: IncomingMessage, maxBodyBytes: number): Refusal | null {
  const { method, headers } = request;
  if (method !== "GET" && method !== "POST") {
    return {
      status: 405,
      code: "METHOD_NOT_ALLOWED",
      message: "GraphQL is asked with POST, or GET for queries.",
      headers: { allow: "GET, POST" },
    };
  }
  if (method === "POST" && !isJson(headers["content-type"])) {
    return {
      status: 415,
      code: "UNSUPPORTED_MEDIA_TYPE",
      message: "Send the request as application/json in UTF-8.",
    };
  }
  if (Number(headers["content-length"] ?? 0) > maxBodyBytes) return tooLarge(maxBodyBytes);
  return null;
}

/** The refusal of a body beyond the limit. */
export function tooLarge(maxBodyBytes: number): Refusal {
  return {
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    message: `A request body has at most ${maxBodyBytes} bytes.`,
    headers: { connection: "close" },
  };
}

/** Sends a refusal in the shape of a GraphQL error, which every client can read. */
export function sendRefusal(response: ServerResponse, { status, code, message, headers }: Refusal): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code, retryable: status === 503 } }] });
  response.writeHead(status, {
    ...plainHeaders,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  });
  response.end(body);
}

function isJson(contentType: string | undefined): boolean {
  const [type = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith("charset="));
  return (
    type.trim() === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))
  );
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
