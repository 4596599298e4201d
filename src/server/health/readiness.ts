/** Whether more traffic is wanted, for /readyz. */
import type { Directory } from "../../model/directory.ts";
import type { Unready } from "./health.ts";

/** What readiness follows from. */
export interface ReadinessParts {
  readonly isOverloaded: () => boolean;
  readonly directory: Pick<Directory, "unavailable">;
  /** The configured names. */
  readonly sources: readonly string[];
  /** Would the source be asked now, if only as a probe? */
  readonly isUsable: (source: string) => boolean;
}

/** Whether this process wants traffic. */
export interface Readiness {
  /** Why no more traffic is wanted; null: it is. */
  unready(): Unready | null;
  /** From now on none is wanted. */
  drain(): void;
}

/** Ready, as far as its parts are. */
export function createReadiness({ isOverloaded, directory, sources, isUsable }: ReadinessParts): Readiness {
  let isDraining = false;
  return {
    unready() {
      if (isDraining) return "draining";
      if (isOverloaded()) return "overloaded";
      if ((directory.unavailable?.() ?? null) !== null) return "directory unavailable";
      return sources.some(isUsable) ? null : "no usable source";
    },
    drain() {
      isDraining = true;
    },
  };
}
