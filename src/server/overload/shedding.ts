/**
 * Load beyond what this process can do is refused at the door, before anything is read, so that what was let in stays fast. What is let in
 * begins in turns of the event loop, for a millisecond in each: between two turns sockets are read and refusals sent.
 */
import { performance } from "node:perf_hooks";
import { Failure } from "../../model/errors.ts";
import { createQueueLimit, type QueueRange } from "./queue-limit.ts";
import { createRequestPace } from "./request-pace.ts";

/** How much load is let in. */
export interface LoadRange extends QueueRange {
  /** The most that may be open. */
  readonly maxInFlight: number;
}

/** A request that was let in. */
export interface Admission {
  /**
   * Null: it may begin now; else settles when it may. Rejects with OVERLOADED when too many wait by now or it has waited too long, with
   * CANCELLED once it has left.
   */
  turn(): Promise<void> | null;
  /** Says of which customer it is, once. Throws OVERLOADED when that one has half of all places. */
  belongTo(customer: string): void;
  /** It has ended, or only waits for news from now on. */
  leave(): void;
}

/** Lets requests in, or refuses them. */
export interface Shedding {
  /** Lets a request in. Null: it is to be refused. */
  enter(): Admission | null;
  /** Is anybody being refused? */
  isOverloaded(): boolean;
}

// Who sends or reads slowly, or asks what is slow, keeps its place for long: as many as there are of one customer's must not keep out all others.
const share = 1 / 2;
// As long as who is refused is asked to stay away.
const overloadedMs = 1_000;
// One that takes longer has a turn for itself, and in an overload each; of others so many, because answers that are sent together cost less.
const turnMs = 1;
const mostInTurn = 16;

function nothing(): void {}

/** The door of this process. */
export function createShedding({ maxInFlight, ...range }: LoadRange): Shedding {
  const limit = createQueueLimit(range);
  const pace = createRequestPace();
  const queue = new Set<Guest>();
  const mostOfOne = Math.ceil(maxInFlight * share);
  const byCustomer = new Map<string, number>();
  let inFlight = 0;
  let lastRefusalAt = Number.NEGATIVE_INFINITY;
  /** Is there a next turn to come? */
  let isTurning = false;
  let turnAt = 0;
  let begun = 0;
  let restedMs = -1;

  // A loop that has rested since the last one came has read what there was to read. To ask it for a turn each time instead would cost two
  // hundredths of the smallest request.
  function isFree(): boolean {
    const at = performance.now();
    const { idleTime } = performance.nodeTiming;
    const hasRested = idleTime !== restedMs;
    restedMs = idleTime;
    limit.began(at);
    pace.saw(at, idleTime);
    if (hasRested) pace.began(at);
    return hasRested;
  }

  // A busy loop that let all begin at once would have nobody waiting to be refused, and ever more under way.
  function pacedMs(at: number): number {
    return limit.isOverloaded() || pace.isBusy() ? pace.waitMs(at) : 0;
  }

  function beginNext(at: number): void {
    for (const next of queue) {
      queue.delete(next);
      if (at <= next.until) {
        begun += 1;
        pace.began(at);
        next.go();
        return;
      }
      refuse();
      next.cancel(new Failure("OVERLOADED"));
    }
  }

  function beginAnother(): void {
    const at = performance.now();
    if (at - turnAt < turnMs && !limit.isOverloaded() && pacedMs(at) === 0) beginNext(at);
  }

  function nextTurn(): void {
    const at = performance.now();
    pace.saw(at, performance.nodeTiming.idleTime);
    const waitMs = queue.size > 0 ? pacedMs(at) : 0;
    if (waitMs > 0) {
      setTimeout(nextTurn, Math.floor(waitMs));
      return;
    }
    limit.turned(at, Math.max(0, queue.size - 1), begun);
    turnAt = at;
    begun = 0;
    isTurning = queue.size > 0;
    if (!isTurning) return;
    setImmediate(nextTurn);
    // What one begins goes on until it waits for something; only then comes the next immediate of the same turn.
    for (let n = Math.min(queue.size, mostInTurn); n > 1; n--) setImmediate(beginAnother);
    beginNext(at);
  }

  function refuse(): void {
    lastRefusalAt = performance.now();
    limit.refused();
  }

  function forget(customer: string): void {
    const open = (byCustomer.get(customer) ?? 0) - 1;
    if (open > 0) byCustomer.set(customer, open);
    else byCustomer.delete(customer);
  }

  /** One that was let in, in one object: it is made for every request. */
  class Guest implements Admission {
    /** Until when it may wait. */
    until = 0;
    cancel: (failure: Failure) => void = nothing;
    private resolve: () => void = nothing;
    private hasBegun = false;
    private hasLeft = false;
    private customer: string | null = null;

    belongTo(customer: string): void {
      if (this.hasLeft) return;
      const open = byCustomer.get(customer) ?? 0;
      // No sign of an overload: others are not to be refused for it.
      if (open >= mostOfOne) throw new Failure("OVERLOADED");
      byCustomer.set(customer, open + 1);
      this.customer = customer;
    }

    turn(): Promise<void> | null {
      if (!isTurning && isFree()) {
        this.hasBegun = true;
        return null;
      }
      // It was let in before those who wait, and has waited for its credential or its body since then.
      if (limit.admits(queue.size)) return this.wait();
      refuse();
      return Promise.reject(new Failure("OVERLOADED"));
    }

    go(): void {
      this.hasBegun = true;
      this.resolve();
    }

    leave = () => {
      if (this.hasLeft) return;
      this.hasLeft = true;
      inFlight -= 1;
      if (this.customer !== null) forget(this.customer);
      if (this.hasBegun) pace.ended();
      else if (queue.delete(this)) this.cancel(new Failure("CANCELLED"));
    };

    private wait(): Promise<void> {
      this.until = performance.now() + limit.mostMs();
      queue.add(this);
      if (!isTurning) setImmediate(nextTurn);
      isTurning = true;
      return new Promise((resolve, reject) => {
        this.resolve = resolve;
        this.cancel = reject;
      });
    }
  }

  return {
    enter() {
      if (inFlight >= maxInFlight || !limit.admits(queue.size)) {
        refuse();
        return null;
      }
      inFlight += 1;
      return new Guest();
    },
    isOverloaded: () => performance.now() - lastRefusalAt < overloadedMs,
  };
}
