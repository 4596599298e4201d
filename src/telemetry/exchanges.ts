/** Watches every exchange with a source, around retries and all, without changing any. */
import type {
  Connect,
  Connection,
  UpstreamReply,
  UpstreamRequest,
  UpstreamStream,
} from "../http/connection.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { ExchangeNotes } from "../model/explanation.ts";
import type { Call } from "../model/source.ts";
import type { Observer, Watch } from "./observer.ts";

interface Watched {
  /** The request with the headers that watchers send along. */
  readonly request: UpstreamRequest;
  readonly call: Call;
  answered(status: number): void;
  received(bytes: number): void;
  /** Only the first end counts. */
  end(failure: Failure | null): void;
}

/** The same connections, watched; an exchange that nobody watches, and whose request is not to be explained, is left as it is. */
export function watched(connect: Connect, observers: readonly Observer[]): Connect {
  const watchers = observers.flatMap(({ exchangeBegan }) =>
    exchangeBegan === undefined ? [] : [exchangeBegan],
  );
  const isWatched = (call: Call) => watchers.length > 0 || call.notes !== undefined;

  function begin(source: string, request: UpstreamRequest, call: Call): Watched {
    const { method, path } = request;
    const startedAt = performance.now();
    const watches = watchers.map((began) => began({ source, method, path, trace: call.trace }));
    const notes = call.notes?.exchange({ method, path });
    let status: number | null = null;
    let answers = 0;
    let bytes = 0;
    let isEnded = false;
    return {
      request: withHeaders(request, watches),
      call: notes === undefined ? call : withAttempts(call, notes),
      answered(given) {
        status = given;
        answers += 1;
      },
      received(more) {
        bytes += more;
      },
      end(failure) {
        if (isEnded) return;
        isEnded = true;
        const ms = performance.now() - startedAt;
        for (const watch of watches) watch.end({ ms, bytes, answers, status, failure });
        notes?.end({ ms, bytes, status, failure });
      },
    };
  }

  async function asked<T>(
    connection: Connection,
    source: string,
    request: UpstreamRequest,
    call: Call,
    read: (reply: UpstreamReply) => T,
  ): Promise<T> {
    const exchange = begin(source, request, call);
    try {
      const answer = await connection.ask(exchange.request, exchange.call, (reply) => {
        exchange.answered(reply.status);
        exchange.received(reply.body.length);
        return read(reply);
      });
      exchange.end(null);
      return answer;
    } catch (thrown) {
      exchange.end(toFailure(thrown, source));
      throw thrown;
    }
  }

  async function* streamed<T>(
    connection: Connection,
    source: string,
    request: UpstreamRequest,
    call: Call,
    read: (reply: UpstreamStream) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    const exchange = begin(source, request, call);
    try {
      yield* connection.stream(exchange.request, exchange.call, (reply) => {
        exchange.answered(reply.status);
        return read({ ...reply, body: counted(reply.body, exchange) });
      });
    } catch (thrown) {
      exchange.end(toFailure(thrown, source));
      throw thrown;
    } finally {
      // Who leaves early has had enough: that is no failure.
      exchange.end(null);
    }
  }

  return (options) => {
    const connection = connect(options);
    const { source } = options;
    return {
      ...connection,

      ask: (request, call, read) =>
        isWatched(call)
          ? asked(connection, source, request, call, read)
          : connection.ask(request, call, read),

      stream: (request, call, read) =>
        isWatched(call)
          ? streamed(connection, source, request, call, read)
          : connection.stream(request, call, read),

      async open(request, call, check) {
        if (!isWatched(call)) return connection.open(request, call, check);
        const exchange = begin(source, request, call);
        try {
          const stream = await connection.open(exchange.request, exchange.call, (head) => {
            exchange.answered(head.status);
            check(head);
          });
          return { ...stream, body: untilEnd(stream.body, exchange, source) };
        } catch (thrown) {
          exchange.end(toFailure(thrown, source));
          throw thrown;
        }
      },
    };
  };
}

// Inherited, because the deadline of a shared call may still be moved.
function withAttempts(call: Call, notes: ExchangeNotes): Call {
  return Object.create(call, { onAttempt: { value: () => notes.attempted() } }) as Call;
}

function withHeaders(request: UpstreamRequest, watches: readonly Watch[]): UpstreamRequest {
  const added = watches.filter(({ headers }) => headers !== undefined);
  if (added.length === 0) return request;
  return { ...request, headers: Object.assign({}, request.headers, ...added.map(({ headers }) => headers)) };
}

async function* counted(body: AsyncIterable<Uint8Array>, { received }: Watched) {
  for await (const chunk of body) {
    received(chunk.length);
    yield chunk;
  }
}

async function* untilEnd(body: AsyncIterable<Uint8Array>, exchange: Watched, source: string) {
  try {
    yield* counted(body, exchange);
  } catch (thrown) {
    exchange.end(toFailure(thrown, source));
    throw thrown;
  } finally {
    exchange.end(null);
  }
}
