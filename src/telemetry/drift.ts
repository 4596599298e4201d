/** Keeps count of drift, for each source by itself and within bounds: a source that says ever new things fills nothing. */
import type { Instant } from "../model/instant.ts";
import { type Drift, type DriftKind, driftKinds, type DriftRecorder } from "../model/drift.ts";

/** One thing that a source says otherwise, since the process started. */
export interface DriftEntry extends Drift {
  readonly count: number;
  /** How many records of that name were compared; one that repeats within a record counts there each time. */
  readonly examined: number;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

/** All that one source said otherwise than its documents. */
export interface DriftOfSource {
  /** The most frequent first. */
  readonly entries: readonly DriftEntry[];
  /** Times that something was met for which there was no place among the entries. */
  readonly others: number;
  /** Records that were compared. */
  readonly examined: number;
  readonly byKind: Readonly<Record<DriftKind, number>>;
}

/** Drift of all sources. */
export interface DriftLedger {
  recorderOf(source: string): DriftRecorder;
  read(source: string): DriftOfSource;
}

interface Tally {
  readonly drift: Drift;
  count: number;
  firstAt: number;
  lastAt: number;
}

interface Book {
  readonly recorder: DriftRecorder;
  read(): DriftOfSource;
}

const mostEntries = 100;

/** An empty ledger. `now` in epoch milliseconds. */
export function createDriftLedger(now: () => number = Date.now): DriftLedger {
  const books = new Map<string, Book>();
  function bookOf(source: string): Book {
    let book = books.get(source);
    if (book === undefined) books.set(source, (book = openBook(now)));
    return book;
  }
  return { recorderOf: (source) => bookOf(source).recorder, read: (source) => bookOf(source).read() };
}

function openBook(now: () => number): Book {
  const tallies = new Map<string, Tally>();
  const records = new Map<string, { count: number }>();
  const others = noneOfAnyKind();
  // One look at the clock serves all that is counted in one go.
  let at = 0;
  function clock(): number {
    if (at === 0) {
      at = now();
      queueMicrotask(() => (at = 0));
    }
    return at;
  }

  function counterOf(drift: Drift): () => void {
    const { kind, record, field, seen } = drift;
    const key = JSON.stringify([kind, record, field, seen]);
    let tally = tallies.get(key);
    if (tally === undefined && tallies.size < mostEntries)
      tallies.set(key, (tally = { drift, count: 0, firstAt: 0, lastAt: 0 }));
    if (tally === undefined) return () => (others[kind] += 1);
    const own = tally;
    return () => {
      own.lastAt = clock();
      if (own.count === 0) own.firstAt = own.lastAt;
      own.count += 1;
    };
  }

  function examinedOf(record: string): () => void {
    let examined = records.get(record);
    if (examined === undefined) records.set(record, (examined = { count: 0 }));
    const own = examined;
    return () => {
      own.count += 1;
    };
  }

  function countByKind(): Record<DriftKind, number> {
    const counts = { ...others };
    for (const { drift, count } of tallies.values()) counts[drift.kind] += count;
    return counts;
  }

  return {
    recorder: { counterOf, examinedOf },
    read: () => ({
      entries: [...tallies.values()]
        .filter(({ count }) => count > 0)
        .toSorted((a, b) => b.count - a.count)
        .map(({ drift, count, firstAt, lastAt }) => ({
          ...drift,
          count,
          examined: records.get(drift.record)?.count ?? 0,
          firstSeenAt: new Date(firstAt).toISOString(),
          lastSeenAt: new Date(lastAt).toISOString(),
        })),
      others: Object.values(others).reduce((sum, count) => sum + count, 0),
      examined: [...records.values()].reduce((sum, { count }) => sum + count, 0),
      byKind: countByKind(),
    }),
  };
}

function noneOfAnyKind(): Record<DriftKind, number> {
  return Object.fromEntries(driftKinds.map((kind) => [kind, 0])) as Record<DriftKind, number>;
}
