/** What keeps a signed request from being sent twice: the nonces that were used. */

/** The port: in memory here, shared between replicas behind the same question. */
export interface NonceStore {
  /**
   * Takes a nonce for as long as its request could be sent again. "used" when somebody took it before, "full" when it
   * cannot be remembered: then the request must be refused too. May reject when the store is out of reach.
   */
  take(nonce: string, expiresAt: number): Promise<"fresh" | "used" | "full">;
}

// About 100 MB. Only requests with a good signature get here, so that no stranger can fill it.
const usualMax = 500_000;

/** Nonces in this process's memory: enough for one replica. `now` gives epoch milliseconds. */
export function createNonceMemory(now: () => number, max: number = usualMax): NonceStore {
  // In the order of their taking; all live about equally long, so that the expired ones are at the front.
  const expiries = new Map<string, number>();

  function forgetExpired(): void {
    const at = now();
    for (const [nonce, expiresAt] of expiries) {
      if (expiresAt > at) return;
      expiries.delete(nonce);
    }
  }

  return {
    async take(nonce, expiresAt) {
      forgetExpired();
      if ((expiries.get(nonce) ?? -Infinity) > now()) return "used";
      expiries.delete(nonce);
      if (expiries.size >= max) return "full";
      expiries.set(nonce, expiresAt);
      return "fresh";
    },
  };
}
