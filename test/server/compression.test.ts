/** Compressed answers: by size and by what the client takes, the same text in the end. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodingFor } from "../../src/server/lane/encoding.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sections: () => ({ server: { corsOrigins: ["https://one.example"] } }) });
});
afterAll(() => app.close());

const large = "{ invoices(first: 60) { nodes { id number totalAmount currency issuedOn } } }";
// Longer than what is sent as one piece.
const larger = `{ ${["a", "b", "c"].map((name) => `${name}: invoices(first: 100) { edges { cursor node { id number } } }`).join(" ")} }`;
const small = "{ viewer { id } }";

async function ask(query: string, headers: Record<string, string> = {}) {
  const reply = await request(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": app.keyOf("service"), ...headers },
    body: JSON.stringify({ query }),
  });
  return { headers: reply.headers, bytes: Buffer.from(await reply.body.arrayBuffer()) };
}

describe("an answer of some size", () => {
  it.each([
    ["br", "gzip, deflate, br", promisify(brotliDecompress), large],
    ["gzip", "gzip;q=1, br;q=0.5", promisify(gunzip), large],
    ["br", "br", promisify(brotliDecompress), larger],
  ])("is sent as %s to who takes %s", async (encoding, accepted, decompress, query) => {
    const plain = await ask(query);

    const first = await ask(query, { "accept-encoding": accepted });
    const again = await ask(query, { "accept-encoding": accepted });

    expect(Number(plain.headers["content-length"])).toBe(plain.bytes.length);
    expect(first.headers).toMatchObject({ "content-encoding": encoding, vary: "accept-encoding" });
    expect(Number(first.headers["content-length"])).toBe(first.bytes.length);
    expect(first.bytes.length).toBeLessThan(plain.bytes.length / 3);
    expect(String(await decompress(first.bytes))).toBe(String(plain.bytes));
    expect(again.bytes.equals(first.bytes)).toBe(true);
  });

  it.each([[""], ["identity"], ["br;q=0, gzip;q=0"], ["zstd"]])(
    "is sent as it is to who takes %j",
    async (accepted) => {
      const { headers, bytes } = await ask(large, { "accept-encoding": accepted });

      expect(headers["content-encoding"]).toBeUndefined();
      expect(headers["vary"]).toBe("accept-encoding");
      expect(JSON.parse(String(bytes)).data.invoices.nodes).toHaveLength(60);
    },
  );

  it("says that it also differs by origin, where it does", async () => {
    const { headers } = await ask(large, { "accept-encoding": "br", origin: "https://one.example" });

    expect([headers["vary"]].flat().join(", ")).toBe("origin, accept-encoding");
  });
});

describe("a small answer", () => {
  it("is sent as it is", async () => {
    const { headers } = await ask(small, { "accept-encoding": "br, gzip" });

    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers["vary"]).toBeUndefined();
  });
});

describe("the choice of an encoding", () => {
  it.each([
    [undefined, "identity"],
    ["*", "br"],
    ["*;q=0", "identity"],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["br;q=0.1, gzip;q=0.2", "gzip"],
    ["br;q=0.1, *;q=0.2", "gzip"],
    ["identity;q=1, br;q=0.5", "identity"],
    ["BR ; Q=1.0", "br"],
    ["br;q=x, gzip", "gzip"],
    [", ,", "identity"],
  ])("for %j is %s", (accepted, expected) => {
    const encoding = encodingFor(accepted);

    expect(encoding).toBe(expected);
  });
});
