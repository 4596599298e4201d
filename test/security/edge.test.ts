/** The edge: which origins, methods, types and shapes are let in, and that every refusal says why in one way. */
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorCodes } from "../../src/model/errors.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const friend = "https://billing.example";
let app: TestApp;
let production: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sections: () => ({ server: { corsOrigins: [friend] } }) });
  production = await startTestApp({
    sections: () => ({ server: { graphiql: false, frontPage: "off", introspection: false } }),
  });
});
afterAll(async () => {
  await Promise.all([app.close(), production.close()]);
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

// Not by fetch, which writes Origin, Host and preflights by its own rules.
function send(
  service: TestApp,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = "",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${service.url}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

const key = (service: TestApp = app) => ({ "x-api-key": service.keyOf("service") });
const json = { "content-type": "application/json" };
const question = JSON.stringify({ query: "{ viewer { id } }" });
const mutation = `mutation { downloadInvoices(input: { invoiceIds: ["x"] }) { status } }`;
const preflight = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type,x-api-key",
};
const byGet = `/graphql?${new URLSearchParams({ query: "{ viewer { id } }" })}`;
const newType = "application/graphql-response+json";
const form = new URLSearchParams({ query: "{ viewer { id } }" }).toString();
const multipart = `--b\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${question}\r\n--b--\r\n`;

describe("origins, preflights and content types", () => {
  it.each([
    ["no origin, JSON", "POST", "/graphql", json, question, 200],
    ["our own origin", "POST", "/graphql", { ...json, origin: "own" }, question, 200],
    ["an allowed origin", "POST", "/graphql", { ...json, origin: friend }, question, 200],
    ["an allowed origin's preflight", "OPTIONS", "/graphql", { ...preflight, origin: friend }, "", 204],
    [
      "JSON in UTF-8",
      "POST",
      "/graphql",
      { "content-type": "application/json; charset=UTF-8" },
      question,
      200,
    ],
    ["a foreign origin", "POST", "/graphql", { ...json, origin: "https://evil.example" }, question, 403],
    ["a foreign origin by GET", "GET", byGet, { origin: "https://evil.example" }, "", 403],
    [
      "a foreign origin's preflight",
      "OPTIONS",
      "/graphql",
      { ...preflight, origin: "https://evil.example" },
      "",
      403,
    ],
    ["the origin null of a sandboxed frame", "POST", "/graphql", { ...json, origin: "null" }, question, 403],
    [
      "an origin that begins like an allowed one",
      "POST",
      "/graphql",
      { ...json, origin: `${friend}.evil.example` },
      question,
      403,
    ],
    [
      "an allowed origin on another port",
      "POST",
      "/graphql",
      { ...json, origin: `${friend}:8443` },
      question,
      403,
    ],
    ["a form", "POST", "/graphql", { "content-type": "application/x-www-form-urlencoded" }, form, 415],
    [
      "a multipart form",
      "POST",
      "/graphql",
      { "content-type": "multipart/form-data; boundary=b" },
      multipart,
      415,
    ],
    [
      "text, as a page may send without a preflight",
      "POST",
      "/graphql",
      { "content-type": "text/plain" },
      question,
      415,
    ],
    [
      "JSON in another charset",
      "POST",
      "/graphql",
      { "content-type": "application/json; charset=utf-16" },
      question,
      415,
    ],
    ["no content type", "POST", "/graphql", {}, question, 415],
  ] as const)(
    "%s: %s is answered with the right status",
    async (_name, method, path, headers, body, status) => {
      const own = "origin" in headers && headers.origin === "own" ? { origin: app.url } : {};

      // A preflight comes without a credential.
      const reply = await send(
        app,
        method,
        path,
        { ...headers, ...own, ...(method !== "OPTIONS" && key()) },
        body,
      );

      expect(reply.status).toBe(status);
      const allowed = "origin" in headers && headers.origin === friend ? friend : undefined;
      expect(reply.headers["access-control-allow-origin"]).toBe(allowed);
      expect(reply.headers["access-control-allow-credentials"]).toBeUndefined();
      expect(reply.text.includes("key:sandbox-service")).toBe(status === 200);
    },
  );

  it("are closed to every other origin by default", async () => {
    const reply = await send(
      production,
      "POST",
      "/graphql",
      { ...json, ...key(production), origin: friend },
      question,
    );

    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.text).errors[0].extensions.code).toBe("ORIGIN_REFUSED");
  });
});

