/** Signs requests to InvoiceGraph's subgraph as its configuration expects: RFC 9421 over method, path, body and viewer. */
import { createHash, createHmac, createPrivateKey, randomUUID, sign } from "node:crypto";

/** The router's key: a secret shared with the subgraph, or a private Ed25519 key in PEM. */
export type RouterKey =
  | { readonly id: string; readonly secret: string }
  | { readonly id: string; readonly privateKey: string };

/** Who is asking, as the router has verified it. */
export type Claims =
  | {
      readonly sub: string;
      readonly role: "customer";
      readonly customer: string;
      readonly scopes?: readonly string[];
    }
  | { readonly sub: string; readonly role: "customer_service"; readonly scopes?: readonly string[] };

export interface RequestToSign {
  readonly method: "POST";
  /** Without a query string. */
  readonly path: string;
  /** The bytes that will be sent, exactly. */
  readonly body: string | Uint8Array;
  /** The header Viewer-Claims, as claimsText() writes it. */
  readonly claims: string;
}

/** What may be chosen for tests; fresh values by default. */
export interface SignatureChoices {
  /** Seconds since 1970. */
  readonly created?: number;
  readonly nonce?: string;
}

/** Claims as the header Viewer-Claims carries them. */
export function claimsText(claims: Claims): string {
  return Buffer.from(JSON.stringify(claims), "utf8").toString("base64url");
}

/** The headers that prove a request to come from this router. */
export function signedHeaders(
  request: RequestToSign,
  key: RouterKey,
  { created = Math.floor(Date.now() / 1_000), nonce = randomUUID() }: SignatureChoices = {},
): Record<string, string> {
  const digest = `sha-256=:${createHash("sha256").update(request.body).digest("base64")}:`;
  const algorithm = "secret" in key ? "hmac-sha256" : "ed25519";
  const parameters = `("@method" "@path" "content-digest" "viewer-claims");created=${created};nonce="${nonce}";keyid="${key.id}";alg="${algorithm}"`;
  const base = [
    `"@method": ${request.method}`,
    `"@path": ${request.path}`,
    `"content-digest": ${digest}`,
    `"viewer-claims": ${request.claims}`,
    `"@signature-params": ${parameters}`,
  ].join("\n");
  const bytes =
    "secret" in key
      ? createHmac("sha256", key.secret).update(base).digest()
      : sign(null, Buffer.from(base), createPrivateKey(key.privateKey));
  return {
    "content-digest": digest,
    "viewer-claims": request.claims,
    "signature-input": `router=${parameters}`,
    signature: `router=:${bytes.toString("base64")}:`,
  };
}
