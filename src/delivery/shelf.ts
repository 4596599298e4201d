/** What is stored already or on its way: the same file is fetched and stored once within its life. */
import { LRUCache } from "lru-cache";
import type { Failure } from "../model/errors.ts";
import { createDeferred } from "./deferred.ts";
import type { Store, StoredFile } from "./store.ts";

/** The files of one invoice in one format, or why there are none. */
export type Outcome = readonly StoredFile[] | Failure;

/** Either the work is done or under way elsewhere, or the caller has it now and must settle it. */
export type Claim = { readonly outcome: Promise<Outcome> } | { readonly settle: (outcome: Outcome) => void };

/** Keys hold all that decides the bytes and who may share them: customer, invoice, format, version. */
export interface Shelf {
  claim(key: string): Promise<Claim>;
}

interface Place {
  readonly outcome: Promise<Outcome>;
  /** Epoch milliseconds; null while the work is under way. */
  reusableUntil: number | null;
}

const maxPlaces = 20_000;

/** A shelf in memory. Files are reused for `reuseMs` after they were stored, failures never. */
export function createShelf(store: Store, reuseMs: number, now: () => number): Shelf {
  const places = new LRUCache<string, Place>({ max: maxPlaces });
  let sweptAt = now();

  // What is asked for once and never again would stay until twenty thousand others have come.
  function sweep(): void {
    if (now() - sweptAt < reuseMs) return;
    sweptAt = now();
    for (const [key, { reusableUntil }] of places.entries())
      if (reusableUntil !== null && reusableUntil <= sweptAt) places.delete(key);
  }

  function take(key: string): Claim {
    sweep();
    const { promise, resolve } = createDeferred<Outcome>();
    const place: Place = { outcome: promise, reusableUntil: null };
    places.set(key, place);
    return {
      settle(outcome) {
        place.reusableUntil = now() + reuseMs;
        if (!Array.isArray(outcome) && places.peek(key) === place) places.delete(key);
        resolve(outcome);
      },
    };
  }

  return {
    async claim(key) {
      const place = places.get(key);
      if (place === undefined) return take(key);
      if (place.reusableUntil === null) return { outcome: place.outcome };
      if (now() < place.reusableUntil && (await isThere(store, await place.outcome)))
        return { outcome: place.outcome };
      // Somebody else may have found the same while we looked.
      const current = places.get(key);
      return current === undefined || current === place ? take(key) : { outcome: current.outcome };
    },
  };
}

async function isThere(store: Store, outcome: Outcome): Promise<boolean> {
  if (!Array.isArray(outcome)) return false;
  const found = await Promise.all((outcome as readonly StoredFile[]).map(({ id }) => store.find(id)));
  return found.every((file) => file !== null);
}
