/** API keys: compared by their SHA-256, in the same time whichever is right. */
import { timingSafeEqual } from "node:crypto";
import type { Viewer } from "../model/viewer.ts";
import type { ApiKeyConfig } from "./config.ts";

/** The viewer of the key with this SHA-256, or null when it is unknown or expired. */
export type ReadApiKey = (sha256: Buffer) => Viewer | null;

/** Makes the reader of the configured keys. `now` gives epoch milliseconds. */
export function createApiKeyReader(keys: readonly ApiKeyConfig[], now: () => number): ReadApiKey {
  const entries = keys.map((key) => ({
    sha256: Buffer.from(key.sha256, "hex"),
    expiresAt: key.expires === undefined ? Infinity : Date.parse(key.expires),
    viewer: Object.freeze<Viewer>({
      id: `key:${key.name}`,
      role: key.role,
      customerId: key.role === "CUSTOMER" ? (key.customer ?? null) : null,
      scopes: Object.freeze([...key.scopes]),
    }),
  }));

  return (sha256) => {
    let found: (typeof entries)[number] | null = null;
    for (const entry of entries) if (timingSafeEqual(entry.sha256, sha256)) found = entry;
    return found !== null && now() < found.expiresAt ? found.viewer : null;
  };
}
