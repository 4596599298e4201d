import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticate.ts";
import { authConfig } from "../../src/auth/config.ts";
import { createIssuerKey, type Issuer, type IssuerKey, sign, startIssuer } from "./jwks-server.ts";

let key: IssuerKey;
let issuer: Issuer;
beforeAll(async () => {
  key = await createIssuerKey("k1");
  issuer = await startIssuer([key]);
});
afterAll(() => issuer.close());

function settings(more: Record<string, unknown> = {}) {
  return authConfig.parse({
    jwt: { issuer: "https://issuer.example", audience: "invoicegraph", jwksUrl: issuer.url, ...more },
  });
}

async function authenticate(token: string, more: Record<string, unknown> = {}, now = () => Date.now()) {
  return createAuthenticator(settings(more), { now }).authenticate({ authorization: `Bearer ${token}` });
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const refusal = { code: "UNAUTHENTICATED", message: "The token is not valid." };

describe("a good token", () => {
  it("becomes a frozen viewer", async () => {
    const token = await sign(key, { scope: "raw  export" });

    const viewer = await authenticate(token);

    expect(viewer).toEqual({
      id: "token:user-1",
      role: "CUSTOMER",
      customerId: "acme",
      scopes: ["raw", "export"],
    });
    expect(Object.isFrozen(viewer) && Object.isFrozen(viewer.scopes)).toBe(true);
  });

  it("may name its role in any case and its scopes as a list", async () => {
    const token = await sign(key, { role: "Customer_SERVICE", scope: ["raw"], customer: "ignored" });

    const viewer = await authenticate(token);

    expect(viewer).toMatchObject({ role: "CUSTOMER_SERVICE", customerId: null, scopes: ["raw"] });
  });

  it("is read by the configured claims", async () => {
    const token = await sign(key, {
      "https://x/role": "customer",
      tenant: "globex",
      scp: "raw",
      role: "customer_service",
    });

    const viewer = await authenticate(token, {
      claims: { role: "https://x/role", customer: "tenant", scopes: "scp" },
    });

    expect(viewer).toMatchObject({ role: "CUSTOMER", customerId: "globex", scopes: ["raw"] });
  });

  it("is believed up to the clock tolerance and not a second longer", async () => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const token = await sign(key, { exp });
    let at = (exp + 29) * 1000;
    const one = createAuthenticator(settings(), { now: () => at });

    const before = await one.authenticate({ authorization: `bearer ${token}` });
    at = (exp + 30) * 1000;
    const after = one.authenticate({ authorization: `bearer ${token}` });

    expect(before.customerId).toBe("acme");
    await expect(after).rejects.toMatchObject(refusal);
    await expect(authenticate(token, {}, () => at)).rejects.toMatchObject(refusal);
  });

  it("is verified against a static public key and against a shared secret", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const secret = "a-secret-of-at-least-thirty-two-bytes";
    const claims = {
      iss: "https://issuer.example",
      aud: "invoicegraph",
      sub: "u",
      role: "customer",
      customer: "acme",
    };
    const signed = (alg: string, by: Parameters<SignJWT["sign"]>[0]) =>
      new SignJWT(claims).setProtectedHeader({ alg }).setExpirationTime("5m").sign(by);
    const byKey = await signed("EdDSA", privateKey);
    const bySecret = await signed("HS256", Buffer.from(secret));
    const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();

    const viewers = await Promise.all([
      authenticate(byKey, { jwksUrl: undefined, publicKey: publicPem }),
      authenticate(bySecret, { jwksUrl: undefined, secret }),
    ]);

    expect(viewers.map((viewer) => viewer.customerId)).toEqual(["acme", "acme"]);
    await expect(authenticate(bySecret, { jwksUrl: undefined, publicKey: publicPem })).rejects.toMatchObject(
      refusal,
    );
    await expect(authenticate(byKey, { jwksUrl: undefined, secret })).rejects.toMatchObject(refusal);
  });
});

describe("claims that are refused", () => {
  const seconds = Math.floor(Date.now() / 1000);
  it.each<[string, Record<string, unknown>]>([
    ["another issuer", { iss: "https://other.example" }],
    ["no issuer", { iss: undefined }],
    ["another audience", { aud: "other" }],
    ["an audience that only begins alike", { aud: ["invoicegraph2", "Invoicegraph"] }],
    ["no audience", { aud: undefined }],
    ["no expiry", { exp: undefined }],
    ["an expiry that is text", { exp: "9999999999" }],
    ["an expiry a second over the tolerance", { exp: seconds - 31 }],
    ["a beginning in the future", { nbf: seconds + 120 }],
    ["no subject", { sub: undefined }],
    ["an empty subject", { sub: " " }],
    ["an endless subject", { sub: "x".repeat(300) }],
    ["no role", { role: undefined }],
    ["an unknown role", { role: "admin" }],
    ["a role of JavaScript's own", { role: "constructor" }],
    ["a role of JavaScript's own", { role: "__proto__" }],
    ["several roles", { role: ["customer", "customer_service"] }],
    ["a customer's role without a customer", { customer: undefined }],
    ["an empty customer", { customer: "" }],
    ["a customer that is no text", { customer: { id: "acme" } }],
    ["scopes that are no text", { scope: 7 }],
    ["a list of scopes that are no text", { scope: ["raw", 7] }],
  ])("%s", async (_what, claims) => {
    const token = await sign(key, claims as never);

    const answer = authenticate(token);

    await expect(answer).rejects.toMatchObject(refusal);
  });
});

