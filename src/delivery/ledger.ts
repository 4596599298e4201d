/** Which one-time links have been used: a port, and the ledger of a single process. */

/** Shared by all processes that answer links, or one-time means once for each of them. */
export interface Ledger {
  /** True for exactly one caller for each nonce, until the link has expired by itself. */
  claim(nonce: string, expiresAt: number): Promise<boolean>;
}

/** A ledger in memory. Used nonces are forgotten when their links have expired. */
export function createLedger(now: () => number): Ledger {
  const used = new Map<string, number>();
  let nextSweepAt = 0;

  return {
    async claim(nonce, expiresAt) {
      const at = now();
      if (at >= nextSweepAt) {
        for (const [old, end] of used) if (end <= at) used.delete(old);
        nextSweepAt = at + 60_000;
      }
      if (used.has(nonce)) return false;
      used.set(nonce, expiresAt);
      return true;
    },
  };
}
