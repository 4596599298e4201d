/** Secrets stay inside: whatever goes wrong, no credential reaches an answer, the log or a trace, plain or encoded. */
import { createHash, createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulators/faults.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const viewerKey = "viewer-canary-key-5b1f6c0d";
const jwtSecret = "jwt-canary-secret-0123456789abcdef-0123456789";
const linkSecret = "link-canary-secret-0123456789abcdef-012345678";
const token = jwt({ sub: "ann", role: "customer_service", iss: "https://issuer.example", aud: "invoices" });

const lines: string[] = [];
const spans: string[] = [];
let collector: Server;
let app: TestApp;
let isClosed = false;
// A new service for each fault: breakers would keep later faults from happening.
beforeEach(async () => {
  lines.length = 0;
  spans.length = 0;
  isClosed = false;
  collector = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    spans.push(body);
    response.end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const { port } = collector.address() as AddressInfo;
  app = await startTestApp({
    cold: true,
    log: createLog("debug", { write: (line) => void lines.push(line) }),
    sections: ({ sources }) => ({
      // Hanging sources are given up soon.
      sources: Object.fromEntries(
        Object.entries(sources).map(([id, source]) => [id, { ...source, timeoutMs: 1_500 }]),
      ),
      auth: {
        apiKeys: [
          {
            name: "canary",
            sha256: createHash("sha256").update(viewerKey).digest("hex"),
            role: "customer_service",
          },
        ],
        jwt: { issuer: "https://issuer.example", audience: "invoices", secret: jwtSecret },
      },
      delivery: { links: { keys: [{ id: "k1", secret: linkSecret }] } },
      telemetry: { traces: { otlpUrl: `http://127.0.0.1:${port}/v1/traces` } },
    }),
  });
});
afterEach(async () => {
  await close();
  await new Promise((resolve) => collector.close(resolve));
});

/** Ends the service, which sends the last of its spans. */
async function close(): Promise<void> {
  if (!isClosed) await app.close();
  isClosed = true;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function jwt(claims: object): string {
  const now = Math.floor(Date.now() / 1_000);
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, exp: now + 600 })}`;
  return `${head}.${createHmac("sha256", jwtSecret).update(head).digest("base64url")}`;
}

// What an upstream may echo: all that is configured for it, as texts of any of its settings.
function configured(): string[] {
  const { flolive, akamai, v6, ddapi } = app.simulators;
  const texts = (value: unknown): string[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [String(value)];
  return [flolive, akamai, v6, ddapi]
    .flatMap(({ source }) => texts(source))
    .filter((text) => text.length >= 12 && !/^https?:|\.net$|\.example$/.test(text));
}

function canaries(): Map<string, string> {
  const signatures = app.simulators.akamai.log.flatMap(({ headers }) =>
    [...String(headers.authorization).matchAll(/signature=([^;]+)/g)].map(([, signature = ""]) => signature),
  );
  const secrets = [
    ...configured(),
    ...signatures,
    viewerKey,
    jwtSecret,
    linkSecret,
    token,
    token.split(".")[2] ?? "",
  ];
  return new Map(
    secrets.flatMap((secret) => [
      [secret, secret],
      [encodeURIComponent(secret), `${secret}, URL-encoded`],
      // Without its last characters: what follows a secret in a longer text changes them.
      [Buffer.from(secret).toString("base64").replace(/=+$/, "").slice(0, -1), `${secret}, base64`],
      [Buffer.from(secret).toString("base64url").slice(0, -1), `${secret}, base64url`],
      [Buffer.from(secret).toString("hex"), `${secret}, hexadecimal`],
    ]),
  );
}

const echo = () => `refused: ${configured().join(" ")} ${configured().map(encodeURIComponent).join("&")}`;

const faults: readonly (readonly [name: string, fault: () => Fault | null])[] = [
  ["nothing at all", () => null],
  ["401 that echoes the credentials", () => ({ kind: "status", status: 401, body: echo() })],
  [
    "403 as a JSON problem that echoes them",
    () => ({ kind: "status", status: 403, body: { title: echo(), detail: echo() } }),
  ],
  [
    "400 that echoes them",
    () => ({ kind: "status", status: 400, body: { msg: echo(), errors: [{ title: echo() }] } }),
  ],
  [
    "500 with a page that echoes them",
    () => ({ kind: "status", status: 500, body: `<html>${echo()}</html>` }),
  ],
  [
    "429 that echoes them in a header",
    () => ({ kind: "status", status: 429, headers: { "retry-after": configured()[0] ?? "" } }),
  ],
  [
    "a refusal inside 200",
    () => ({ kind: "answer", body: { errorCode: "GLOBAL_1001", errorMessage: echo(), content: echo() } }),
  ],
  [
    "a redirect to an address that holds them",
    () => ({ kind: "redirect", to: `http://127.0.0.1:1/?key=${encodeURIComponent(echo())}` }),
  ],
  ["a login page", () => ({ kind: "html" })],
  ["bytes that are no JSON", () => ({ kind: "garbage" })],
  ["half of an answer", () => ({ kind: "truncate" })],
  ["a connection that is reset", () => ({ kind: "reset" })],
  ["silence", () => ({ kind: "hang" })],
];

const everything = `{ viewer { id } sources { id } invoices(first: 3) { nodes { id lines { description } raw } sources { dropped errors { code message upstreamCode } missing { reason } } }
  customers(first: 3) { nodes { settings { currency { code } } accounts { name } } } }`;

async function ask(headers: Record<string, string>, query: string, variables: object = {}): Promise<string> {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return `${JSON.stringify([...response.headers])}${await response.text()}`;
}

describe("after every source answers with", () => {
  it.each(faults)("%s, no secret is in an answer, in the log or in a trace", async (_name, fault) => {
    const list = await ask({ "x-api-key": viewerKey }, "{ invoices(first: 3) { nodes { id } } }");
    const ids = [...list.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
    const { flolive, akamai, v6, ddapi } = app.simulators;
    for (const simulator of [flolive, akamai, v6, ddapi]) simulator.setFault(fault());

    const replies = await Promise.all([
      ask({ "x-api-key": viewerKey }, everything),
      ask({ authorization: `Bearer ${token}` }, everything),
      ask({ authorization: `Bearer ${token.slice(0, -3)}xyz` }, everything),
      ask({ "x-api-key": `${viewerKey}x`, authorization: `Bearer ${token}` }, everything),
      ask({ "x-api-key": viewerKey }, `{ nothing(token: "x") }`),
      ask(
        { "x-api-key": viewerKey },
        "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids }) { status files { fileName } failures { code message } } }",
        { ids },
      ),
    ]);

    const requests = [flolive, akamai, v6, ddapi].map((simulator) => simulator.log.length);
    const secrets = canaries();
    await close();

    const said = `${replies.join("\n")}\n${lines.join("\n")}\n${spans.join("\n")}`;
    // There were canaries, each had its chance, and the log was written.
    expect(secrets.size).toBeGreaterThan(40);
    expect(Math.min(...requests)).toBeGreaterThan(0);
    expect(spans.join("")).toContain('"traceId"');
    expect(lines.join("")).toContain("invoices.listed");
    expect(replies[0]).toContain("key:canary");
    expect(replies[1]).toContain("token:ann");
    expect(ids.length).toBeGreaterThan(0);
    expect([...secrets].filter(([text]) => said.includes(text)).map(([, what]) => what)).toEqual([]);
  });
});
