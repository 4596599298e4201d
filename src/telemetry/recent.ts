/** What sources did of late, for operators to look at: the last exchanges of each, and its failures by code. */
import type { Instant } from "../model/instant.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { Observer } from "./observer.ts";

/** One question to a source, its attempts together. */
export interface RecentExchange {
  readonly ms: number;
  readonly isFailed: boolean;
}

/** All failures with one code. */
export interface RecentFailure {
  readonly code: ErrorCode;
  readonly count: number;
  readonly lastAt: Instant;
}

/** What one source did of late, and in all. */
export interface RecentOfSource {
  /** The last ones, the oldest first. */
  readonly exchanges: readonly RecentExchange[];
  /** The code that came last first. */
  readonly failures: readonly RecentFailure[];
  /** Since the process started. */
  readonly calls: number;
  readonly failed: number;
  /** Decoded. */
  readonly bytes: number;
}

/** An observer that remembers the last exchanges. */
export interface Recent extends Observer {
  read(source: string): RecentOfSource;
}

interface Memory {
  readonly exchanges: RecentExchange[];
  readonly failures: Map<ErrorCode, { count: number; lastAt: number }>;
  calls: number;
  failed: number;
  bytes: number;
}

const mostExchanges = 60;

/** An observer that remembers the last 60 exchanges of each source, and how often it failed with which code. `now` in epoch milliseconds. */
export function createRecent(now: () => number = Date.now): Recent {
  const memories = new Map<string, Memory>();
  function memoryOf(source: string): Memory {
    let memory = memories.get(source);
    if (memory === undefined)
      memories.set(source, (memory = { exchanges: [], failures: new Map(), calls: 0, failed: 0, bytes: 0 }));
    return memory;
  }

  return {
    exchangeBegan: ({ source }) => ({
      end({ ms, bytes, failure }) {
        const memory = memoryOf(source);
        memory.bytes += bytes;
        // Whoever left early said nothing about the source.
        if (failure?.code === "CANCELLED") return;
        memory.calls += 1;
        memory.exchanges.push({ ms, isFailed: failure !== null });
        if (memory.exchanges.length > mostExchanges) memory.exchanges.shift();
        if (failure === null) return;
        memory.failed += 1;
        const { count = 0 } = memory.failures.get(failure.code) ?? {};
        memory.failures.set(failure.code, { count: count + 1, lastAt: now() });
      },
    }),

    read(source) {
      const { exchanges, failures, ...sums } = memoryOf(source);
      return {
        exchanges: [...exchanges],
        failures: [...failures]
          .toSorted(([, a], [, b]) => b.lastAt - a.lastAt)
          .map(([code, { count, lastAt }]) => ({ code, count, lastAt: new Date(lastAt).toISOString() })),
        ...sums,
      };
    },
  };
}
