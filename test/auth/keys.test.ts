import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthenticator } from "../../src/auth/authenticate.ts";
import { authConfig } from "../../src/auth/config.ts";
import { createIssuerKey, type Issuer, type IssuerKey, sign, startIssuer } from "./jwks-server.ts";

let first: IssuerKey;
let second: IssuerKey;
let issuer: Issuer;
// Only the clock is false: jose keeps its own time by Date.now().
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  [first, second] = await Promise.all([createIssuerKey("k1"), createIssuerKey("k2")]);
  issuer = await startIssuer([first]);
});
afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

function create() {
  const config = authConfig.parse({
    jwt: { issuer: "https://issuer.example", audience: "invoicegraph", jwksUrl: issuer.url },
  });
  const authenticator = createAuthenticator(config, { now: Date.now });
  return async (token: string) => authenticator.authenticate({ authorization: `Bearer ${token}` });
}

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const unavailable = { code: "IDENTITY_UNAVAILABLE", retryable: true };

describe("published keys", () => {
  it("are fetched once for many tokens at the same time", async () => {
    const authenticate = create();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => sign(first, { sub: `user-${i}` })));

    const viewers = await Promise.all(tokens.map(authenticate));

    expect(new Set(viewers.map((viewer) => viewer.id)).size).toBe(20);
    expect(issuer.asked()).toBe(1);
  });

  it("are fetched again when a token names a new key", async () => {
    const authenticate = create();
    await authenticate(await sign(first));
    issuer.publish([first, second]);
    pass(31);

    const viewer = await authenticate(await sign(second, { sub: "rotated" }));

    expect(viewer.id).toBe("token:rotated");
    expect(issuer.asked()).toBe(2);
  });

  it("are not fetched again for every made-up key id", async () => {
    const authenticate = create();
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, i) => sign(second, {}, { kid: `made-up-${i}` })),
    );
    await authenticate(await sign(first));

    for (const token of made)
      await expect(authenticate(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });

    expect(issuer.asked()).toBe(1);
  });

  it("stop working when the issuer withdraws them, also for a token seen before", async () => {
    const authenticate = create();
    const token = await sign(first, { exp: Math.floor(Date.now() / 1000) + 86_400 });
    await authenticate(token);
    issuer.publish([second]);
    pass(601);

    const answer = authenticate(token);

    await expect(answer).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("do not cost a verification for a token seen before", async () => {
    const authenticate = create();
    const token = await sign(first);
    const before = await authenticate(token);
    await issuer.close();

    const again = await authenticate(token);

    expect(again).toBe(before);
  });
});

describe("an issuer that fails", () => {
  it.each<[string, Parameters<Issuer["publish"]>[0]]>([
    ["answers 500", { status: 500, body: "{}" }],
    ["redirects", { status: 302, body: "" }],
    ["sends a page", { status: 200, body: "<html>" }],
    ["sends JSON that is no key set", { status: 200, body: '{"error":"no"}' }],
    ["sends null", { status: 200, body: "null" }],
    ["sends two megabytes", { status: 200, body: `{"keys":[],"x":"${"x".repeat(2_000_000)}"}` }],
  ])("and %s is not the token's fault", async (_what, answer) => {
    const authenticate = create();
    issuer.publish(answer);
    const token = await sign(first);

    await expect(authenticate(token)).rejects.toMatchObject(unavailable);
    await expect(authenticate(token)).rejects.toMatchObject(unavailable);
    expect(issuer.asked()).toBe(1);
  });

  it("and hangs is given up after three seconds", async () => {
    const authenticate = create();
    issuer.publish("hang");
    const started = performance.now();

    await expect(authenticate(await sign(first))).rejects.toMatchObject(unavailable);

    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("is asked again after five seconds", async () => {
    const authenticate = create();
    issuer.publish({ status: 503, body: "" });
    const token = await sign(first);
    await expect(authenticate(token)).rejects.toMatchObject(unavailable);
    issuer.publish([first]);
    pass(6);

    const viewer = await authenticate(token);

    expect(viewer.customerId).toBe("acme");
    expect(issuer.asked()).toBe(2);
  });

  it("is asked again at once when the clock is set back", async () => {
    const authenticate = create();
    issuer.publish({ status: 503, body: "" });
    const token = await sign(first);
    await expect(authenticate(token)).rejects.toMatchObject(unavailable);
    issuer.publish([first]);
    pass(-60);

    const viewer = await authenticate(token);

    expect(viewer.customerId).toBe("acme");
  });

  it("leaves its last keys in use for an hour, and a new key unknown", async () => {
    const authenticate = create();
    await authenticate(await sign(first));
    issuer.publish({ status: 500, body: "" });
    pass(59 * 60);

    const viewer = await authenticate(await sign(first, { sub: "later" }));

    expect(viewer.id).toBe("token:later");
    await expect(authenticate(await sign(second))).rejects.toMatchObject(unavailable);
    pass(2 * 60);
    await expect(authenticate(await sign(first, { sub: "too late" }))).rejects.toMatchObject(unavailable);
  });
});
