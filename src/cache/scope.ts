/** Whose answers may be shared: those of one configured source with one set of credentials. */
import { createHmac } from "node:crypto";
import { Secret } from "../model/secret.ts";

/** Everything that an answer depends on besides its question. */
export interface Scope {
  /** The source's configured name. */
  readonly source: string;
  /** Tells scopes apart; gives no secret away. */
  readonly id: string;
  /** Seals what is kept outside of this process: only who has the source's credentials can read it, or write what we believe. */
  readonly sealKey: Buffer;
}

/** The scope of a source with this configuration: another URL, credential, currency or name is another scope. */
export function scopeOf(source: string, kind: string, config: unknown): Scope {
  const revealed = JSON.stringify([source, kind, config], function (this: unknown, key, value: unknown) {
    // toJSON() has hidden the secret in `value` already.
    const original = (this as Record<string, unknown>)[key];
    return original instanceof Secret ? original.reveal() : value;
  });
  const derive = (purpose: string) => createHmac("sha256", revealed).update(purpose).digest();
  return {
    source,
    id: `${source}:${derive("scope").toString("base64url").slice(0, 22)}`,
    sealKey: derive("seal"),
  };
}