const goodClaims = () => ({
  iss: "https://issuer.example",
  aud: "invoicegraph",
  sub: "user-1",
  exp: Math.floor(Date.now() / 1000) + 600,
  role: "customer_service",
});

describe("forged tokens are refused", () => {
  it.each(["none", "None", "NONE", ""])("without a signature, alg %j", async (alg) => {
    const token = `${encoded({ alg, kid: "k1" })}.${encoded(goodClaims())}.`;

    await expect(authenticate(token)).rejects.toMatchObject(refusal);
  });

  it("signed by HS256 with the public key as its secret", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    const head = `${encoded({ alg: "HS256" })}.${encoded(goodClaims())}`;
    const secrets = [pem, pem.trim(), JSON.stringify(key.publicJwk)];
    const tokens = secrets.map(
      (secret) => `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`,
    );

    for (const token of tokens) {
      await expect(authenticate(token, { jwksUrl: undefined, publicKey: pem })).rejects.toMatchObject(
        refusal,
      );
      await expect(authenticate(token)).rejects.toMatchObject(refusal);
    }
  });

  it("by a key that the token itself brings along", async () => {
    const own = await createIssuerKey("own");
    const attacker = await startIssuer([own]);
    const headers = [
      { jwk: own.publicJwk },
      { jku: attacker.url },
      { x5u: attacker.url },
      { x5c: ["AAAA"] },
      {},
    ];
    const tokens = await Promise.all(
      headers.map((header) => sign(own, goodClaims(), { ...header, kid: "k1" })),
    );

    for (const token of tokens) await expect(authenticate(token)).rejects.toMatchObject(refusal);

    expect(attacker.asked()).toBe(0);
    await attacker.close();
  });

  it("with an algorithm that is not allowed", async () => {
    const elliptic = await createIssuerKey("es", "ES256");
    const other = await startIssuer([elliptic]);
    const token = await sign(elliptic, goodClaims(), { alg: "ES256" });

    const allowed = await authenticate(token, { jwksUrl: other.url });
    const refused = authenticate(token, { jwksUrl: other.url, algorithms: ["RS256"] });

    expect(allowed.role).toBe("CUSTOMER_SERVICE");
    await expect(refused).rejects.toMatchObject(refusal);
    await other.close();
  });

  it("changed in any part after signing", async () => {
    const [head = "", body = "", signature = ""] = (await sign(key)).split(".");
    const better = encoded({ ...goodClaims() });
    const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    const tokens = [
      `${head}.${better}.${signature}`,
      `${head}.${body}.${flipped}`,
      `${encoded({ alg: "RS256", kid: "k1", x: 1 })}.${body}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.${signature}`,
      `${head}.${body}.${signature}.a.b`,
      "a.b.c",
      "..",
      "x",
    ];

    for (const token of tokens) await expect(authenticate(token)).rejects.toMatchObject(refusal);
  });

  it("with critical extensions that nobody here understands, or an unencoded payload", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const tokens = [
      { alg: "RS256", crit: ["x"], x: 1 },
      { alg: "RS256", crit: ["b64"], b64: false },
    ].map((header) => {
      const head = `${encoded(header)}.${encoded(goodClaims())}`;
      return `${head}.${signBytes("sha256", Buffer.from(head), privateKey).toString("base64url")}`;
    });

    for (const token of tokens)
      await expect(authenticate(token, { jwksUrl: undefined, publicKey: publicPem })).rejects.toMatchObject(
        refusal,
      );
  });

  it("longer than 8 KB, although well signed", async () => {
    const token = await sign(key, { padding: "x".repeat(7_000) });

    await expect(authenticate(token)).rejects.toMatchObject({ ...refusal, detail: "longer than 8 KB" });
  });

  it("and the reason is kept for the log without any of the claims", async () => {
    const token = await sign(key, { exp: 1, canary: "c4n4ry" });

    const failure = await authenticate(token).catch((thrown: unknown) => thrown);

    expect(failure).toMatchObject({ detail: "ERR_JWT_EXPIRED" });
    expect((failure as Error).cause).toBeUndefined();
  });
});
