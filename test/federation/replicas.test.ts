/** What stands between routers and replicas: nonces shared through Redis, and the proxy that signs for Apollo Router. */
import { describe, expect, it } from "vitest";
import { serve } from "../../examples/supergraph/serve.ts";
import { claimsText, signedHeaders } from "../../examples/supergraph/sign.ts";
import { createSigningProxy } from "../../examples/supergraph/signing-proxy.ts";
import { hasRedis, startRedis } from "../support/redis.ts";
import { customerClaims, routerKey, service, startSubgraphApp, type SubgraphApp } from "./router.ts";

const body = JSON.stringify({ query: "{ viewer { id } }" });

/** The same signed request, to be sent as often as one likes. */
function signedRequest(): RequestInit {
  const signed = signedHeaders(
    { method: "POST", path: "/subgraph", body, claims: claimsText(service) },
    routerKey,
  );
  return { method: "POST", headers: { "content-type": "application/json", ...signed }, body };
}

const statusAt = async ({ subgraphUrl }: SubgraphApp, request: RequestInit) =>
  (await fetch(subgraphUrl, request)).status;

describe.skipIf(!hasRedis)("two replicas with one Redis", () => {
  it("answer a signed request once between them, and none while Redis is gone", async () => {
    const redis = await startRedis();
    const sections = () => ({ redis: { url: redis.url } });
    const [one, two] = await Promise.all([startSubgraphApp({ sections }), startSubgraphApp({ sections })]);
    const request = signedRequest();

    const statuses = [
      await statusAt(one, request),
      await statusAt(two, request),
      await statusAt(one, request),
    ];
    await redis.kill();
    const without = await fetch(one.subgraphUrl, signedRequest());

    expect(statuses).toEqual([200, 401, 401]);
    expect(without.status).toBe(503);
    expect(await without.json()).toMatchObject({
      errors: [{ extensions: { code: "IDENTITY_UNAVAILABLE", retryable: true } }],
    });
    await Promise.all([one.close(), two.close()]);
    await redis.close();
  });
});

describe("the signing proxy", () => {
  it("signs what a router sends it, as the viewer that the router names", async () => {
    const app = await startSubgraphApp();
    const proxy = await serve(createSigningProxy({ target: app.subgraphUrl, key: routerKey }));
    const headers = {
      "content-type": "application/json",
      "viewer-claims": claimsText(customerClaims("acme")),
    };

    const answer = await fetch(proxy.url, { method: "POST", headers, body });
    const nobody = await fetch(proxy.url, { method: "POST", body });
    const got = await fetch(proxy.url, { headers });

    expect(await answer.json()).toMatchObject({ data: { viewer: { id: "router:user of acme" } } });
    expect([answer.status, nobody.status, got.status]).toEqual([200, 400, 400]);
    await proxy.close();
    await app.close();
  });
});
