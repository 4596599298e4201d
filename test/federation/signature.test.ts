/** Who may ask the subgraph: routers that sign each request. Everything else gets 401, before anything is parsed. */
import { createHash, createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { defaultFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Claims, claimsText, type RouterKey, signedHeaders } from "../../examples/supergraph/sign.ts";
import {
  askSigned,
  customerClaims,
  routerKey,
  service,
  startSubgraphApp,
  type SubgraphApp,
} from "./router.ts";

const resolved = vi.hoisted(() => ({ calls: 0 }));
vi.mock("../../src/schema/index.ts", async (load) => {
  const original = await load<typeof import("../../src/schema/index.ts")>();
  return {
    ...original,
    createSubgraphSchema: (most: number) => counted(original.createSubgraphSchema(most)),
  };
});

function counted(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (...args) => {
        resolved.calls += 1;
        return resolve(...args);
      };
    }
  }
  return schema;
}

const pair = generateKeyPairSync("ed25519");
const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }) as string;
const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const edKey: RouterKey = { id: "router-2", privateKey };

let app: SubgraphApp;
beforeAll(async () => {
  app = await startSubgraphApp({ cold: true, keys: [routerKey, { id: "router-2", publicKey }] });
});
afterAll(() => app.close());
beforeEach(() => {
  app.clearLogs();
  resolved.calls = 0;
});

const operation = {
  query: `query One { customers(first: 1) { nodes { key invoices(first: 1) { totalCount } } } } query Two { viewer { id } }`,
  operationName: "One",
};

interface Wire {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** A good request, which a test then spoils. */
function good(key: RouterKey = routerKey, claims: Claims = service): Wire {
  const body = JSON.stringify(operation);
  const signed = signedHeaders({ method: "POST", path: "/subgraph", body, claims: claimsText(claims) }, key);
  return {
    method: "POST",
    path: "/subgraph",
    body,
    headers: { "content-type": "application/json", ...signed },
  };
}

function signedAt(created: number, nonce: string = randomUUID()): Wire {
  const wire = good();
  const signed = signedHeaders(
    { method: "POST", path: "/subgraph", body: wire.body, claims: claimsText(service) },
    routerKey,
    { created, nonce },
  );
  return { ...wire, headers: { ...wire.headers, ...signed } };
}

// node:http sends what fetch would tidy up, such as two lines of one header.
function send(
  { method, path, body, headers }: Wire,
  twice: string[] = [],
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(app.url, { method, path }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", reject);
    for (const [name, value] of Object.entries(headers))
      request.setHeader(name, twice.includes(name) ? [value, value] : value);
    request.end(method === "GET" ? undefined : body);
  });
}

const now = () => Math.floor(Date.now() / 1_000);

function headersWithout(wire: Wire, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(wire.headers).filter(([each]) => each !== name));
}

function spoil(change: (wire: Wire) => Partial<Wire>): Wire {
  const wire = good();
  return { ...wire, ...change(wire) };
}

function withHeader(name: string, change: (value: string) => string): Wire {
  return spoil(({ headers }) => ({ headers: { ...headers, [name]: change(headers[name] ?? "") } }));
}

/** Well signed, but over fewer parts than must be covered. */
function covering(parts: readonly ("@method" | "@path" | "content-digest" | "viewer-claims")[]): Wire {
  const wire = good();
  const parameters = `(${parts.map((part) => `"${part}"`).join(" ")});created=${now()};nonce="${randomUUID()}";keyid="${routerKey.id}"`;
  const values = { ...wire.headers, "@method": "POST", "@path": "/subgraph" } as Record<string, string>;
  const base = [...parts.map((part) => `"${part}": ${values[part]}`), `"@signature-params": ${parameters}`];
  const mac = createHmac("sha256", routerKey.secret).update(base.join("\n")).digest("base64");
  return {
    ...wire,
    headers: { ...wire.headers, "signature-input": `router=${parameters}`, signature: `router=:${mac}:` },
  };
}

const otherService = claimsText({ ...service, sub: "agenT" });

