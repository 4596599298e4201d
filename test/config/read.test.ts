import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { type Config, readConfig, type ReadOptions } from "../../src/config/read.ts";
import { keyIn, post, railway } from "./fake-kind.ts";

const options: ReadOptions = { kinds: [post, railway], env: {}, baseDir: "/etc/invoicegraph" };
const sha256 = "ab".repeat(32);
const service = { name: "service", sha256, role: "customer_service" };

function minimal() {
  return {
    auth: { apiKeys: [service] as object[] },
    sources: { freight: { kind: "post", url: "https://post.example", apiKey: "k" } as object },
    customers: [{ id: "acme", name: "Acme", accounts: { freight: "001" } }] as object[],
  };
}

function configOf(raw: unknown, more: Partial<ReadOptions> = {}): Config {
  const read = readConfig(raw, { ...options, ...more });
  if ("mistakes" in read) throw new Error(read.mistakes.map(({ message }) => message).join("\n"));
  return read.config;
}

function mistakesOf(raw: unknown, more: Partial<ReadOptions> = {}): string[] {
  const read = readConfig(raw, { ...options, ...more });
  return "mistakes" in read ? read.mistakes.map(({ message }) => message) : [];
}

describe("readConfig", () => {
  it("fills in every default", () => {
    const config = configOf(minimal());

    expect(config.server).toEqual({
      host: "0.0.0.0",
      port: 4000,
      workers: 1,
      graphiql: false,
      frontPage: "off",
      introspection: false,
      lane: true,
      compressFromBytes: 4_096,
      answers: { maxBytes: 33_554_432 },
      requestTimeoutMs: 30_000,
      drainMs: 10_000,
      drainGraceMs: 3_000,
      shedding: { maxInFlight: 1_000, maxWaitMs: 16, minWaiting: 16 },
      limits: {
        bodyBytes: 1_000_000,
        tokens: 5_000,
        depth: 20,
        aliases: 100,
        directives: 100,
        incremental: 20,
        rootFields: 20,
        cost: 200_000,
        pageSize: 100,
        customers: 200,
        nodes: 100,
        downloadIds: 200,
        months: 60,
      },
      corsOrigins: [],
    });
    expect(config.delivery).toMatchObject({
      folder: "/etc/invoicegraph/var/files",
      links: { keys: [], ttlSeconds: 300, oneTime: false },
      maxInlineBytes: 5_242_880,
      maxFileBytes: 268_435_456,
    });
    expect(config.auth.apiKeys[0]).toEqual({ ...service, role: "CUSTOMER_SERVICE", scopes: [] });
  });

  it.each([2, "auto"])("says what %j workers lack, each by its name", (workers) => {
    const redis = { url: "redis://localhost" };
    const delivery = { links: { keys: [{ id: "k1", secret: "s".repeat(32) }] } };

    const mistakes = mistakesOf({ ...minimal(), server: { workers } });
    const withKeys = mistakesOf({ ...minimal(), server: { workers }, delivery });
    const withBoth = configOf({ ...minimal(), server: { workers }, delivery, redis });

    expect(mistakes).toEqual([
      expect.stringMatching(/^server\.workers above 1 needs redis: /),
      expect.stringMatching(/^server\.workers above 1 needs delivery\.links\.keys: /),
    ]);
    expect(withKeys).toEqual([mistakes[0]]);
    expect(withBoth.server.workers).toBe(workers);
  });

  it.each([
    [0, "at least 1"],
    [1.5, 'a number from 1 to 256, or "auto"'],
    [1_000, "at most 256"],
    ["all", 'a number from 1 to 256, or "auto"'],
  ])("refuses %j workers", (workers, due) => {
    const mistakes = mistakesOf({ ...minimal(), server: { workers } });

    expect(mistakes).toEqual([`server.workers must be ${due}.`]);
  });

  it("gives each source to its own kind and keeps their order", () => {
    const raw = {
      ...minimal(),
      sources: { ...minimal().sources, express: { kind: "rail", url: "x", token: "t" } },
    };

    const { sources } = configOf(raw);

    expect(sources.map(({ id, kind }) => [id, kind.title])).toEqual([
      ["freight", "Post"],
      ["express", "Rail"],
    ]);
    expect(sources[0]?.config).toMatchObject({ url: "https://post.example", timeoutMs: 15_000, retries: 0 });
  });

  it("reports all mistakes of all sections at once", () => {
    const raw = {
      servr: {},
      server: { port: 99_999, corsOrigins: ["*"] },
      delivery: { maxInlineBytes: "5 MB" },
      sources: { freight: { kind: "posst" }, rail: { kind: "rail", url: "x", token: "" } },
      customers: [{ id: "acme", name: " " }],
    };

    expect(mistakesOf(raw)).toEqual([
      "servr is not a known section; did you mean server?",
      "server.port must be at most 65535.",
      "server.corsOrigins[0] must be one exact origin, such as https://billing.example, without a path; a wildcard is not possible.",
      "delivery.maxInlineBytes must be a number.",
      "sources.freight.kind must be one of post, rail; did you mean post?",
      "sources.rail.token must not be empty.",
      "customers[0].name must not be empty.",
      "auth needs jwt (issuer, audience and jwksUrl of your identity provider) or at least one of apiKeys: without either nobody could be let in.",
    ]);
  });

  it("names the closest known keys of an unknown one, in unions and in schemas that would drop it", () => {
    const sources = {
      freight: {
        kind: "post",
        url: "https://post.example",
        api_key: "k",
        auth: { scheme: "basic", usr: "u", password: "p" },
      },
      rail: { kind: "rail", url: "x", token: "t", timeoutMs: 1 },
    };

    expect(mistakesOf({ ...minimal(), sources })).toEqual([
      "sources.freight.api_key is not a known key; did you mean apiKey?",
      "sources.freight.auth.usr is not a known key; did you mean user?",
      "sources.freight.apiKey is missing: the key that the post gave out.",
      "sources.freight.auth.user is missing; it must be text.",
      "sources.rail.timeoutMs is not a known key; known are kind, url, token.",
    ]);
  });

  it("refuses a source's name that could not stand in a path or an id", () => {
    const raw = {
      ...minimal(),
      sources: { "a b": { kind: "post", url: "https://x.example", apiKey: "k" } },
      customers: [],
    };

    expect(mistakesOf(raw)).toEqual([
      'sources["a b"] is not a name for a source: it must begin with a letter and hold letters, digits, - and _ only.',
    ]);
  });

  it.each([
    [null, "sources must hold at least one source"],
    [
      "text",
      "The file must be a mapping with server, auth, delivery, subgraph, cache, redis, live, telemetry, sources, customers, directory.",
    ],
    [{ ...minimal(), sources: {} }, "sources must hold at least one source"],
    [
      { ...minimal(), sources: { freight: null } },
      "sources.freight must be a mapping with kind (one of post, rail)",
    ],
    [
      { ...minimal(), sources: { freight: { url: "x" } } },
      "sources.freight.kind is missing; it must be one of post, rail.",
    ],
    [{ ...minimal(), server: { port: "8080" } }, "server.port must be a number."],
    [{ ...minimal(), server: [] }, "server must be a mapping of keys to values."],
    [{ ...minimal(), customers: undefined }, "customers are missing: list them here, or name a file"],
    [{ ...minimal(), directory: "c.yaml" }, "customers cannot be given beside directory"],
    [{ ...minimal(), customers: { acme: {} } }, "customers must be a list of customers"],
  ])("explains what is wrong in %j", (raw, sentence) => {
    expect(mistakesOf(raw).join("\n")).toContain(sentence);
  });

  it("lets nobody in only in the sandbox, which has GraphiQL and introspection on and listens to this machine", () => {
    const raw = { ...minimal(), auth: {}, server: { port: 0 } };

    const { server } = configOf(raw, { sandbox: true });

    expect(server).toMatchObject({ host: "127.0.0.1", port: 0, graphiql: true, introspection: true });
    expect(mistakesOf(raw)).toHaveLength(1);
  });

  it("takes relative paths from the folder of the configuration", () => {
    const raw = {
      ...minimal(),
      customers: undefined,
      directory: "customers.yaml",
      delivery: { folder: "../files" },
      server: { trustedDocuments: { path: "./operations.json" } },
    };

    const config = configOf(raw);

    expect(config.directory).toEqual({ path: "/etc/invoicegraph/customers.yaml", version: null });
    expect(config.delivery.folder).toBe("/etc/files");
    expect(config.server.trustedDocuments).toEqual({
      path: "/etc/invoicegraph/operations.json",
      required: true,
    });
  });
});

