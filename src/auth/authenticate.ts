/** Who is asking: the verified credential of a request, as a viewer. */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { Failure } from "../model/errors.ts";
import type { Viewer } from "../model/viewer.ts";
import { createApiKeyReader } from "./api-key.ts";
import type { AuthConfig } from "./config.ts";
import { createJwtVerifier, type VerifiedToken, type VerifyJwt } from "./jwt.ts";
import { refused } from "./refused.ts";

/** The request headers that may carry a credential, named as node:http names them. */
export interface CredentialHeaders {
  readonly authorization?: string | undefined;
  readonly "x-api-key"?: string | readonly string[] | undefined;
}

/** Tells who is asking. */
export interface Authenticator {
  /**
   * The viewer, frozen; at once where nothing has to be waited for. Throws or rejects with UNAUTHENTICATED, which never says what is
   * wrong with a credential (its detail does, for the log), and IDENTITY_UNAVAILABLE when the issuer's keys cannot be fetched.
   */
  authenticate(headers: CredentialHeaders): Viewer | Promise<Viewer>;
}

interface Credential {
  readonly kind: "token" | "key";
  readonly text: string;
}

const maxCredentialBytes = 8 * 1024;
const maxRemembered = 10_000;
// Not until `exp` whatever that is: a key that its issuer withdraws must stop working while its tokens still could.
const maxRememberedMs = 10 * 60_000;

/** An authenticator for the configured tokens and keys. `now` gives epoch milliseconds. */
export function createAuthenticator(
  config: AuthConfig,
  { now }: { readonly now: () => number },
): Authenticator {
  const verifyJwt = config.jwt === undefined ? null : createJwtVerifier(config.jwt, now);
  const readApiKey = createApiKeyReader(config.apiKeys, now);
  // By the token's hash, so that no token lies in memory longer than its request.
  const remembered = new LRUCache<string, VerifiedToken>({ max: maxRemembered });
  // Of the key that was sent last: as text and written in here, a hash takes half of what one in a buffer of its own does.
  const sha256 = Buffer.alloc(32);

  function viewerOfToken(token: string): Viewer | Promise<Viewer> {
    if (verifyJwt === null) throw refused("no issuer is configured");
    const name = hash("sha256", token, "base64");
    const known = remembered.get(name);
    return known !== undefined && now() < known.expiresAt ? known.viewer : verify(verifyJwt, token, name);
  }

  async function verify(verifyJwt: VerifyJwt, token: string, name: string): Promise<Viewer> {
    const { viewer, expiresAt } = await verifyJwt(token);
    remembered.set(name, { viewer, expiresAt: Math.min(expiresAt, now() + maxRememberedMs) });
    return viewer;
  }

  return {
    authenticate(headers) {
      const { kind, text } = credentialOf(headers);
      if (Buffer.byteLength(text) > maxCredentialBytes) throw refused("longer than 8 KB");
      if (kind === "token") return viewerOfToken(text);
      sha256.write(hash("sha256", text, "binary"), "binary");
      const viewer = readApiKey(sha256);
      if (viewer === null) throw refused("unknown or expired API key");
      return viewer;
    },
  };
}

function credentialOf(headers: CredentialHeaders): Credential {
  const { authorization, "x-api-key": apiKey } = headers;
  const isKeySent = apiKey !== undefined && apiKey !== "";
  if (isKeySent && authorization !== undefined && authorization !== "")
    throw unauthenticated("Send one credential: Authorization or X-Api-Key, not both.");
  if (isKeySent) {
    if (typeof apiKey !== "string") throw refused("several API keys");
    return { kind: "key", text: apiKey.trim() };
  }
  const match = /^(Bearer|ApiKey) +(\S+) *$/i.exec(authorization ?? "");
  if (match === null)
    throw unauthenticated("Send a token: Authorization: Bearer …, or an API key: X-Api-Key: ….");
  return { kind: match[1]?.toLowerCase() === "apikey" ? "key" : "token", text: match[2] ?? "" };
}

function unauthenticated(message: string): Failure {
  return new Failure("UNAUTHENTICATED", { message });
}
