/** Answers kept in this process's memory, bounded by bytes. */
import { LRUCache } from "lru-cache";
import type { Failure } from "../model/errors.ts";

/** An answer and when it was had. */
export interface Kept<T> {
  readonly value: T;
  /** Epoch milliseconds. */
  readonly fetchedAt: number;
  /** Decoded bytes of the upstream bodies that it came from. */
  readonly bytes: number;
  /** The exchanges with the source that it took; absent where that is not known, as for what a replica had. */
  readonly calls?: number;
  /** The last attempt to replace it, when that failed. */
  refusal?: { readonly failure: Failure; readonly at: number };
}

/** Kept answers by key. */
export interface Memory {
  get(key: string): Kept<unknown> | undefined;
  set(key: string, kept: Kept<unknown>): void;
  delete(key: string): void;
  clear(): void;
  /** How many, and what they are taken to weigh in bytes. */
  size(): { readonly entries: number; readonly bytes: number };
}

// Measured on the simulators' answers after a garbage collection: floLIVE 5.0, V6 3.2, Akamai 1.8 bytes of heap for a byte of body,
// and floLIVE's and Akamai's bodies themselves are kept for provenance: one more.
const heapPerBodyByte = 6;
const heapPerEntry = 1_024;

/** Memory of at most so many bytes; the least recently used goes first, and what is larger than all of it is not kept. */
export function createMemory(maxBytes: number): Memory {
  const cache = new LRUCache<string, Kept<unknown>>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => heapPerEntry + bytes * heapPerBodyByte,
  });
  return {
    get: (key) => cache.get(key),
    set: (key, kept) => void cache.set(key, kept),
    delete: (key) => void cache.delete(key),
    clear: () => cache.clear(),
    size: () => ({ entries: cache.size, bytes: cache.calculatedSize }),
  };
}