describe("variables", () => {
  it("stand in any text, take defaults, and give numbers and switches where these are due", () => {
    const raw = {
      ...minimal(),
      server: { port: "${PORT}", graphiql: "${GRAPHIQL:-true}" },
      sources: {
        freight: {
          kind: "post",
          url: "https://${HOST:-post.example}/api",
          apiKey: "$${${KEY}",
          retries: "${R:-2}",
        },
      },
    };

    const config = configOf(raw, { env: { PORT: "8080", KEY: "k" } });

    expect(config.server).toMatchObject({ port: 8080, graphiql: true });
    expect(config.sources[0]?.config).toMatchObject({ url: "https://post.example/api", retries: 2 });
    expect(keyIn(config.sources[0])).toBe("${k");
  });

  it("leave a credential text also when it consists of digits", () => {
    const raw = {
      ...minimal(),
      sources: { freight: { kind: "post", url: "https://post.example", apiKey: "${KEY}" } },
    };

    const config = configOf(raw, { env: { KEY: "0042" } });

    expect(keyIn(config.sources[0])).toBe("0042");
  });

  it("are named once when they are not set, an empty one takes its default, and a name is a must", () => {
    const raw = {
      ...minimal(),
      server: { host: "${HOST:-127.0.0.1}", publicUrl: "${}" },
      sources: { freight: { kind: "post", url: "${POST_URL}", apiKey: "${toString}" } },
    };

    expect(mistakesOf(raw, { env: { HOST: "" } })).toEqual([
      "sources.freight.url needs the environment variable POST_URL, which is not set; set it, or write ${POST_URL:-a default}.",
      "sources.freight.apiKey needs the environment variable toString, which is not set; set it, or write ${toString:-a default}.",
      "server.publicUrl holds ${ without a name and a closing brace; write ${NAME}, or $${ for the two characters.",
    ]);
  });

  it("never show their values in a mistake", () => {
    const canary = "canary-1f4e";
    const everywhere = "${CANARY}";
    const raw = {
      server: { host: everywhere, port: everywhere, publicUrl: everywhere, corsOrigins: [everywhere] },
      auth: {
        jwt: {
          issuer: "i",
          audience: "a",
          secret: everywhere,
          publicKey: everywhere,
          jwksUrl: everywhere,
          algorithms: [everywhere],
        },
        apiKeys: [{ name: everywhere, sha256: everywhere, role: everywhere, expires: everywhere }],
      },
      delivery: { links: { keys: [{ id: everywhere, secret: everywhere }] }, s3: { endpoint: everywhere } },
      sources: {
        a: { kind: everywhere },
        freight: { kind: "post", url: everywhere, apiKey: everywhere, auth: { scheme: everywhere } },
        rail: { kind: "rail", url: "x", token: "t" },
      },
      customers: [
        {
          id: everywhere,
          name: "A",
          parent: everywhere,
          accounts: { rail: everywhere, freight: everywhere },
        },
        { id: everywhere, name: "B", accounts: { freight: everywhere } },
      ],
    };
    const echoing = {
      ...railway,
      readAccount: (reference: string | number) => {
        throw new Error(`must not be ${reference}`);
      },
    };

    const mistakes = mistakesOf(raw, { kinds: [post, echoing], env: { CANARY: canary } });

    expect(mistakes.length).toBeGreaterThan(15);
    expect(mistakes.join("\n").toLowerCase()).not.toContain(canary);
  });
});

