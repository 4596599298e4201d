import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { authConfig } from "../../src/auth/config.ts";
import { check } from "../../src/config/check.ts";
import { unknownOrigin } from "../../src/config/mistake.ts";
import { deliveryConfig } from "../../src/delivery/config.ts";
import { serverConfig } from "../../src/server/config.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKey.export({ type: "spki", format: "pem" });
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" });
const jwt = { issuer: "https://login.example", audience: "invoices" };
const sha256 = "0f".repeat(32);

function authMistakes(raw: unknown): string[] {
  return check(authConfig, raw, ["auth"], unknownOrigin).mistakes.map(({ message }) => message);
}

describe("the auth section", () => {
  it.each([
    ["a JWKS URL", { jwksUrl: "https://login.example/jwks" }, ["RS256", "PS256", "ES256", "EdDSA"]],
    [
      "a JWKS URL on this machine",
      { jwksUrl: "http://127.0.0.1:1/jwks" },
      ["RS256", "PS256", "ES256", "EdDSA"],
    ],
    ["a public key", { publicKey: pem, algorithms: ["ES256"] }, ["ES256"]],
    ["a shared secret", { secret: "s".repeat(32) }, ["HS256"]],
  ])("takes tokens verified by %s", (_, keys, algorithms) => {
    const config = authConfig.parse({ jwt: { ...jwt, ...keys } });

    expect(config.jwt).toMatchObject({
      audience: ["invoices"],
      algorithms,
      clockToleranceSeconds: 30,
      claims: { customer: "customer", role: "role", scopes: "scope" },
    });
  });

  it.each([
    ["no key", {}, "auth.jwt must have exactly one of jwksUrl, publicKey and secret."],
    ["two keys", { publicKey: pem, secret: "s".repeat(32) }, "auth.jwt must have exactly one of"],
    [
      "HS256 with a public key",
      { publicKey: pem, algorithms: ["ES256", "HS256"] },
      "auth.jwt.algorithms must name HS algorithms with a secret",
    ],
    [
      "RS256 with a secret",
      { secret: "s".repeat(32), algorithms: ["RS256"] },
      "auth.jwt.algorithms must name HS algorithms with a secret",
    ],
    [
      "the algorithm none",
      { publicKey: pem, algorithms: ["none"] },
      "auth.jwt.algorithms[0] must be one of RS256",
    ],
    [
      "no algorithm at all",
      { publicKey: pem, algorithms: [] },
      "auth.jwt.algorithms must have at least 1 item.",
    ],
    ["a short secret", { secret: "s".repeat(31) }, "auth.jwt.secret must be at least 32 bytes long."],
    ["a private key", { publicKey: privatePem }, "auth.jwt.publicKey must be a public key in PEM"],
    ["a key that is none", { publicKey: "abc" }, "auth.jwt.publicKey must be a public key in PEM"],
    [
      "keys fetched in the clear",
      { jwksUrl: "http://login.example/jwks" },
      "auth.jwt.jwksUrl must be an https URL",
    ],
    [
      "an audience of the wrong type",
      { jwksUrl: "https://l.example", audience: 3 },
      "auth.jwt.audience must be text or a list.",
    ],
    [
      "a number in a list of audiences",
      { jwksUrl: "https://l.example", audience: ["a", 3] },
      "auth.jwt.audience[1] must be text; put it in quotes.",
    ],
    [
      "an empty audience",
      { jwksUrl: "https://l.example", audience: ["a", ""] },
      "auth.jwt.audience[1] must not be empty.",
    ],
  ])("refuses %s", (_, more, sentence) => {
    expect(authMistakes({ jwt: { ...jwt, ...more } }).join("\n")).toContain(sentence);
  });

  it("says that a key is missing also when other fields are wrong", () => {
    expect(authMistakes({ jwt: { algorithms: 3 } })).toEqual([
      "auth.jwt.issuer is missing: the `iss` that a token must carry.",
      "auth.jwt.audience is missing: the `aud` that a token must carry: one, or a list of which one is enough.",
      "auth.jwt.algorithms must be a list.",
      "auth.jwt must have exactly one of jwksUrl, publicKey and secret.",
    ]);
  });

  it("reads API keys into one form", () => {
    const { apiKeys } = authConfig.parse({
      apiKeys: [
        {
          name: "a",
          sha256: sha256.toUpperCase(),
          role: "CUSTOMER",
          customer: "acme",
          expires: "2027-01-31T00:00:00+02:00",
        },
      ],
    });

    expect(apiKeys).toEqual([
      {
        name: "a",
        sha256,
        role: "CUSTOMER",
        customer: "acme",
        scopes: [],
        expires: "2027-01-30T22:00:00.000Z",
      },
    ]);
  });

  it.each([
    [
      "the key instead of its hash",
      { name: "a", sha256: "key", role: "customer_service" },
      "auth.apiKeys[0].sha256 must be the SHA-256 of the key in 64",
    ],
    [
      "a customer's key without its customer",
      { name: "a", sha256, role: "customer" },
      "auth.apiKeys[0].customer must be given with the role customer",
    ],
    [
      "staff with a customer",
      { name: "a", sha256, role: "customer_service", customer: "acme" },
      "auth.apiKeys[0].customer must be given with the role customer, and left out",
    ],
    [
      "an unknown role",
      { name: "a", sha256, role: "admin" },
      "auth.apiKeys[0].role must be one of customer, customer_service",
    ],
    [
      "an expiry that is no moment",
      { name: "a", sha256, role: "customer_service", expires: "soon" },
      "auth.apiKeys[0].expires must be a moment with its time zone",
    ],
  ])("refuses %s", (_, key, sentence) => {
    expect(authMistakes({ apiKeys: [key] }).join("\n")).toContain(sentence);
  });

  it("refuses two keys of one name or of one hash", () => {
    const key = { name: "a", sha256, role: "customer_service" };

    expect(
      authMistakes({ apiKeys: [key, { ...key, name: "b" }, { ...key, sha256: "1".repeat(64) }] }),
    ).toEqual([
      "auth.apiKeys[2].name must differ from that of every other key.",
      "auth.apiKeys[1].sha256 must differ from that of every other key.",
    ]);
  });
});

