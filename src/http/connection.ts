/** How any upstream is spoken to: one pool per source, a deadline on everything, a cap on decoded bytes, no redirects. */
import { type Dispatcher, Pool } from "undici";
import type { Call } from "../model/source.ts";
import { decodedBody, readAll } from "./body.ts";
import { type Attempt, type Policy } from "./policy.ts";
import type { Quota } from "./quota.ts";

/** One request, relative to the connection's base URL. */
export interface UpstreamRequest {
  readonly method: "GET" | "POST";
  /** Path below the base, already encoded, such as "/customer/1/invoices". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * What the source's `timeoutMs` limits. "WHOLE", the default: the question with all its attempts. "PROGRESS", for large
   * files: the wait for the head and for each next piece; the caller's deadline ends the whole.
   */
  readonly limit?: "WHOLE" | "PROGRESS";
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
  /** What an answer's head says about the source's own limit of requests; null when it says nothing. */
  readonly quotaOf?: (head: UpstreamHead) => Quota | null;
  /** For one question with all its attempts; waiting for a place does not count. Default 15,000. */
  readonly timeoutMs?: number | undefined;
  /** For opening the socket. Default 2,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Decoded bytes of one answer that is read whole. Default 128 MiB. */
  readonly maxBytes?: number | undefined;
  /** Sockets kept to this source, and so the exchanges with it at a time. Default 32. */
  readonly maxSockets?: number | undefined;
  /** Exchanges that may wait for one of them. Default 10,000. */
  readonly maxWaiting?: number | undefined;
}

/**
 * A source's only way out. Each question is asked up to three times where that may help; every attempt is signed anew,
 * and how it ended, in the source's own words where it has some, decides about the next and about the source's health.
 */
export interface Connection {
  /**
   * Sends a request, reads the answer whole, and gives it to `read`, which decides whether it is a success:
   * it returns what the answer means or throws a Failure.
   */
  ask<T>(request: UpstreamRequest, call: Call, read: (reply: UpstreamReply) => T): Promise<T>;
  /**
   * Sends a request and gives what `read` makes of the answer while it arrives; `read` throws a Failure for one that is
   * no success. Asks again only while nothing was given yet. Leaving early cancels the transfer.
   */
  stream<T>(
    request: UpstreamRequest,
    call: Call,
    read: (reply: UpstreamStream) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined>;
  /**
   * Sends a request and answers as soon as the head is there; `check` throws a Failure for a head that is none.
   * Leaving the body unread to its end cancels the transfer. Always limited by progress.
   */
  open(request: UpstreamRequest, call: Call, check: (head: UpstreamHead) => void): Promise<UpstreamStream>;
  close(): Promise<void>;
}

/** Makes a source's connection. */
export type Connect = (options: ConnectionOptions) => Connection;

export const connectionDefaults = {
  timeoutMs: 15_000,
  connectTimeoutMs: 2_000,
  maxBytes: 128 * 1024 * 1024,
  maxSockets: 32,
  maxWaiting: 10_000,
};

/** A connection over a keep-alive pool of HTTP/1.1 sockets. */
export function createConnection(options: ConnectionOptions, policy: Policy): Connection {
  const { source, quotaOf } = options;
  const base = new URL(options.url);
  const basePath = base.pathname.replace(/\/+$/, "");
  const timeoutMs = options.timeoutMs ?? connectionDefaults.timeoutMs;
  const maxBytes = options.maxBytes ?? connectionDefaults.maxBytes;
  const pool = new Pool(base.origin, {
    connections: options.maxSockets ?? connectionDefaults.maxSockets,
    connect: { timeout: options.connectTimeoutMs ?? connectionDefaults.connectTimeoutMs },
    // The attempt's deadline is the one clock; undici's own are coarse and count between chunks only.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });

  async function send(request: UpstreamRequest, attempt: Attempt): Promise<Response> {
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
      signal: attempt.deadline.signal,
    });
    const head = { status: response.statusCode, headers: flatHeaders(response.headers) };
    const quota = quotaOf?.(head) ?? null;
    if (quota !== null) attempt.noteQuota(quota);
    return { ...head, body: quiet(response.body) };
  }

  async function* stream<T>(
    request: UpstreamRequest,
    call: Call,
    read: (reply: UpstreamStream) => AsyncIterable<T>,
  ) {
    const limit = request.limit ?? "WHOLE";
    const attempts = policy.attempts(call);
    for (;;) {
      const attempt = await attempts.begin();
      let response: Response | null = null;
      let isGiven = false;
      try {
        response = await send(request, attempt);
        const { status, headers } = response;
        const body = arriving(decodedBody(response), attempt, limit === "WHOLE" ? null : timeoutMs);
        for await (const item of read({ status, headers, body })) {
          isGiven = true;
          yield item;
        }
        attempt.end("GOOD");
        return;
      } catch (thrown) {
        const failure = attempt.fail(thrown);
        discard(response);
        if (isGiven) throw failure;
        await attempts.pauseAfter(failure);
      } finally {
        attempt.end("UNKNOWN");
        discard(response);
      }
    }
  }

  return {
    stream,

    async ask(request, call, read) {
      const attempts = policy.attempts(call);
      for (;;) {
        const attempt = await attempts.begin();
        try {
          const response = await send(request, attempt);
          const body = await readAll(decodedBody(response), maxBytes, source);
          const answer = read({ status: response.status, headers: response.headers, body });
          attempt.end("GOOD");
          return answer;
        } catch (thrown) {
          await attempts.pauseAfter(attempt.fail(thrown));
        }
      }
    },

    async open(request, call, check) {
      const attempts = policy.attempts(call);
      for (;;) {
        const attempt = await attempts.begin();
        let response: Response | null = null;
        try {
          response = await send(request, attempt);
          check(response);
          const { status, headers } = response;
          return { status, headers, body: untilDone(decodedBody(response), attempt, timeoutMs) };
        } catch (thrown) {
          discard(response);
          await attempts.pauseAfter(attempt.fail(thrown));
        }
      }
    },

    async close() {
      await pool.destroy();
    },
  };
}

interface Response extends UpstreamHead {
  readonly body: Dispatcher.ResponseData["body"];
}

// undici reports an abort as an error of the body: where nobody reads it, that would end the process.
function quiet(body: Response["body"]): Response["body"] {
  return body.on("error", () => {});
}

function discard(response: Response | null): void {
  response?.body.destroy();
}

/** The body, its breaks as Failures; each wait for a piece is limited when `pieceMs` is given, the reader's own pauses are not. */
async function* arriving(body: AsyncIterable<Uint8Array>, attempt: Attempt, pieceMs: number | null) {
  const { deadline } = attempt;
  try {
    if (pieceMs !== null) deadline.allow(pieceMs);
    for await (const chunk of body) {
      if (pieceMs !== null) deadline.allow(Number.POSITIVE_INFINITY);
      yield chunk;
      if (pieceMs !== null) deadline.allow(pieceMs);
    }
  } catch (thrown) {
    throw attempt.fail(thrown);
  }
}

/** A body that outlives its request: the attempt ends with it, also when nobody reads it. */
function untilDone(body: AsyncIterable<Uint8Array>, attempt: Attempt, timeoutMs: number) {
  const { deadline } = attempt;
  deadline.allow(Number.POSITIVE_INFINITY);
  deadline.signal.addEventListener("abort", () => attempt.fail(deadline.signal.reason), { once: true });
  return read();

  async function* read() {
    try {
      yield* arriving(body, attempt, timeoutMs);
      attempt.end("GOOD");
    } finally {
      attempt.end("UNKNOWN");
    }
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
