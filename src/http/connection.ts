/** How any upstream is spoken to: one pool per source, a deadline on everything, a cap on decoded bytes, no redirects. */
import { Pool } from "undici";
import type { Call } from "../model/source.ts";
import { decodedBody, readAll } from "./body.ts";
import { transportFailure } from "./failures.ts";

/** One request, relative to the connection's base URL. */
export interface UpstreamRequest {
  readonly method: "GET" | "POST";
  /** Path below the base, already encoded, such as "/customer/1/invoices". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer's head. Header names are in lower case. */
export interface UpstreamHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The whole answer, decoded. */
export interface UpstreamReply extends UpstreamHead {
  readonly body: Buffer;
}

/** The answer's head, and its decoded body as it arrives. */
export interface UpstreamStream extends UpstreamHead {
  readonly body: AsyncIterable<Uint8Array>;
}

/** What is about to be sent, for signing. */
export interface OutgoingRequest {
  readonly method: string;
  /** Path and query as dialled, including the base URL's own path. */
  readonly target: string;
  readonly body: string;
}

export interface ConnectionOptions {
  /** The source's configured name, for errors. */
  readonly source: string;
  /** The base URL; its origin is the only one that is ever dialled. */
  readonly url: string;
  /** Headers that prove who we are, made anew for every attempt. */
  readonly authorize?: (request: OutgoingRequest) => Readonly<Record<string, string>>;
  /** For one whole exchange. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** For opening the socket. Default 2,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Decoded bytes of one answer that is read whole. Default 128 MiB. */
  readonly maxBytes?: number | undefined;
  /** Sockets kept to this source. Default 32. */
  readonly maxSockets?: number | undefined;
}

/** A source's only way out. */
export interface Connection {
  /**
   * Sends a request, reads the answer whole, and gives it to `read`, which decides whether it is a success:
   * it returns what the answer means or throws a Failure.
   */
  ask<T>(request: UpstreamRequest, call: Call, read: (reply: UpstreamReply) => T): Promise<T>;
  /**
   * Sends a request and answers as soon as the head is there; `check` throws a Failure for a head that is none.
   * Leaving the body unread to its end cancels the transfer.
   */
  open(request: UpstreamRequest, call: Call, check: (head: UpstreamHead) => void): Promise<UpstreamStream>;
  close(): Promise<void>;
}

/** Makes a source's connection. */
export type Connect = (options: ConnectionOptions) => Connection;

const defaults = { timeoutMs: 15_000, connectTimeoutMs: 2_000, maxBytes: 128 * 1024 * 1024, maxSockets: 32 };

/** A connection over a keep-alive pool of HTTP/1.1 sockets. */
export const connect: Connect = (options) => {
  const { source } = options;
  const base = new URL(options.url);
  const basePath = base.pathname.replace(/\/+$/, "");
  const timeoutMs = options.timeoutMs ?? defaults.timeoutMs;
  const maxBytes = options.maxBytes ?? defaults.maxBytes;
  const pool = new Pool(base.origin, {
    connections: options.maxSockets ?? defaults.maxSockets,
    connect: { timeout: options.connectTimeoutMs ?? defaults.connectTimeoutMs },
    // The deadline below is the one clock; undici's own are coarse and count between chunks only.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });

  async function send(request: UpstreamRequest, deadline: Deadline) {
    const target = `${basePath}${request.path}${queryText(request.query)}`;
    const body = request.body ?? "";
    const response = await pool.request({
      method: request.method,
      path: target,
      headers: {
        accept: "application/json",
        "accept-encoding": "gzip, deflate, br",
        "user-agent": "InvoiceGraph",
        ...request.headers,
        ...options.authorize?.({ method: request.method, target, body }),
      },
      body: body === "" ? null : body,
      signal: deadline.signal,
    });
    return { status: response.statusCode, headers: flatHeaders(response.headers), body: response.body };
  }

  return {
    async ask(request, call, read) {
      const deadline = startDeadline(call, timeoutMs);
      try {
        const response = await send(request, deadline);
        const body = await readAll(decodedBody(response), maxBytes, source);
        return read({ status: response.status, headers: response.headers, body });
      } catch (thrown) {
        throw transportFailure(thrown, source, deadline);
      } finally {
        deadline.stop();
      }
    },

    async open(request, call, check) {
      const deadline = startDeadline(call, timeoutMs);
      try {
        const response = await send(request, deadline);
        try {
          check(response);
        } catch (thrown) {
          // undici reports the abort as an error of the body, which nobody else listens to: it would end the process.
          response.body.on("error", () => {}).destroy();
          throw thrown;
        }
        return {
          status: response.status,
          headers: response.headers,
          body: untilDone(decodedBody(response), source, deadline),
        };
      } catch (thrown) {
        deadline.stop();
        throw transportFailure(thrown, source, deadline);
      }
    },

    async close() {
      await pool.destroy();
    },
  };
};

/** The one clock of an exchange. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** What the source was given, in milliseconds. */
  readonly allowedMs: number;
  /** Why the signal was aborted, or null. */
  reason(): "timeout" | "deadline" | "cancelled" | null;
  stop(): void;
}

function startDeadline(call: Call, timeoutMs: number): Deadline {
  const leftMs = call.deadlineAt - Date.now();
  const allowedMs = Math.max(0, Math.min(timeoutMs, leftMs));
  const controller = new AbortController();
  let reason: "timeout" | "deadline" | "cancelled" | null = null;
  const abort = (why: NonNullable<typeof reason>) => {
    reason ??= why;
    controller.abort();
  };
  const cancel = () => abort("cancelled");
  const timer = setTimeout(abort, allowedMs, leftMs < timeoutMs ? "deadline" : "timeout");
  if (call.signal.aborted) cancel();
  else call.signal.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    allowedMs,
    reason: () => reason,
    stop() {
      clearTimeout(timer);
      call.signal.removeEventListener("abort", cancel);
    },
  };
}

async function* untilDone(body: AsyncIterable<Uint8Array>, source: string, deadline: Deadline) {
  try {
    yield* body;
  } catch (thrown) {
    throw transportFailure(thrown, source, deadline);
  } finally {
    deadline.stop();
  }
}

function queryText(query: UpstreamRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0
    ? ""
    : `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