describe("the delivery section", () => {
  it.each([
    [
      "two link keys of one id",
      {
        links: {
          keys: [
            { id: "a", secret: "s".repeat(32) },
            { id: "a", secret: "t".repeat(32) },
          ],
        },
      },
      "delivery.links.keys must have different ids.",
    ],
    [
      "a short link secret",
      { links: { keys: [{ id: "a", secret: "s" }] } },
      "delivery.links.keys[0].secret must be at least 32 bytes long.",
    ],
    [
      "a link that lasts no time",
      { links: { ttlSeconds: 0 } },
      "delivery.links.ttlSeconds must be at least 1.",
    ],
    [
      "a bucket without credentials",
      { s3: { endpoint: "https://s3.example", bucket: "b" } },
      "delivery.s3.accessKeyId is missing: the access key's id.",
    ],
    ["half a byte", { maxFileBytes: 0.5 }, "delivery.maxFileBytes must be a whole number."],
  ])("refuses %s", (_, raw, sentence) => {
    const { mistakes } = check(deliveryConfig, raw, ["delivery"], unknownOrigin);

    expect(mistakes.map(({ message }) => message).join("\n")).toContain(sentence);
  });
});

describe("the server section", () => {
  it("drops the slash at the end of the public URL, to which paths are added", () => {
    expect(serverConfig.parse({ publicUrl: "https://invoices.example/api/" }).publicUrl).toBe(
      "https://invoices.example/api",
    );
  });

  it.each(["*", "https://a.example/", "a.example", "https://a.example/path", "null"])(
    "refuses %s as a web origin",
    (origin) => {
      const { mistakes } = check(serverConfig, { corsOrigins: [origin] }, ["server"], unknownOrigin);

      expect(mistakes.map(({ path }) => path)).toEqual(["server.corsOrigins[0]"]);
    },
  );
});