describe("without a credential", () => {
  it.each(["/graphql", "/", "/nothing", "/graphql/", "/files", "/.env", "/metrics", byGet])(
    "%s is answered with 401 and how to prove oneself",
    async (path) => {
      for (const method of ["GET", "POST", "PUT", "OPTIONS", "TRACE"]) {
        const reply = await send(production, method, path, json, method === "POST" ? question : "");

        expect([method, reply.status]).toEqual([method, 401]);
        expect(reply.headers["www-authenticate"]).toBe('Bearer realm="InvoiceGraph"');
        expect(JSON.parse(reply.text).errors[0].extensions).toEqual({
          code: "UNAUTHENTICATED",
          retryable: false,
        });
      }
    },
  );

  it("only health is told, and the page of the sandbox, which holds no invoices", async () => {
    const [live, ready] = await Promise.all([
      send(production, "GET", "/livez", {}),
      send(production, "GET", "/readyz", {}),
    ]);
    const page = await send(app, "GET", "/graphql", { accept: "text/html" });
    const none = await send(production, "GET", "/graphql", { accept: "text/html" });

    expect([live, ready].map(({ status, text }) => [status, text])).toEqual([
      [200, "ok\n"],
      [200, "ok\n"],
    ]);
    expect([page.status, none.status]).toEqual([200, 401]);
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.headers["x-frame-options"]).toBe("DENY");
    for (const customer of app.simulators.world.customers) expect(page.text).not.toContain(customer.name);
  });

  it("a link that was made up is no credential", async () => {
    const reply = await send(production, "GET", "/files/1.k.payload.mac", {});

    expect(reply.status).toBe(404);
  });
});

