/** The source's own limit of requests: what it tells about it is kept to, so that it need not refuse us. */

/** What one answer says. */
export interface Quota {
  /** Requests that it will still answer, this one not among them. */
  readonly remaining: number;
  /** Epoch milliseconds when there will be more; null when it does not say. */
  readonly renewsAt: number | null;
}

/** What is left of the source's own limit of requests. */
export interface QuotaKeeper {
  /** Epoch milliseconds before which nothing should be sent; null when something may. */
  heldUntil(): number | null;
  /** Counts a request; give the number to `told`. */
  sent(): number;
  /** An answer to the request of this number said so. */
  told(request: number, quota: Quota): void;
  /** The source refused a request and wants us to wait. */
  hold(until: number): void;
}

// The limits that we know are by the minute; and a source that wants to be left alone for a year is asked again after that.
const windowMs = 60_000;

/** Nothing is known yet, so everything may be sent. */
export function createQuotaKeeper(now = Date.now): QuotaKeeper {
  let count = 0;
  let lastTold = 0;
  // How many requests in all may have been sent.
  let allowed = Number.POSITIVE_INFINITY;
  let told = Number.POSITIVE_INFINITY;
  let windowStartedAt = 0;
  let renewsAt = 0;
  let holdUntil = 0;

  return {
    heldUntil() {
      const at = now();
      if (isAhead(holdUntil, at)) return holdUntil;
      if (count < allowed) return null;
      if (isAhead(renewsAt, at)) return renewsAt;
      allowed = Number.POSITIVE_INFINITY;
      told = Number.POSITIVE_INFINITY;
      return null;
    },
    sent: () => ++count,
    told(request, quota) {
      // An answer knows nothing of what was sent after its request, and less than the answer to a later one.
      if (request < lastTold) return;
      lastTold = request;
      const at = now();
      const isNew = quota.remaining > told || told === Number.POSITIVE_INFINITY;
      if (isNew || Math.abs(at - windowStartedAt) >= windowMs) windowStartedAt = at;
      told = quota.remaining;
      allowed = request + quota.remaining;
      renewsAt = Math.min(quota.renewsAt ?? windowStartedAt + windowMs, at + windowMs);
    },
    hold(until) {
      holdUntil = Math.min(Math.max(holdUntil, until), now() + windowMs);
    },
  };
}

// Farther ahead than anything is held: the clock was set back.
function isAhead(until: number, at: number): boolean {
  return at < until && until - at <= windowMs;
}
