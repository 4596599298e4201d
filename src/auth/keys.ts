/** The issuer's keys: one that is configured, or those it publishes, fetched again when they change. */
import { createPublicKey, createSecretKey } from "node:crypto";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { Failure } from "../model/errors.ts";
import type { JwtConfig } from "./config.ts";

const timeoutMs = 3_000;
// How long published keys are used before they are fetched again.
const keysMaxAgeMs = 10 * 60_000;
// How long the last keys serve while the issuer does not answer.
const keysGraceMs = 60 * 60_000;
// A token with an unknown key id makes us fetch at most this often, so that made-up ids are no lever against the issuer.
const cooldownMs = 30_000;
const failureCooldownMs = 5_000;
const maxBytes = 1_000_000;

/**
 * Gives the key for a token. Throws IDENTITY_UNAVAILABLE when the issuer's keys cannot be had, so that nobody is told
 * that a good token is bad, and jose's own errors when the token names no key of the issuer.
 */
export function createKeys(config: JwtConfig, now: () => number): JWTVerifyGetKey {
  if (config.jwksUrl !== undefined) return publishedKeys(config.jwksUrl, now);
  const key =
    config.secret === undefined
      ? createPublicKey(config.publicKey ?? "")
      : createSecretKey(Buffer.from(config.secret.reveal(), "utf8"));
  return async () => key;
}

function publishedKeys(url: string, now: () => number): JWTVerifyGetKey {
  let fetchedAt = 0;
  let failedAt = -Infinity;
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: keysMaxAgeMs,
    async [customFetch](target, options) {
      // Without this every request would wait for an issuer that hangs.
      const sinceMs = now() - failedAt;
      // Less than none: the clock was set back.
      if (sinceMs >= 0 && sinceMs < failureCooldownMs)
        throw new Error("the issuer did not answer a moment ago");
      try {
        const body = await readCapped(await fetch(target, options));
        fetchedAt = now();
        return body;
      } catch (thrown) {
        failedAt = now();
        throw thrown;
      }
    },
  });

  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (thrown) {
      if (isTokensFault(thrown)) throw thrown;
      const kept = remote.jwks();
      if (kept !== undefined && now() - fetchedAt < keysGraceMs) {
        try {
          return await createLocalJWKSet(kept)(header, token);
        } catch {
          // The key may be a new one that could not be fetched: that is not the token's fault.
        }
      }
      throw new Failure("IDENTITY_UNAVAILABLE", {
        retryAt: new Date(now() + failureCooldownMs).toISOString(),
        detail: `The keys of ${new URL(url).origin} cannot be fetched.`,
        cause: thrown,
      });
    }
  };
}

function isTokensFault(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWKSMultipleMatchingKeys ||
    thrown instanceof errors.JOSENotSupported
  );
}

async function readCapped(response: Response): Promise<Response> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`the issuer answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error("the issuer's key set is too large");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  // Thrown here already, a page that is no key set starts the pause like any other failure.
  createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
  return new Response(text, { status: 200 });
}
