/** EdgeGrid: signs a request so that Akamai's gateway takes it within 30 seconds, once. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import type { OutgoingRequest } from "../../http/connection.ts";
import type { Secret } from "../../model/secret.ts";

/** What Akamai's Control Center hands out for an API client. */
export interface EdgeGridCredentials {
  readonly clientToken: Secret;
  readonly clientSecret: Secret;
  readonly accessToken: Secret;
}

export interface EdgeGridOptions {
  /** The host that Akamai sees, which need not be the one that is dialled. */
  readonly host: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Never the same twice; a random UUID by default. */
  readonly nonce?: () => string;
}

// Only that much of a POST body is signed: the official clients' fixed MAX_BODY.
const maxSignedBytes = 131_072;

/** Makes the value of the Authorization header; call it for every attempt, for a nonce is good for one request. */
export function createEdgeGridSigner(
  { clientToken, clientSecret, accessToken }: EdgeGridCredentials,
  { host, now, nonce = randomUUID }: EdgeGridOptions,
): (request: OutgoingRequest) => string {
  // Requests of one second share its key.
  let second = Number.NaN;
  let timestamp = "";
  let key = "";
  return ({ method, target, body }) => {
    const at = Math.floor(now() / 1_000);
    if (at !== second) {
      second = at;
      timestamp = edgeGridTimestamp(at * 1_000);
      key = hmac(clientSecret.reveal(), timestamp);
    }
    const unsigned =
      `EG1-HMAC-SHA256 client_token=${clientToken.reveal()};access_token=${accessToken.reveal()};` +
      `timestamp=${timestamp};nonce=${nonce()};`;
    // The scheme is https whatever is dialled: Akamai's own end is. No headers are signed, hence the empty field.
    const data = [method, "https", host, target, "", contentHash(method, body), unsigned].join("\t");
    return `${unsigned}signature=${hmac(key, data)}`;
  };
}

/** "20260228T10:00:00+0000", always in UTC. */
export function edgeGridTimestamp(now: number): string {
  return new Date(now)
    .toISOString()
    .replace(/-/g, "")
    .replace(/\.\d+Z$/, "+0000");
}

function contentHash(method: string, body: string): string {
  if (method !== "POST" || body === "") return "";
  return createHash("sha256").update(Buffer.from(body, "utf8").subarray(0, maxSignedBytes)).digest("base64");
}

function hmac(key: string, data: string): string {
  return createHmac("sha256", key).update(data).digest("base64");
}
