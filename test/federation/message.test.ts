/** The pieces of the router's trust by themselves: RFC 9421's own test vectors, digests, nonces, configuration. */
import { createHash, createHmac, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { check } from "../../src/config/check.ts";
import { unknownOrigin } from "../../src/config/mistake.ts";
import { subgraphConfig } from "../../src/subgraph/config.ts";
import { isDigest, matchesDigest } from "../../src/subgraph/digest.ts";
import { readSignature, signatureBase } from "../../src/subgraph/message.ts";
import { createNonceMemory } from "../../src/subgraph/nonces.ts";

describe("RFC 9421, appendix B.2", () => {
  const message = {
    method: "POST",
    path: "/foo",
    headers: {
      host: "example.com",
      date: "Tue, 20 Apr 2021 02:07:55 GMT",
      "content-type": "application/json",
      "content-length": "18",
    },
  };

  function read(input: string, signature: string) {
    const found = readSignature({ "signature-input": input, signature });
    if (found === null) throw new Error("The signature could not be read.");
    return { found, base: signatureBase(message, found.covered, found.written) ?? "" };
  }

  it("verifies B.2.5, signed with HMAC and SHA-256", () => {
    const { found, base } = read(
      'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
    );
    const secret = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

    const mac = createHmac("sha256", Buffer.from(secret, "base64")).update(base).digest();

    expect(mac.equals(found.bytes)).toBe(true);
    expect(Object.fromEntries(found.parameters)).toEqual({
      created: 1618884473,
      keyid: "test-shared-secret",
    });
  });

  it("verifies B.2.6, signed with Ed25519", () => {
    const { found, base } = read(
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    );
    const key = createPublicKey(
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n",
    );

    expect(verify(null, Buffer.from(base), key, found.bytes)).toBe(true);
  });
});

describe("signature headers", () => {
  const good = { "signature-input": 'a=("@method");created=1;keyid="k"', signature: "a=:AAAA:" };

  it.each([
    ["a part that is named twice", { "signature-input": 'a=("@method" "@method");created=1' }],
    ["a parameter that is given twice", { "signature-input": 'a=("@method");created=1;created=2' }],
    ["a part with parameters of its own", { "signature-input": 'a=("@method";req);created=1' }],
    ["two signatures", { "signature-input": 'a=("@method");created=1, b=("@path");created=1' }],
    ["a line break", { "signature-input": 'a=("@method");nonce="x\ny"' }],
    ["a quote within a text", { "signature-input": 'a=("@method");nonce="x\\"y"' }],
    ["5,000 characters", { "signature-input": `a=("@method");nonce="${"x".repeat(5_000)}"` }],
    ["a signature that is no base64", { signature: "a=:A!AA:" }],
  ])("with %s cannot be read", (_, change) => {
    expect(readSignature(good)).not.toBeNull();
    expect(readSignature({ ...good, ...change })).toBeNull();
  });

  it.each([
    ["a part that is not known here", "@query-param", {}],
    ["a header that is not there", "x-other", {}],
    ["a header that comes as a list", "x-other", { "x-other": ["a", "b"] }],
    ["what every object has", "constructor", {}],
  ])("that cover %s have nothing to be verified against", (_, name, headers) => {
    expect(signatureBase({ method: "POST", path: "/", headers }, [name], "()")).toBeNull();
  });
});

describe("a digest", () => {
  const body = Buffer.from("the body");

  it.each(["sha-256", "sha-512"])("of %s matches its own body only", (algorithm) => {
    const header = `${algorithm}=:${createHash(algorithm.replace("-", "")).update(body).digest("base64")}:`;

    expect(isDigest(header)).toBe(true);
    expect(matchesDigest(header, body)).toBe(true);
    expect(matchesDigest(header, Buffer.from("the bodY"))).toBe(false);
  });

  it.each(["md5=:AAAA:", "sha-256=AAAA", "sha-256=:AAAA:, sha-512=:AAAA:", ""])(
    "is not taken as %o",
    (header) => {
      expect(isDigest(header)).toBe(false);
    },
  );
});

describe("the memory of nonces", () => {
  it("takes each once until it expires, and refuses rather than forgets when it is full", async () => {
    let now = 1_000;
    const memory = createNonceMemory(() => now, 2);

    const before = [
      await memory.take("a", 2_000),
      await memory.take("b", 2_000),
      await memory.take("a", 2_000),
    ];
    const full = await memory.take("c", 2_000);
    now = 2_000;
    const after = [await memory.take("c", 3_000), await memory.take("a", 3_000)];

    expect(before).toEqual(["fresh", "fresh", "used"]);
    expect(full).toBe("full");
    expect(after).toEqual(["fresh", "fresh"]);
  });
});

function mistakes(raw: unknown): string[] {
  return check(subgraphConfig, raw, ["subgraph"], unknownOrigin).mistakes.map(({ message }) => message);
}

describe("the subgraph section", () => {
  const secret = "s".repeat(32);
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const ed = generateKeyPairSync("ed25519");

  it("is off by default, and takes a secret or an Ed25519 public key", () => {
    const pem = ed.publicKey.export({ type: "spki", format: "pem" });

    expect(subgraphConfig.parse({})).toEqual({ keys: [], maxRepresentations: 1_000 });
    expect(
      mistakes({
        keys: [
          { id: "a", secret },
          { id: "b", publicKey: pem },
        ],
      }),
    ).toEqual([]);
  });

  it.each([
    [
      "a short secret",
      [{ id: "a", secret: "short" }],
      "subgraph.keys[0].secret must be at least 32 bytes long",
    ],
    ["no key", [{ id: "a" }], "subgraph.keys[0] must have exactly one of secret and publicKey"],
    [
      "an RSA key",
      [{ id: "a", publicKey: rsa.export({ type: "spki", format: "pem" }) }],
      "must be an Ed25519 public key",
    ],
    [
      "a private key",
      [{ id: "a", publicKey: ed.privateKey.export({ type: "pkcs8", format: "pem" }) }],
      "must be an Ed25519 public key",
    ],
    [
      "the same id twice",
      [
        { id: "a", secret },
        { id: "a", secret },
      ],
      "subgraph.keys must have different ids",
    ],
  ])("does not take %s", (_, keys, says) => {
    expect(mistakes({ keys }).join()).toContain(says);
  });
});
