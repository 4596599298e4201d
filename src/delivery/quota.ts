/** How much a store may hold: counted as files come, corrected by every sweep. */
import { Failure } from "../model/errors.ts";

/** A running count of bytes against a ceiling. */
export interface Quota {
  /** Counts the bytes in, or throws STORAGE_UNAVAILABLE when they would pass the ceiling. */
  take(bytes: number): void;
  give(bytes: number): void;
  /** What a sweep has found to be there. */
  set(bytes: number): void;
}

/** A count that begins at zero; the first sweep tells what is there already. */
export function createQuota(maxBytes: number): Quota {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > maxBytes)
        throw new Failure("STORAGE_UNAVAILABLE", { detail: `quota: ${used} of ${maxBytes} bytes used` });
      used += bytes;
    },
    give(bytes) {
      used = Math.max(0, used - bytes);
    },
    set(bytes) {
      used = bytes;
    },
  };
}
