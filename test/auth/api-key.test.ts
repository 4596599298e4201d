import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticate.ts";
import { authConfig } from "../../src/auth/config.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const config = authConfig.parse({
  apiKeys: [
    { name: "acme-old", sha256: sha256("key-one"), role: "customer", customer: "acme" },
    {
      name: "acme-new",
      sha256: sha256("key-two").toUpperCase(),
      role: "customer",
      customer: "acme",
      scopes: ["raw"],
    },
    { name: "staff", sha256: sha256("key-three"), role: "customer_service" },
    {
      name: "gone",
      sha256: sha256("key-four"),
      role: "customer_service",
      expires: "2026-06-01T02:00:00+02:00",
    },
  ],
});
const authenticator = createAuthenticator(config, { now: () => Date.parse("2026-06-01T00:00:00Z") });
const refusal = { code: "UNAUTHENTICATED", message: "The token is not valid." };

describe("an API key", () => {
  it.each([
    [{ "x-api-key": "key-one" }, "key:acme-old", "acme"],
    [{ "x-api-key": " key-two " }, "key:acme-new", "acme"],
    [{ authorization: "ApiKey key-three" }, "key:staff", null],
    [{ authorization: "APIKEY   key-one " }, "key:acme-old", "acme"],
  ])("in %j is the viewer %s", async (headers, id, customerId) => {
    const viewer = await authenticator.authenticate(headers);

    expect(viewer).toMatchObject({ id, customerId });
    expect(Object.isFrozen(viewer) && Object.isFrozen(viewer.scopes)).toBe(true);
  });

  it("expires at the moment that its configuration says", async () => {
    const justBefore = createAuthenticator(config, { now: () => Date.parse("2026-05-31T23:59:59.999Z") });

    const viewer = await justBefore.authenticate({ "x-api-key": "key-four" });

    expect(viewer.id).toBe("key:gone");
    await expect(async () => authenticator.authenticate({ "x-api-key": "key-four" })).rejects.toMatchObject(
      refusal,
    );
  });

  it.each([
    [{ "x-api-key": "key-on" }],
    [{ "x-api-key": "key-onee" }],
    [{ "x-api-key": "KEY-ONE" }],
    [{ "x-api-key": sha256("key-one") }],
    [{ "x-api-key": ["key-one", "key-two"] }],
    [{ "x-api-key": "key-one, key-two" }],
    [{ "x-api-key": "x".repeat(9_000) }],
    [{ authorization: `ApiKey ${"x".repeat(9_000)}` }],
    [{ authorization: "Bearer key-one" }],
  ])("is refused in %j", async (headers) => {
    await expect(async () => authenticator.authenticate(headers)).rejects.toMatchObject(refusal);
  });
});

describe("a request without a credential", () => {
  it.each([
    [{}],
    [{ authorization: "" }],
    [{ "x-api-key": "" }],
    [{ authorization: "Bearer" }],
    [{ authorization: "Bearer " }],
    [{ authorization: "Basic dXNlcjpwYXNz" }],
    [{ authorization: "Bearer one two" }],
  ])("is told what to send: %j", async (headers) => {
    await expect(async () => authenticator.authenticate(headers)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: "Send a token: Authorization: Bearer …, or an API key: X-Api-Key: ….",
    });
  });

  it("is not chosen among two credentials", async () => {
    const headers = { authorization: "ApiKey key-one", "x-api-key": "key-three" };

    await expect(async () => authenticator.authenticate(headers)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: "Send one credential: Authorization or X-Api-Key, not both.",
    });
  });
});
