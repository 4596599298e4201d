/** The way to one source: a pool of sockets, a deadline on everything, a cap on decoded bytes, no redirects. */
import { Pool } from "undici";
import type { Call } from "../model/source.ts";
import { decodedBody } from "./body.ts";
import {
  type Connection,
  connectionDefaults,
  type ConnectionOptions,
  type UpstreamRequest,
  type UpstreamStream,
} from "./connection.ts";
import type { Outgoing } from "./exchange.ts";
import { createSocketOpener } from "./open-socket.ts";
import { askInPieces, type Pieces } from "./pieces.ts";
import type { Attempt, Policy } from "./policy.ts";
import { askWhole } from "./whole.ts";

/** A connection over a keep-alive pool of HTTP/1.1 sockets. */
export function createConnection(options: ConnectionOptions, policy: Policy): Connection {
  const { source, quotaOf } = options;
  const base = new URL(options.url);
  const basePath = base.pathname.replace(/\/+$/, "");
  const timeoutMs = options.timeoutMs ?? connectionDefaults.timeoutMs;
  const maxBytes = options.maxBytes ?? connectionDefaults.maxBytes;
  const pool = new Pool(base.origin, {
    connections: options.maxSockets ?? connectionDefaults.maxSockets,
    connect: createSocketOpener(options.connectTimeoutMs ?? connectionDefaults.connectTimeoutMs),
    // The attempt's deadline is the one clock; undici's own are coarse and count between chunks only.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });

  function outgoing(request: UpstreamRequest, attempt: Attempt): Outgoing {
    const target = `${basePath}${request.path}${queryText(request.query)}`;
    const body = request.body ?? "";
    return {
      source,
      maxBytes,
      dispatcher: pool,
      options: {
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
      },
      signal: attempt.deadline.signal,
      keepPlace: attempt.keepPlace,
      onHead(head) {
        const quota = quotaOf?.(head) ?? null;
        if (quota !== null) attempt.noteQuota(quota);
      },
    };
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
      let answer: Pieces | null = null;
      let isGiven = false;
      try {
        answer = await askInPieces(outgoing(request, attempt));
        const { status, headers } = answer;
        const body = arriving(decodedBody(answer), attempt, limit === "WHOLE" ? null : timeoutMs);
        for await (const item of read({ status, headers, body })) {
          isGiven = true;
          yield item;
        }
        attempt.end("GOOD");
        return;
      } catch (thrown) {
        const failure = attempt.fail(thrown);
        answer?.cancel();
        if (isGiven) throw failure;
        await attempts.pauseAfter(failure);
      } finally {
        attempt.end("UNKNOWN");
        answer?.cancel();
      }
    }
  }

  return {
    stream,

    async ask(request, call, read) {
      const attempts = policy.attempts(call);
      for (;;) {
        const begun = attempts.begin();
        const attempt = begun instanceof Promise ? await begun : begun;
        try {
          const reply = await askWhole(outgoing(request, attempt));
          const answer = read(reply);
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
        let answer: Pieces | null = null;
        try {
          answer = await askInPieces(outgoing(request, attempt));
          check(answer);
          const { status, headers } = answer;
          return { status, headers, body: untilDone(decodedBody(answer), attempt, timeoutMs) };
        } catch (thrown) {
          answer?.cancel();
          await attempts.pauseAfter(attempt.fail(thrown));
        }
      }
    },

    async close() {
      await pool.destroy();
    },
  };
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
  const fail = () => void attempt.fail(deadline.signal.reason);
  if (deadline.signal.aborted) fail();
  else deadline.signal.addEventListener("abort", fail);
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
  let text = "";
  for (const name in query) {
    const value = query[name];
    if (value === undefined) continue;
    text += `${text === "" ? "?" : "&"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  return text;
}
