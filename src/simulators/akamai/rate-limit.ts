/** Akamai's limit of requests a minute an account, told on every answer. */

/** What the headers of an answer say, and whether the request was one too many. */
export interface RateState {
  isOver: boolean;
  headers: Record<string, string>;
}

/** A counter of whole minutes. */
export function createRateLimit(requestsPerMinute: number, now: () => number): () => RateState {
  let minute = 0;
  let used = 0;
  return () => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) [minute, used] = [current, 0];
    used += 1;
    const headers: Record<string, string> = {
      "x-ratelimit-limit": String(requestsPerMinute),
      "x-ratelimit-remaining": String(Math.max(0, requestsPerMinute - used)),
    };
    return { isOver: used > requestsPerMinute, headers };
  };
}
