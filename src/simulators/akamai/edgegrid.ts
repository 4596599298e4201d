/** Checks EdgeGrid signatures as Akamai's gateway does: tokens, a timestamp within 30 seconds, a nonce once, the signature. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SimulatorRequest } from "../exchange.ts";

/** What the gateway knows of an API client. */
export interface KnownClient {
  clientToken: string;
  clientSecret: string;
  accessToken: string;
}

/** Why a request is refused. */
export interface Refusal {
  status: 400 | 401;
  detail: string;
}

const headerPattern =
  /^EG1-HMAC-SHA256 client_token=([^;]+);access_token=([^;]+);timestamp=(\d{8}T\d\d:\d\d:\d\d\+0000);nonce=([^;]+);signature=([A-Za-z0-9+/]{43}=)$/;
const toleranceMs = 30_000;
const maxBodyBytes = 131_072;

/** A check that remembers nonces; it answers null for a request that is good. */
export function createEdgeGridCheck(
  client: KnownClient,
  host: string,
  now: () => number,
): (request: SimulatorRequest) => Refusal | null {
  const seenAt = new Map<string, number>();
  return (request) => {
    const header = request.headers.authorization ?? "";
    const match = headerPattern.exec(header);
    if (match === null) return { status: 400, detail: "Invalid authorization request" };
    const [, clientToken, accessToken, timestamp = "", nonce = "", signature = ""] = match;
    if (clientToken !== client.clientToken) return { status: 400, detail: "Invalid client token" };
    if (accessToken !== client.accessToken) return { status: 401, detail: "Invalid access token" };
    if (!(Math.abs(instantOf(timestamp) - now()) <= toleranceMs)) {
      return { status: 400, detail: "Invalid timestamp" };
    }
    const signed = signatureOf(request, client.clientSecret, host, timestamp, header);
    if (!timingSafeEqual(Buffer.from(signed), Buffer.from(signature))) {
      return { status: 401, detail: "The signature does not match" };
    }
    for (const [old, at] of seenAt) {
      if (now() - at <= 2 * toleranceMs) break;
      seenAt.delete(old);
    }
    if (seenAt.has(nonce)) return { status: 400, detail: "Duplicate nonce" };
    seenAt.set(nonce, now());
    return null;
  };
}

function signatureOf(
  { method, url, rawBody }: SimulatorRequest,
  clientSecret: string,
  host: string,
  timestamp: string,
  header: string,
): string {
  const isHashed = method === "POST" && rawBody.length > 0;
  const bodyHash = isHashed
    ? createHash("sha256").update(rawBody.subarray(0, maxBodyBytes)).digest("base64")
    : "";
  const unsigned = header.slice(0, header.indexOf("signature="));
  const data = [method, "https", host, url, "", bodyHash, unsigned].join("\t");
  const key = createHmac("sha256", clientSecret).update(timestamp).digest("base64");
  return createHmac("sha256", key).update(data).digest("base64");
}

function instantOf(timestamp: string): number {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)T(.{8})/.exec(timestamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${time}Z`);
}
