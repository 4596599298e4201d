/** Links that prove themselves: a file's id, for whom, as what and until when, under a keyed hash. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Secret } from "../model/secret.ts";
import type { Role } from "../model/viewer.ts";

/** For whom a link was made: asked again about access on every use. */
export interface LinkScope {
  readonly viewerId: string;
  readonly role: Role;
  /** The viewer's own customer; null for customer service staff. */
  readonly customerId: string | null;
}

/** What a link says. */
export interface Link {
  readonly fileId: string;
  readonly scope: LinkScope;
  readonly contentType: string;
  readonly fileName: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Unique for each link that was ever made. */
  readonly nonce: string;
  readonly oneTime: boolean;
}

/** One signing key. */
export interface LinkKey {
  /** Letters, digits, `_` and `-`. */
  readonly id: string;
  readonly secret: Secret;
}

/** Signs with the first key, and takes links that any key of the ring has signed. */
export interface LinkSigner {
  sign(link: Omit<Link, "nonce">): string;
  /** Null for whatever is not a living link of ours, without saying why. */
  verify(token: string): Link | null;
}

const version = "1";
const purpose = "file";
const maxTokenLength = 2_048;
const tokenPattern = /^1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** `version.keyId.payload.mac`: the mac is an HMAC-SHA256 over all that stands before it. Throws without a key. */
export function createLinkSigner(keys: readonly LinkKey[], now: () => number): LinkSigner {
  const [first] = keys;
  if (first === undefined) throw new TypeError("a link signer needs at least one key");
  const ring = new Map(keys.map((key) => [key.id, key.secret] as const));

  return {
    sign(link) {
      const { scope } = link;
      const payload = JSON.stringify([
        purpose,
        link.fileId,
        [scope.viewerId, scope.role, scope.customerId],
        link.contentType,
        link.fileName,
        link.expiresAt,
        randomBytes(16).toString("base64url"),
        link.oneTime,
      ]);
      const signed = `${version}.${first.id}.${Buffer.from(payload).toString("base64url")}`;
      return `${signed}.${macOf(first.secret, signed).toString("base64url")}`;
    },

    verify(token) {
      if (token.length > maxTokenLength) return null;
      const [, keyId = "", payload = "", mac = ""] = tokenPattern.exec(token) ?? [];
      const secret = ring.get(keyId);
      if (secret === undefined || !isCanonical(payload) || !isCanonical(mac)) return null;
      const expected = macOf(secret, token.slice(0, token.length - mac.length - 1));
      if (!timingSafeEqual(expected, Buffer.from(mac, "base64url"))) return null;
      const link = readPayload(Buffer.from(payload, "base64url").toString("utf8"));
      return link !== null && now() < link.expiresAt ? link : null;
    },
  };
}

function macOf(secret: Secret, signed: string): Buffer {
  return createHmac("sha256", secret.reveal()).update(`invoicegraph link\n${signed}`).digest();
}

// One text for one value: the unused bits of a last base64url character could otherwise be set at will.
function isCanonical(text: string): boolean {
  return Buffer.from(text, "base64url").toString("base64url") === text;
}

// Only payloads that we signed come here; another purpose or an older shape under the same key is refused.
function readPayload(text: string): Link | null {
  const parts = JSON.parse(text) as unknown;
  if (!Array.isArray(parts) || parts.length !== 8 || parts[0] !== purpose) return null;
  const [, fileId, [viewerId, role, customerId], contentType, fileName, expiresAt, nonce, oneTime] = parts;
  return { fileId, scope: { viewerId, role, customerId }, contentType, fileName, expiresAt, nonce, oneTime };
}
