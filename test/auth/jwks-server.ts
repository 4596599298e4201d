/** An issuer for tests: a real HTTP server that publishes keys, counts who asks, and can be made to fail. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";

export interface Issuer {
  readonly url: string;
  readonly asked: () => number;
  /** What is answered from now on: keys, or an answer of its own; "hang" never answers. */
  publish(answer: readonly IssuerKey[] | { status: number; body: string } | "hang"): void;
  close(): Promise<void>;
}

export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: object;
}

export async function createIssuerKey(kid: string, alg = "RS256"): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

export async function startIssuer(first: readonly IssuerKey[]): Promise<Issuer> {
  let answer: Parameters<Issuer["publish"]>[0] = first;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (answer === "hang") return;
    const fixed = "status" in answer ? answer : null;
    response.writeHead(fixed?.status ?? 200, { "content-type": "application/json" });
    response.end(
      fixed?.body ?? JSON.stringify({ keys: (answer as readonly IssuerKey[]).map((key) => key.publicJwk) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    publish(next) {
      answer = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A token that is right in everything that `claims` and `header` do not change. */
export async function sign(
  key: IssuerKey,
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  const payload: JWTPayload = {
    iss: "https://issuer.example",
    aud: "invoicegraph",
    sub: "user-1",
    exp: seconds + 600,
    role: "customer",
    customer: "acme",
    ...claims,
  };
  return await new SignJWT(payload)
    .setProtectedHeader({ alg: "RS256", kid: key.kid, ...header })
    .sign(key.privateKey);
}
