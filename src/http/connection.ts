/** How any upstream is spoken to: what a source says about its requests, and what it is promised about their answers. */
import type { Call } from "../model/source.ts";
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

/** What a source says of its connection. */
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

/** What holds where a source says nothing; the options above say of what. */
export const connectionDefaults = {
  timeoutMs: 15_000,
  connectTimeoutMs: 2_000,
  maxBytes: 128 * 1024 * 1024,
  maxSockets: 32,
  maxWaiting: 10_000,
};