describe("secrets", () => {
  it("are not in the printed configuration, however it is printed", () => {
    const canary = "canary-77aa-canary-77aa-canary-77aa";
    const raw = {
      auth: { jwt: { issuer: "i", audience: "a", secret: canary } },
      delivery: {
        links: { keys: [{ id: "k1", secret: canary }] },
        s3: {
          endpoint: "https://s3.example",
          bucket: "b",
          accessKeyId: "id",
          secretAccessKey: canary,
          sessionToken: canary,
        },
      },
      sources: {
        freight: {
          kind: "post",
          url: "https://post.example",
          apiKey: canary,
          auth: { scheme: "header", name: "X", value: canary },
        },
      },
      customers: [],
    };

    const config = configOf(raw);

    const { sources, auth, delivery } = config;
    expect(auth.jwt?.secret?.reveal()).toBe(canary);
    const prints = [
      inspect(config, { depth: null, showHidden: true, getters: true }),
      ...[auth, delivery, sources.map((source) => source.config), config.server].map((part) =>
        JSON.stringify(part),
      ),
      JSON.stringify(config),
      ...[auth.jwt?.secret, delivery.s3?.secretAccessKey, delivery.links.keys[0]?.secret].flatMap((one) => [
        String(one),
        `${one}`,
      ]),
    ];
    for (const print of prints) expect(print).not.toContain(canary);
    expect(prints[0]).toContain("[redacted]");
  });
});
