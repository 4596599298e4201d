/** The digest of a whole body (RFC 9530): the header that stands in a signature for the body. */
import { createHash, timingSafeEqual } from "node:crypto";

const digest = /^(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):$/;

/** Is the Content-Digest header one that can be checked? */
export function isDigest(header: string | readonly string[] | undefined): header is string {
  return typeof header === "string" && digest.test(header);
}

/** Is this the body that the header was made for? */
export function matchesDigest(header: string, body: Buffer): boolean {
  const [, algorithm = "", base64 = ""] = digest.exec(header) ?? [];
  if (algorithm === "") return false;
  const stated = Buffer.from(base64, "base64");
  const actual = createHash(algorithm.replace("-", "")).update(body).digest();
  return stated.length === actual.length && timingSafeEqual(stated, actual);
}