describe("every refusal", () => {
  it.each([
    ["bad JSON", 400, "BAD_INPUT", "POST", "/graphql", json, "{"],
    ["no body", 400, "BAD_INPUT", "POST", "/graphql", json, ""],
    ["bytes that are not UTF-8", 400, "BAD_INPUT", "POST", "/graphql", json, Buffer.from([0x22, 0xff, 0x22])],
    ["JSON that is no object", 400, "BAD_INPUT", "POST", "/graphql", json, '"{ viewer { id } }"'],
    ["a list of operations", 400, "BAD_INPUT", "POST", "/graphql", json, `[${question},${question}]`],
    ["no query", 400, "BAD_INPUT", "POST", "/graphql", json, "{}"],
    ["a query that is no text", 400, "BAD_INPUT", "POST", "/graphql", json, '{"query":{"a":1}}'],
    [
      "variables that are no object",
      400,
      "BAD_INPUT",
      "POST",
      "/graphql",
      json,
      '{"query":"{a}","variables":"x"}',
    ],
    ["a parameter given twice", 400, "BAD_INPUT", "GET", `${byGet}&query=%7Ba%7D`, {}, ""],
    ["variables in a URL that are no JSON", 400, "BAD_INPUT", "GET", `${byGet}&variables=%7B`, {}, ""],
    ["a parameter that there is not", 400, "BAD_INPUT", "GET", `${byGet}&callback=x`, {}, ""],
    [
      "an unknown operationName",
      400,
      "BAD_INPUT",
      "POST",
      "/graphql",
      json,
      '{"query":"{ viewer { id } }","operationName":"x"}',
    ],
    [
      "a syntax error",
      400,
      "GRAPHQL_PARSE_FAILED",
      "POST",
      "/graphql",
      { ...json, accept: "application/graphql-response+json" },
      '{"query":"{"}',
    ],
    [
      "an unknown field",
      400,
      "GRAPHQL_VALIDATION_FAILED",
      "POST",
      "/graphql",
      { ...json, accept: "application/graphql-response+json" },
      '{"query":"{ viewr }"}',
    ],
    [
      "a missing variable",
      400,
      "GRAPHQL_VALIDATION_FAILED",
      "POST",
      "/graphql",
      { ...json, accept: "application/graphql-response+json" },
      '{"query":"query ($id: ID!) { node(id: $id) { id } }"}',
    ],
    [
      "a mutation by GET",
      405,
      "METHOD_NOT_ALLOWED",
      "GET",
      `/graphql?${new URLSearchParams({ query: mutation })}`,
      {},
      "",
    ],
    ["PUT", 405, "METHOD_NOT_ALLOWED", "PUT", "/graphql", json, question],
    ["OPTIONS that is no preflight", 405, "METHOD_NOT_ALLOWED", "OPTIONS", "/graphql", {}, ""],
    [
      "an answer that cannot be JSON",
      406,
      "NOT_ACCEPTABLE",
      "POST",
      "/graphql",
      { ...json, accept: "image/png" },
      question,
    ],
    [
      "a compressed body",
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      "POST",
      "/graphql",
      { ...json, "content-encoding": "gzip" },
      question,
    ],
    ["a path that there is not", 404, "NOT_FOUND", "GET", "/nothing", {}, ""],
    ["a Host that is none", 400, "BAD_INPUT", "GET", byGet, { host: "[" }, ""],
  ] as const)(
    "of %s has its status, a documented code and a sentence",
    async (_name, status, code, method, path, headers, body) => {
      const reply = await send(app, method, path, { ...key(), ...headers }, body);

      expect(reply.status).toBe(status);
      const { errors } = JSON.parse(reply.text);
      expect(errors[0].extensions).toEqual({ code, retryable: errorCodes[code].retryable });
      expect(errors[0].message).toMatch(/^[A-Z"`].+\.$/);
      expect(reply.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
      });
      expect(reply.headers["x-powered-by"]).toBeUndefined();
      expect(reply.headers["allow"]).toBe(status === 405 ? "GET, POST" : undefined);
    },
  );

  it.each([
    ["what is not HTTP", "HELLO\r\n\r\n", 400, "BAD_INPUT"],
    [
      "a head of 20 KB",
      `GET /graphql HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`,
      413,
      "PAYLOAD_TOO_LARGE",
    ],
    [
      "two lengths",
      "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      400,
      "BAD_INPUT",
    ],
  ])("of %s says so before it is a request", async (_name, bytes, status, code) => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    const closed = new Promise((resolve) => socket.once("close", resolve));

    socket.write(bytes);
    await closed;

    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n"))).errors[0].extensions.code).toBe(code);
  });
});

describe("the id of a request", () => {
  it.each([
    ["an answer", 200, "POST", "/graphql", { ...json }, question],
    ["an answer to a GET", 200, "GET", byGet, {}, ""],
    ["an answer in pieces", 200, "POST", "/graphql", { ...json, accept: "multipart/mixed" }, question],
    ["a refused operation", 400, "POST", "/graphql", { ...json, accept: newType }, '{"query":"{ nothing }"}'],
    ["a refused type", 415, "POST", "/graphql", { "content-type": "text/plain" }, question],
    ["a preflight", 204, "OPTIONS", "/graphql", { ...preflight, origin: friend }, ""],
    ["an answer to a page of another origin", 200, "POST", "/graphql", { ...json, origin: friend }, question],
    ["GraphiQL", 200, "GET", "/graphql", { accept: "text/html" }, ""],
    ["the front page", 200, "GET", "/", {}, ""],
    ["a link that leads nowhere", 404, "GET", "/files/nothing", {}, ""],
    ["a path that there is not", 404, "GET", "/nothing", {}, ""],
  ] as const)("stands in the head of %s, once", async (_name, status, method, path, headers, body) => {
    const reply = await send(app, method, path, { ...key(), ...headers, "x-request-id": "mine-42" }, body);

    expect(reply.status).toBe(status);
    expect(reply.headers["x-request-id"]).toBe("mine-42");
  });
});
