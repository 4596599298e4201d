/** What it costs to be somebody: the same small operation with an API key, and with a JWT whose keys the issuer publishes. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startOurs, startUpstream, warm } from "./compare.ts";
import { type Comparison, compare, type Entry, type Pace } from "./rig/arena.ts";
import { shotOf, workloads } from "./workloads.ts";

const issuer = "https://issuer.bench.example";
const audience = "invoicegraph";

/** Warm small: the credential is a large part of what little is left to do. */
export async function compareIdentity(pace: Pace, onDone: (comparison: Comparison) => void): Promise<void> {
  const workload = workloads.small;
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256" }] });
  const published = createServer((_request, response) => response.end(keySet)).listen(0, "127.0.0.1");
  await once(published, "listening");
  const { port } = published.address() as AddressInfo;
  const token = await new SignJWT({ role: "customer", customer: workload.viewer, scope: "openid" })
    .setProtectedHeader({ alg: "RS256", kid: "bench" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(workload.viewer)
    .setExpirationTime("2h")
    .sign(privateKey);

  const upstream = await startUpstream();
  const byKey = await startOurs(upstream, warm);
  const jwt = { issuer, audience, jwksUrl: `http://127.0.0.1:${port}/jwks` };
  const byToken = await startOurs(upstream, { ...warm, auth: { jwt } });
  const { headers, ...shot } = shotOf(byToken.url, workload);
  const { "x-api-key": _, ...others } = headers;
  const entries: Entry[] = [
    { name: "API key", server: byKey, equal: "BYTES" },
    {
      name: "JWT (RS256)",
      server: byToken,
      equal: {
        shot: { ...shot, headers: { ...others, authorization: `Bearer ${token}` } },
        holds: (ours, theirs) => ours === theirs,
      },
    },
  ];
  onDone(await compare(`by credential, warm ${workload.name}`, workload, entries, pace, "API key"));
  for (const server of [byKey, byToken, upstream]) await server.stop();
  published.close();
}
