/** How far this machine's clock is from a source's, read from the Date headers of its answers. */
import type { Connect, UpstreamHead } from "../http/connection.ts";

/** How many seconds this machine is ahead of a source (behind: negative); null before it answered with a date. */
export type SkewOf = (source: string) => number | null;

/** The same connections, watched. */
export function watchClocks(connect: Connect, now: () => number): { connect: Connect; skewOf: SkewOf } {
  const skews = new Map<string, number>();

  function look({ headers }: UpstreamHead, source: string, sentAt: number): void {
    const said = Date.parse(headers["date"] ?? "");
    if (Number.isNaN(said)) return;
    // The header's second began somewhere between sending and now, if the clocks agree: only what is outside is skew.
    const atLeast = sentAt - (said + 1_000);
    const atMost = now() - said;
    const skew = atLeast > 0 ? atLeast : atMost < 0 ? atMost : 0;
    skews.set(source, skew / 1_000);
  }

  return {
    skewOf: (source) => skews.get(source) ?? null,
    connect(options) {
      const connection = connect(options);
      const { source } = options;
      return {
        ...connection,
        ask(request, call, read) {
          const sentAt = now();
          return connection.ask(request, call, (reply) => {
            look(reply, source, sentAt);
            return read(reply);
          });
        },
        stream(request, call, read) {
          const sentAt = now();
          return connection.stream(request, call, (reply) => {
            look(reply, source, sentAt);
            return read(reply);
          });
        },
      };
    },
  };
}
