/** One customer's invoices, looked at from time to time for all who listen. */
import type { Collection } from "../listing/found.ts";
import type { SourceReport } from "../listing/report.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange } from "../model/day.ts";
import type { Instant } from "../model/instant.ts";
import { type EndSignal, Ending } from "../model/ending.ts";
import { type Failure, toFailure } from "../model/errors.ts";
import { type InvoiceChange, type Known, compare, nothingKnown } from "./changes.ts";

/** What one look brought. */
export interface Look {
  readonly at: Instant;
  readonly reports: readonly SourceReport[];
  readonly changes: readonly InvoiceChange[];
  /** Has something changed, or a source begun or ceased to fail? */
  readonly isNews: boolean;
}

/** Somebody to be told. */
export interface Watcher {
  /** Throws when this viewer may not see the customer (any more); null: there is no such customer. */
  admit(customer: Customer | null): Promise<void>;
  tell(look: Look): void;
  refuse(failure: Failure): void;
}

export interface WatchSetup {
  readonly intervalMs: number;
  readonly now: () => number;
  /** The customer as the directory has it now. */
  readonly customer: () => Promise<Customer | null>;
  /** Asks the sources; the signal ends when nobody listens any more. */
  readonly collect: (
    customer: Customer,
    signal: EndSignal,
  ) => Promise<Collection & { readonly window: ClosedRange }>;
  readonly onProblem: (failure: Failure) => void;
}

export interface Watch {
  /** Tells this one too, first what was found last; to be called when it leaves. */
  join(watcher: Watcher): () => void;
  readonly isIdle: () => boolean;
}

/** A watch that looks while somebody listens, and at once when the first one comes. */
export function createWatch({ intervalMs, now, customer, collect, onProblem }: WatchSetup): Watch {
  const watchers = new Set<Watcher>();
  let known: Known = nothingKnown;
  let last: Look | null = null;
  let timer: NodeJS.Timeout | null = null;
  let looking: Ending | null = null;

  async function admitAll(): Promise<Customer | null> {
    const found = await customer();
    await Promise.all(
      [...watchers].map((watcher) =>
        watcher.admit(found).catch((thrown: unknown) => watcher.refuse(toFailure(thrown))),
      ),
    );
    return found;
  }

  async function look(signal: EndSignal): Promise<void> {
    const found = await admitAll();
    if (found === null || signal.aborted) return;
    const { window, ...collection } = await collect(found, signal);
    if (signal.aborted) return;
    const compared = await compare(known, collection, window);
    // Asking may have taken a while, in which access may have been taken away.
    await admitAll();
    if (signal.aborted) return;
    const { reports } = collection;
    const { changes } = compared;
    const isNews = last === null || changes.length > 0 || standingOf(reports) !== standingOf(last.reports);
    known = compared.known;
    last = { at: new Date(now()).toISOString(), reports, changes, isNews };
    for (const watcher of watchers) watcher.tell(last);
  }

  async function run(): Promise<void> {
    const own = new Ending();
    looking = own;
    const startedAt = performance.now();
    try {
      await look(own);
    } catch (thrown) {
      // Who may see what cannot be told now: nobody goes on listening on trust.
      const failure = toFailure(thrown);
      if (!own.aborted) {
        if (failure.code === "INTERNAL") onProblem(failure);
        for (const watcher of watchers) watcher.refuse(failure);
      }
    }
    if (looking !== own) return;
    looking = null;
    if (watchers.size === 0) return;
    // Not all at the same moment, for ever.
    const pauseMs = intervalMs * (1 + Math.random() / 10) - (performance.now() - startedAt);
    timer = setTimeout(() => void run(), Math.max(intervalMs / 10, pauseMs));
  }

  function rest(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const ended = looking;
    looking = null;
    known = nothingKnown;
    last = null;
    ended?.end();
  }

  return {
    join(watcher) {
      watchers.add(watcher);
      if (last !== null) watcher.tell({ ...last, changes: [], isNews: true });
      else if (watchers.size === 1) void run();
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) rest();
      };
    },
    isIdle: () => watchers.size === 0,
  };
}

// What a listener is told of without a change of invoices: a source fails, or another way, or no more.
function standingOf(reports: readonly SourceReport[]): string {
  return reports
    .map(({ source, status, errors }) => [source, status, ...errors.map(({ code }) => code)].join(" "))
    .join("\n");
}
