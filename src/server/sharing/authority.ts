/** Whose answers are whose: all that decides an answer but what is asked, as text. */
import { LRUCache } from "lru-cache";
import { todayUtc } from "../../model/day.ts";
import type { Viewer } from "../../model/viewer.ts";

/**
 * Who asks with which authority, over which version of the directory, on which day. Equal texts are the same authority; none is the
 * beginning of another.
 */
export type AuthorityOf = (viewer: Viewer, version: string) => string;

interface Authority {
  readonly version: string;
  readonly day: string;
  readonly text: string;
}

const mostViewers = 1_000;

/** Remembers texts by the viewer's object, which is frozen: an API key's is always the same one, a token's for a while. `now` gives epoch milliseconds. */
export function createAuthorities(now: () => number): AuthorityOf {
  const remembered = new LRUCache<Viewer, Authority>({ max: mostViewers });

  return (viewer, version) => {
    const day = todayUtc(now());
    const known = remembered.get(viewer);
    if (known !== undefined && known.version === version && known.day === day) return known.text;
    const { id, role, customerId, scopes } = viewer;
    const text = JSON.stringify([id, role, customerId, scopes, version, day]);
    remembered.set(viewer, { version, day, text });
    return text;
  };
}
