/** The EdgeGrid signer against Akamai's own npm client, which serves as oracle only. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { createEdgeGridSigner, edgeGridTimestamp } from "../../../src/sources/akamai/edgegrid.ts";

interface OfficialRequest {
  method: string;
  path: string;
  body?: string;
  headers: Record<string, string>;
}

// The package's exports hide this file, which is the only way to give the client a time and a nonce.
const require = createRequire(import.meta.url);
const official = require(join(dirname(require.resolve("akamai-edgegrid")), "src", "auth.js")) as {
  generateAuth(
    request: OfficialRequest,
    clientToken: string,
    clientSecret: string,
    accessToken: string,
    host: string,
    maxBody: number,
    nonce: string,
    timestamp: string,
  ): OfficialRequest;
};

const host = "akab-host-0000.luna.akamaiapis.net";

function sign(request: { method: string; target: string; body: string }, keys: Keys): string {
  const credentials = {
    clientToken: new Secret(keys.clientToken),
    clientSecret: new Secret(keys.clientSecret),
    accessToken: new Secret(keys.accessToken),
  };
  return createEdgeGridSigner(credentials, { host, now: () => keys.at, nonce: () => keys.nonce })(request);
}

interface Keys {
  clientToken: string;
  clientSecret: string;
  accessToken: string;
  nonce: string;
  at: number;
}

const token = fc.stringMatching(/^akab-[a-z0-9]{16}-[a-z0-9]{16}$/);
const keys: fc.Arbitrary<Keys> = fc.record({
  clientToken: token,
  clientSecret: fc.base64String({ minLength: 8, maxLength: 60 }),
  accessToken: token,
  nonce: fc.uuid(),
  at: fc.integer({ min: Date.UTC(2016, 3, 1), max: Date.UTC(2090, 0, 1) }),
});

// The official client passes paths through WHATWG URL, which turns ' into %27 in a query: we sign what we send.
const word = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .map((text) => encodeURIComponent(text.replace(/'/g, "")));
const target = fc
  .tuple(fc.array(word, { maxLength: 4 }), fc.array(fc.tuple(word, word), { maxLength: 4 }))
  .map(([path, query]) => {
    const pairs = query.map(([name, value]) => `${name}=${value}`).join("&");
    const segments = path.map((each) => `/x${each}`).join("");
    return `/invoicing-api/v4${segments}${pairs === "" ? "" : `?${pairs}`}`;
  });
const asciiBody = fc.tuple(fc.string(), fc.integer({ min: 0, max: 140_000 })).map(([text, length]) => {
  const ascii = text.replace(/[^ -~]/g, "");
  return ascii === "" ? "" : ascii.repeat(Math.ceil(length / ascii.length)).slice(0, length);
});
const body = fc.oneof(fc.constant(""), fc.string({ unit: "grapheme" }), asciiBody);

test("signs any GET and POST exactly as Akamai's own client does", () => {
  fc.assert(
    fc.property(fc.constantFrom("GET", "POST", "PUT"), target, body, keys, (method, path, sent, key) => {
      const expected = official.generateAuth(
        { method, path, body: sent, headers: {} },
        key.clientToken,
        key.clientSecret,
        key.accessToken,
        `https://${host}`,
        131_072,
        key.nonce,
        edgeGridTimestamp(key.at),
      );

      const ours = sign({ method, target: path, body: sent }, key);

      expect(ours).toBe(expected.headers["Authorization"]);
    }),
    { numRuns: 500 },
  );
});

test("writes the timestamp in UTC as yyyyMMddTHH:mm:ss+0000", () => {
  expect(edgeGridTimestamp(Date.UTC(2026, 1, 3, 4, 5, 6, 789))).toBe("20260203T04:05:06+0000");
});

test("takes a new nonce for every request when none is injected", () => {
  const secret = new Secret("x");
  const signer = createEdgeGridSigner(
    { clientToken: secret, clientSecret: secret, accessToken: secret },
    { host, now: () => 0 },
  );
  const request = { method: "GET", target: "/", body: "" };

  const headers = Array.from({ length: 50 }, () => signer(request));

  expect(new Set(headers).size).toBe(50);
  for (const header of headers) expect(header).toMatch(/;nonce=[0-9a-f-]{36};signature=[A-Za-z0-9+/]{43}=$/);
});

test("A signer that is used for long signs each request by its own second", () => {
  const credentials = {
    clientToken: new Secret("akab-client"),
    clientSecret: new Secret("c2VjcmV0"),
    accessToken: new Secret("akab-access"),
  };
  const request = { method: "GET", target: "/invoicing-api/v4/invoices", body: "" };
  const times = [1_800_000_000_000, 1_800_000_000_999, 1_800_000_001_000, 1_799_999_999_999];
  let at = 0;
  const signerAt = (now: () => number) =>
    createEdgeGridSigner(credentials, { host, now, nonce: () => "once" });
  const lasting = signerAt(() => at);

  const signatures = times.map((time) => {
    at = time;
    return lasting(request);
  });

  expect(signatures).toEqual(times.map((time) => signerAt(() => time)(request)));
  expect(new Set(signatures).size).toBe(3);
});
