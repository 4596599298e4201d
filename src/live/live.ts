/** Changes of customers' invoices as they are noticed, for all who listen, at the price of one who does. */
import type { Collection } from "../listing/found.ts";
import type { SourceReport } from "../listing/report.ts";
import type { ListRequest } from "../loaders/collect.ts";
import type { Customer } from "../model/customer.ts";
import type { EndSignal } from "../model/ending.ts";
import { addMonths, daysOfMonth, monthOf, todayUtc } from "../model/day.ts";
import type { Instant } from "../model/instant.ts";
import type { Directory } from "../model/directory.ts";
import { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import { type InvoiceChange, createPending } from "./changes.ts";
import type { LiveConfig } from "./config.ts";
import { type Follow, follow } from "./follow.ts";
import { type Listener, createListeners } from "./listeners.ts";
import type { Outlet } from "./outlet.ts";
import { type Look, type Watch, createWatch } from "./watch.ts";

/** What a listener is told at a time. */
export interface InvoicesEvent {
  readonly customerKey: string;
  /** When the sources were asked. */
  readonly at: Instant;
  readonly changes: readonly InvoiceChange[];
  /** How many changes follow at once. */
  readonly remaining: number;
  /** There were more changes than are kept for who reads slowly. */
  readonly isCut: boolean;
  readonly sources: readonly SourceReport[];
}

/** Whoever subscribes: a viewer whose credential is looked at again and again. */
export interface Subscriber {
  readonly viewer: Viewer;
  readonly signal: EndSignal;
  /** Throws when the credential does not hold any more. */
  prove(): Promise<void>;
}

/** Changes of invoices, for those who subscribe to them. */
export interface Live {
  /** What changes from now on; the first event tells how the sources stand. Throws LIMIT_EXCEEDED and OVERLOADED. */
  invoicesChanged(
    subscriber: Subscriber,
    customerKey: string,
    sources: readonly string[] | null,
  ): AsyncIterableIterator<InvoicesEvent>;
  /** The states of something that is looked at every second, until it is over. Throws as the other does. */
  follow<T extends object>(subscriber: Subscriber, what: Follow<T>): AsyncIterableIterator<T>;
  /** How many listen, and to how many different things sources are asked for. */
  readonly standing: () => { readonly subscriptions: number; readonly watches: number };
  /** Ends every subscription, and takes no more. */
  close(): void;
}

export interface LiveSetup {
  readonly config: LiveConfig;
  readonly directory: Directory;
  readonly maySee: (viewer: Viewer, customer: Customer) => boolean;
  /** Collects a list of customers that are known to be visible. */
  readonly collect: (call: Call, request: ListRequest) => Promise<Collection>;
  /** How long one look may take. */
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Told of the invoices that a viewer is shown, by their ids. */
  readonly onListed: (viewer: Viewer, invoiceIds: readonly string[]) => void;
  readonly onProblem: (failure: Failure) => void;
}

// An operation's cost is reckoned with so many in one event.
const mostAtOnce = 100;
const mostPending = 1_000;

/** Nobody is asked before somebody listens. */
export function createLive(setup: LiveSetup): Live {
  const { config, directory, maySee, collect, timeoutMs, now, onListed, onProblem } = setup;
  const intervalMs = config.intervalSeconds * 1_000;
  const listeners = createListeners(config);
  const watches = new Map<string, Watch>();

  function newWatch(customerKey: string, sources: readonly string[] | null): Watch {
    return createWatch({
      intervalMs,
      now,
      onProblem,
      customer: async () => (await directory.customers([customerKey]))[0] ?? null,
      async collect(customer, signal) {
        const month = monthOf(todayUtc(now()));
        const from = `${addMonths(month, 1 - config.months)}-01`;
        const window = { from, to: daysOfMonth(month).to };
        const call = { signal, deadlineAt: Date.now() + timeoutMs };
        // What others have fetched meanwhile will do; what stands in for a failure would hide it.
        const freshness = { maxAgeMs: intervalMs / 2, staleIfErrorMs: 0 };
        const filter = sources === null ? {} : { sources };
        const request = { customers: [customer], filter, window, cuts: [], freshness };
        return { window, ...(await collect(call, request)) };
      },
    });
  }

  function listen({ viewer, signal, prove }: Subscriber, customerKey: string, watch: Watch) {
    const pending = createPending(mostPending);
    let look: Look | null = null;
    let leave: (() => void) | null = null;

    function take(): InvoicesEvent | null {
      if (look === null) return null;
      const { at, reports } = look;
      const { changes, isCut } = pending.take(mostAtOnce);
      const remaining = pending.size();
      if (remaining === 0) look = null;
      onListed(
        viewer,
        changes.filter(({ kind }) => kind !== "REMOVED").map(({ id }) => id),
      );
      return { customerKey, at, changes, remaining, isCut, sources: reports };
    }

    const outlet: Outlet<InvoicesEvent> = listeners.open(listenerOf(viewer, signal), take, () => leave?.());
    leave = watch.join({
      async admit(customer) {
        await prove();
        if (customer === null || !maySee(viewer, customer)) throw new Failure("NOT_FOUND");
      },
      tell(news) {
        if (!news.isNews) return;
        pending.add(news.changes);
        look = news;
        outlet.wake();
      },
      refuse: (failure) => outlet.end(failure),
    });
    // Over before it began: nobody was there to leave.
    if (outlet.hasEnded()) leave();
    return outlet.stream;
  }

  return {
    invoicesChanged(subscriber, customerKey, sources) {
      const key = JSON.stringify([customerKey, sources === null ? null : [...new Set(sources)].sort()]);
      for (const [other, watch] of watches) if (watch.isIdle()) watches.delete(other);
      const watch = watches.get(key) ?? newWatch(customerKey, sources);
      const stream = listen(subscriber, customerKey, watch);
      watches.set(key, watch);
      return stream;
    },
    follow: ({ viewer, signal, prove }, what) =>
      follow({ ...what, prove }, (take, onEnd) => listeners.open(listenerOf(viewer, signal), take, onEnd)),
    standing: () => ({
      subscriptions: listeners.count(),
      watches: [...watches.values()].filter((watch) => !watch.isIdle()).length,
    }),
    close: () => listeners.close(),
  };
}

function listenerOf({ id, customerId }: Viewer, signal: EndSignal): Listener {
  return { viewerId: id, customerId, signal };
}
