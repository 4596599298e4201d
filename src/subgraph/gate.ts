/** The gate of the subgraph: only a router that signs each request is let in, as the viewer that it vouches for. */
import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { Failure } from "../model/errors.ts";
import type { Viewer } from "../model/viewer.ts";
import { claimsHeader, readClaims } from "./claims.ts";
import type { RouterKeyConfig, SubgraphConfig } from "./config.ts";
import { isDigest, matchesDigest } from "./digest.ts";
import { type MessageSignature, type SignedMessage, readSignature, signatureBase } from "./message.ts";
import type { NonceStore } from "./nonces.ts";

/** Where routers ask. Clients ask at /graphql, with credentials of their own. */
export const subgraphPath = "/subgraph";

/** Lets routers in. */
export interface SubgraphGate {
  /**
   * Looks at the head of a request: what it gives looks at the body, once it has been read, and tells the viewer. Both
   * throw UNAUTHENTICATED, whose detail says why for the log; the second also IDENTITY_UNAVAILABLE when it cannot be
   * known whether the request was sent before.
   */
  open(request: SignedRequest): (body: Buffer) => Promise<Viewer>;
}

/** The head of a request, as node:http has it. */
interface SignedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: SignedMessage["headers"];
}

/** How old a signature may be, and how far ahead the router's clock; in seconds. */
const maxAgeSeconds = 60;
const maxAheadSeconds = 5;
const mustCover = ["@method", "@path", "content-digest", claimsHeader] as const;

interface RouterKey {
  readonly algorithm: "hmac-sha256" | "ed25519";
  isSignatureOf(base: string, bytes: Buffer): boolean;
}

/** A gate for these keys. `now` gives epoch milliseconds. */
export function createSubgraphGate(
  config: SubgraphConfig,
  { nonces, now }: { readonly nonces: NonceStore; readonly now: () => number },
): SubgraphGate {
  const keys = new Map(config.keys.map((key) => [key.id, keyOf(key)]));

  return {
    open({ method = "", url = "", headers }) {
      const signature = readSignature(headers);
      if (signature === null) throw refused("no signature that can be read");
      const { keyId, nonce, created } = readParameters(signature, now());
      const key = keys.get(keyId);
      if (key === undefined) throw refused("unknown key");
      const algorithm = signature.parameters.get("alg");
      if (algorithm !== undefined && algorithm !== key.algorithm) throw refused("not the key's algorithm");
      const uncovered = mustCover.find((name) => !signature.covered.includes(name));
      if (uncovered !== undefined) throw refused(`the signature does not cover ${uncovered}`);
      // "@path" leaves out the query string, so there must be none; POST alone has the whole request in its body.
      const base =
        method === "POST" && url === subgraphPath
          ? signatureBase({ method, path: url, headers }, signature.covered, signature.written)
          : null;
      if (base === null || !key.isSignatureOf(base, signature.bytes)) throw refused("the signature is wrong");
      const viewer = readClaims(String(headers[claimsHeader]));
      if (viewer === null) throw refused("the claims cannot be read");
      const stated = headers["content-digest"];
      if (!isDigest(stated)) throw refused("the digest cannot be read");

      return async (body) => {
        if (!matchesDigest(stated, body)) throw refused("the body is not the one that was signed");
        const expiresAt = (created + maxAgeSeconds) * 1_000 + 1;
        const taken = await nonces.take(`${keyId}\n${nonce}`, expiresAt).catch((cause: unknown) => {
          throw unknowable(cause);
        });
        if (taken === "full") throw unknowable(new Error("too many nonces to remember"));
        if (taken === "used") throw refused("sent before");
        return viewer;
      };
    },
  };
}

function keyOf({ secret, publicKey }: RouterKeyConfig): RouterKey {
  if (secret !== undefined) {
    return {
      algorithm: "hmac-sha256",
      isSignatureOf(base, bytes) {
        const expected = createHmac("sha256", secret.reveal()).update(base).digest();
        return bytes.length === expected.length && timingSafeEqual(bytes, expected);
      },
    };
  }
  const key = createPublicKey(publicKey ?? "");
  return {
    algorithm: "ed25519",
    isSignatureOf: (base, bytes) => verify(null, Buffer.from(base), key, bytes),
  };
}

function readParameters({ parameters }: MessageSignature, now: number) {
  const [keyId, nonce, created] = [
    parameters.get("keyid"),
    parameters.get("nonce"),
    parameters.get("created"),
  ];
  const expires = parameters.get("expires");
  if (typeof keyId !== "string" || typeof created !== "number") throw refused("no key id or no time");
  if (typeof nonce !== "string" || nonce.length < 16 || nonce.length > 128)
    throw refused("no nonce of 16 to 128 characters");
  const age = now / 1_000 - created;
  if (age > maxAgeSeconds || age < -maxAheadSeconds) throw refused("too old, or from the future");
  if (expires !== undefined && !(typeof expires === "number" && now < expires * 1_000))
    throw refused("expired");
  return { keyId, nonce, created };
}

function refused(detail: string): Failure {
  return new Failure("UNAUTHENTICATED", {
    message: "Only requests that a known router has signed are answered here.",
    detail,
  });
}

function unknowable(cause: unknown): Failure {
  return new Failure("IDENTITY_UNAVAILABLE", {
    message: "It cannot be told at the moment whether this request was sent before.",
    cause,
  });
}
