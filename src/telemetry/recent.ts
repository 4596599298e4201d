/** What sources did of late, for operators to look at: the last exchanges and failures of each, in little memory. */
import type { Instant } from "../model/day.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { Observer } from "./observer.ts";

/** One question to a source, its attempts together. */
export interface RecentExchange {
  readonly ms: number;
  readonly isFailed: boolean;
}

export interface RecentFailure {
  readonly code: ErrorCode;
  readonly at: Instant;
}

export interface RecentOfSource {
  /** The last ones, the oldest first. */
  readonly exchanges: readonly RecentExchange[];
  /** The last ones, the latest first. */
  readonly failures: readonly RecentFailure[];
  /** Since the process started. */
  readonly calls: number;
  readonly failed: number;
  /** Decoded. */
  readonly bytes: number;
}

export interface Recent extends Observer {
  read(source: string): RecentOfSource;
}

interface Memory {
  readonly exchanges: RecentExchange[];
  readonly failures: { readonly code: ErrorCode; readonly at: number }[];
  calls: number;
  failed: number;
  bytes: number;
}

const mostExchanges = 60;
const mostFailures = 5;

/** An observer that remembers the last 60 exchanges and 5 failures of each source. `now` in epoch milliseconds. */
export function createRecent(now: () => number = Date.now): Recent {
  const memories = new Map<string, Memory>();
  function memoryOf(source: string): Memory {
    let memory = memories.get(source);
    if (memory === undefined)
      memories.set(source, (memory = { exchanges: [], failures: [], calls: 0, failed: 0, bytes: 0 }));
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
        push(memory.exchanges, { ms, isFailed: failure !== null }, mostExchanges);
        if (failure === null) return;
        memory.failed += 1;
        push(memory.failures, { code: failure.code, at: now() }, mostFailures);
      },
    }),

    read(source) {
      const { exchanges, failures, ...sums } = memoryOf(source);
      return {
        exchanges: [...exchanges],
        failures: failures.map(({ code, at }) => ({ code, at: new Date(at).toISOString() })).toReversed(),
        ...sums,
      };
    },
  };
}

function push<T>(list: T[], value: T, most: number): void {
  list.push(value);
  if (list.length > most) list.shift();
}
