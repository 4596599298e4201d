/** Everybody who listens: how many may, for how long, and how all of them are let go. */
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import type { LiveConfig } from "./config.ts";
import { type Outlet, createOutlet } from "./outlet.ts";

/** Who listens. */
export interface Listener {
  readonly viewerId: string;
  /** Null: customer service. */
  readonly customerId: string | null;
  /** Ends with the request. */
  readonly signal: EndSignal;
}

export interface Listeners {
  /**
   * Lets somebody listen, until the request or the longest time ends. `take` and `onEnd` are those of an outlet. Throws
   * LIMIT_EXCEEDED when the viewer or its customer has too many, and OVERLOADED when there are too many or the service is stopping.
   */
  open<T>(listener: Listener, take: () => T | null, onEnd: () => void): Outlet<T>;
  readonly count: () => number;
  /** Ends all, and takes no more. */
  close(): void;
}

/** Nobody listens yet. */
export function createListeners({ maxSubscriptions, perViewer, lifetimeSeconds }: LiveConfig): Listeners {
  const open = new Map<Outlet<unknown>, Listener>();
  // A customer may have any number of viewers.
  const perCustomer = Math.ceil(maxSubscriptions / 2);
  let isClosed = false;

  return {
    open<T>(listener: Listener, take: () => T | null, onEnd: () => void) {
      const { viewerId, customerId, signal } = listener;
      if (isClosed || open.size >= maxSubscriptions) throw new Failure("OVERLOADED");
      const others = [...open.values()];
      if (others.filter((other) => other.viewerId === viewerId).length >= perViewer)
        throw tooMany("viewer", perViewer);
      const own = others.filter((other) => customerId !== null && other.customerId === customerId);
      if (own.length >= perCustomer) throw tooMany("customer", perCustomer);
      const leave = () => outlet.end(null);
      const outlet: Outlet<T> = createOutlet(take, () => {
        open.delete(outlet);
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        onEnd();
      });
      const timer = setTimeout(() => outlet.end(ended()), lifetimeSeconds * 1_000);
      open.set(outlet, listener);
      signal.addEventListener("abort", leave);
      if (signal.aborted) leave();
      return outlet;
    },
    count: () => open.size,
    close() {
      isClosed = true;
      for (const outlet of open.keys()) outlet.end(ended());
    },
  };
}

function ended(): Failure {
  return new Failure("SUBSCRIPTION_ENDED");
}

function tooMany(whose: "viewer" | "customer", most: number): Failure {
  return new Failure("LIMIT_EXCEEDED", {
    message: `One ${whose} has at most ${most} subscriptions at a time: end another one first.`,
  });
}