const refused: [string, () => Wire, string[]?][] = [
  ["unsigned", () => spoil(() => ({ headers: { "content-type": "application/json" } }))],
  [
    "with an API key instead",
    () =>
      spoil(() => ({ headers: { "content-type": "application/json", "x-api-key": app.keyOf("service") } })),
  ],
  ["signed 61 s ago", () => signedAt(now() - 61)],
  ["signed by a clock that is 30 s ahead", () => signedAt(now() + 30)],
  [
    "with one byte of the body changed",
    () => spoil(({ body }) => ({ body: body.replace("customers", "customerz") })),
  ],
  ["with its operationName changed", () => spoil(({ body }) => ({ body: body.replace(`:"One"`, `:"Two"`) }))],
  ["with a body that is cut short", () => spoil(({ body }) => ({ body: body.slice(0, -1) }))],
  ["with a body that goes on", () => spoil(({ body }) => ({ body: `${body} ` }))],
  ["with no body", () => spoil(() => ({ body: "" }))],
  [
    "with the digest of another body",
    () => {
      const body = `{"query":"{ __typename }"}`;
      const digest = `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
      return spoil(({ headers }) => ({ body, headers: { ...headers, "content-digest": digest } }));
    },
  ],
  [
    "signed for another path",
    () => {
      const body = JSON.stringify(operation);
      const signed = signedHeaders(
        { method: "POST", path: "/subgrapH", body, claims: claimsText(service) },
        routerKey,
      );
      return spoil(({ headers }) => ({ headers: { ...headers, ...signed } }));
    },
  ],
  ["with a query string", () => spoil(() => ({ path: "/subgraph?query={viewer{id}}" }))],
  ["with an empty query string", () => spoil(() => ({ path: "/subgraph?" }))],
  ["sent as GET", () => spoil(() => ({ method: "GET" }))],
  ["sent as PUT", () => spoil(() => ({ method: "PUT" }))],
  [
    "with one letter of the claims changed",
    () => spoil(({ headers }) => ({ headers: { ...headers, "viewer-claims": otherService } })),
  ],
  ["with no claims", () => spoil((wire) => ({ headers: headersWithout(wire, "viewer-claims") }))],
  ["with the claims twice", () => good(), ["viewer-claims"]],
  ["with the digest twice", () => good(), ["content-digest"]],
  ["with two signatures", () => good(), ["signature", "signature-input"]],
  ["without a digest", () => spoil((wire) => ({ headers: headersWithout(wire, "content-digest") }))],
  ["without the signature itself", () => spoil((wire) => ({ headers: headersWithout(wire, "signature") }))],
  ["without what is signed", () => spoil((wire) => ({ headers: headersWithout(wire, "signature-input") }))],
  ["with an empty signature", () => withHeader("signature", () => "router=::")],
  ["with another label", () => withHeader("signature", (value) => value.replace("router", "other"))],
  [
    "with one byte of the signature changed",
    () => withHeader("signature", (value) => value.replace(/:./, (two) => (two === ":A" ? ":B" : ":A"))),
  ],
  [
    "with a fresher time written over",
    () => withHeader("signature-input", (value) => value.replace(/created=\d+/, `created=${now() + 1}`)),
  ],
  [
    "with another nonce written over",
    () => withHeader("signature-input", (value) => value.replace(/nonce="./, `nonce="_`)),
  ],
  ["without a nonce", () => withHeader("signature-input", (value) => value.replace(/;nonce="[^"]*"/, ""))],
  [
    "with less covered",
    () => withHeader("signature-input", (value) => value.replace(` "viewer-claims"`, "")),
  ],
  ["that signs all but the method", () => covering(["@path", "content-digest", "viewer-claims"])],
  ["that signs all but the path", () => covering(["@method", "content-digest", "viewer-claims"])],
  ["that signs all but the body", () => covering(["@method", "@path", "viewer-claims"])],
  ["that signs all but the claims", () => covering(["@method", "@path", "content-digest"])],
  ["that signs nothing", () => covering([])],
  ["with an unknown key", () => good({ id: "router-9", secret: routerKey.secret })],
  ["with a key called __proto__", () => good({ id: "__proto__", secret: routerKey.secret })],
  ["with another secret", () => good({ id: routerKey.id, secret: "another secret, also 32 bytes or more" })],
  [
    "with another private key",
    () =>
      good({
        id: "router-2",
        privateKey: generateKeyPairSync("ed25519").privateKey.export({
          type: "pkcs8",
          format: "pem",
        }) as string,
      }),
  ],
  ["with a public key taken for a secret", () => good({ id: "router-2", secret: publicKey })],
  ["with a role that does not exist", () => good(routerKey, { sub: "x", role: "admin" } as never)],
  ["with a customer that is not named", () => good(routerKey, { sub: "x", role: "customer" } as never)],
  ["with a customer for customer service", () => good(routerKey, { ...service, customer: "acme" } as never)],
  [
    "with claims of __proto__",
    () => good(routerKey, JSON.parse(`{"__proto__":{"role":"customer_service"},"sub":"x"}`) as never),
  ],
];

describe("a request to /subgraph", () => {
  it.each([
    ["a shared secret", () => good()],
    ["an Ed25519 key", () => good(edKey)],
    ["a clock that is 50 s behind", () => signedAt(now() - 50)],
    [
      "the parts in another order, and no algorithm named",
      () => covering(["viewer-claims", "content-digest", "@path", "@method"]),
    ],
  ])("that is signed with %s is answered", async (_, make) => {
    const { status, text } = await send(make());

    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ data: { customers: { nodes: [{ key: "acme" }] } } });
    expect(resolved.calls).toBeGreaterThan(2);
    expect(app.counts().v6).toBeGreaterThan(0);
  });

  it.each(refused)("%s gets 401, and nothing is resolved or asked upstream", async (_, make, twice) => {
    const { status, text } = await send(make(), twice);

    expect({ status, code: JSON.parse(text).errors[0].extensions.code }).toEqual({
      status: 401,
      code: "UNAUTHENTICATED",
    });
    expect(resolved.calls).toBe(0);
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("that is sent twice is answered once", async () => {
    const wire = good();

    const first = await send(wire);
    const callsOfFirst = resolved.calls;
    const replays = [await send(wire), await send(wire)];

    expect(first.status).toBe(200);
    expect(replays.map(({ status }) => status)).toEqual([401, 401]);
    expect(resolved.calls).toBe(callsOfFirst);
  });

  it("that is sent twice at the same moment is answered once", async () => {
    const wire = good();

    const replies = await Promise.all(Array.from({ length: 20 }, () => send(wire)));

    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it("whose body was changed on the way does not use its nonce up", async () => {
    const wire = good();

    const spoilt = await send({ ...wire, body: wire.body.replace("customers", "customerz") });
    const whole = await send(wire);

    expect([spoilt.status, whole.status]).toEqual([401, 200]);
  });

  it("is refused unread: a body that is no JSON and one that is too long get 401, not 400 or 413", async () => {
    const broken = await send(spoil(() => ({ body: "{", headers: { "content-type": "application/json" } })));
    const long = await send(spoil(() => ({ body: "x".repeat(2_000_000), headers: {} }))).catch(() => ({
      status: 401,
    }));

    expect([broken.status, long.status]).toEqual([401, 401]);
  });

  it("is told what is wrong with it only where it was signed", async () => {
    const response = await askSigned(app.subgraphUrl, { query: "{ nothing }" });

    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
    });
  });
});

describe("the viewer of a signed request", () => {
  it("is the one that the router vouches for, and sees no more than that", async () => {
    const text = "{ viewer { id role scopes customer { key } } customers(first: 50) { nodes { key } } }";

    const reply = await app.ask(text, {}, customerClaims("northwind"));

    expect(reply.data).toEqual({
      viewer: {
        id: "router:user of northwind",
        role: "CUSTOMER",
        scopes: [],
        customer: { key: "northwind" },
      },
      customers: { nodes: [{ key: "northwind" }, { key: "northwind-apac" }, { key: "northwind-gulf" }] },
    });
  });
});

describe("what only a router may ask", () => {
  it("is the SDL, which is that of schema.graphql", async () => {
    const reply = await app.ask("{ _service { sdl } }");

    expect(reply.data._service.sdl).toContain(`type Customer implements Node
  @key(fields: "id")
  @key(fields: "key")
{`);
  });

  it("is not there for clients: /graphql knows neither _service nor _entities", async () => {
    const service = await app.query("{ _service { sdl } }");
    const entities = await app.query(`{ _entities(representations: []) { __typename } }`);
    const type = await app.query(`{ __type(name: "_Entity") { name } }`);

    expect(service.errors?.[0]?.message).toBe('Cannot query field "_service" on type "Query".');
    expect(entities.errors?.[0]?.message).toBe('Cannot query field "_entities" on type "Query".');
    expect(type.data).toEqual({ __type: null });
  });

  it("is not there at all without keys of routers", async () => {
    const alone = await startSubgraphApp({ keys: [] });

    const signed = await askSigned(alone.subgraphUrl, { query: "{ _service { sdl } }" });
    const known = await fetch(alone.subgraphUrl, { headers: { "x-api-key": alone.keyOf("service") } });
    await alone.close();

    expect([signed.status, known.status]).toEqual([401, 404]);
  });
});
