/** Counts what exchanges bring, for callers who want to know how large an answer is. */
import type { Call } from "../model/source.ts";
import type { Connect } from "./connection.ts";

/** The same connections; every exchange and every decoded byte of its bodies is told to the call that it is for, those of failed attempts too. */
export function metered(connect: Connect): Connect {
  return (options) => {
    const connection = connect(options);
    return {
      ...connection,
      ask(request, call, read) {
        const { onBytes } = call;
        call.onExchange?.();
        if (onBytes === undefined) return connection.ask(request, call, read);
        return connection.ask(request, call, (reply) => {
          onBytes(reply.body.length);
          return read(reply);
        });
      },
      stream(request, call, read) {
        const { onBytes } = call;
        call.onExchange?.();
        if (onBytes === undefined) return connection.stream(request, call, read);
        return connection.stream(request, call, (reply) =>
          read({ ...reply, body: counted(reply.body, onBytes) }),
        );
      },
      async open(request, call, check) {
        call.onExchange?.();
        const stream = await connection.open(request, call, check);
        return call.onBytes === undefined ? stream : { ...stream, body: counted(stream.body, call.onBytes) };
      },
    };
  };
}

async function* counted(body: AsyncIterable<Uint8Array>, onBytes: NonNullable<Call["onBytes"]>) {
  for await (const chunk of body) {
    onBytes(chunk.length);
    yield chunk;
  }
}
