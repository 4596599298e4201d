import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/config/mistake.ts";
import { openDirectory } from "../../src/config/open-directory.ts";
import { readConfig } from "../../src/config/read.ts";
import { configJsonSchema, configSchemaText } from "../../src/config/schema.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { writeId } from "../../src/model/id.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { keyIn, post, railway } from "./fake-kind.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const head = `auth: { apiKeys: [{ name: s, sha256: "${"ab".repeat(32)}", role: customer_service }] }
sources:
  freight: { kind: post, url: https://post.example, apiKey: \${KEY} }
`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "invoicegraph-config-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function failureOf(
  path: string,
  env: Record<string, string> = { KEY: "canary-5b" },
): Promise<ConfigError> {
  const thrown = await loadConfig(path, { kinds: [post, railway], env }).catch((error: unknown) => error);
  if (!(thrown instanceof ConfigError)) throw new Error("no ConfigError", { cause: thrown });
  return thrown;
}

describe("loadConfig", () => {
  it("reads a variable that stands unquoted between braces", async () => {
    const path = await write("flow.yaml", `${head}customers: []\n`);

    const { sources } = await loadConfig(path, { kinds: [post], env: { KEY: "k{,}: #" } });

    expect(keyIn(sources[0])).toBe("k{,}: #");
  });

  it("takes variables with defaults in every style of YAML, and counts lines as they are", async () => {
    const text = `${head}server: { host: \${A:-a b}, publicUrl: "\${B:-https://b.example}" } # \${C
delivery:
  folder: '\${D:-./x: y, {z}' # the default ends at the first closing brace
  bogus: 1
customers: []
`;

    const { message } = await failureOf(await write("styles.yaml", text));

    expect(message).toContain("1 mistake:\n  - line 7: delivery.bogus is not a known key; known are folder,");
  });

  it("lists every mistake of both files with its line", async () => {
    await write("customers.yaml", "- { id: a, name: A, accounts: { freight: 001 } }\n- { id: a, name: B }\n");
    const path = await write(
      "both.yaml",
      `server:
  port: 0.5
  hots: x
sources:
  freight:
    kind: post
    url: ftp://post.example
    apiKey: \${NO_SUCH_KEY}
directory: customers.yaml
`,
    );

    const error = await failureOf(path);

    expect(error.message.split("\n")).toEqual([
      `${path} has 7 mistakes:`,
      "  - auth needs jwt (issuer, audience and jwksUrl of your identity provider) or at least one of apiKeys: without either nobody could be let in.",
      "  - line 2: server.port must be a whole number.",
      "  - line 3: server.hots is not a known key; did you mean host?",
      "  - line 7: sources.freight.url must be an http(s) URL.",
      "  - line 8: sources.freight.apiKey needs the environment variable NO_SUCH_KEY, which is not set; set it, or write ${NO_SUCH_KEY:-a default}.",
      '  - customers.yaml line 1: [0].accounts.freight is written 001, which YAML reads as the number 1; put it in quotes: "001".',
      "  - customers.yaml line 2: [1].id is also the id of [0]; every customer needs its own.",
    ]);
    expect(error.mistakes[1]).toEqual({
      path: "server.port",
      message: "server.port must be a whole number.",
      line: 2,
      column: 3,
    });
  });

  it.each([
    ["a double key", "server: {}\nserver: {}\n", "line 2: In line 2, column 1, the key is there twice"],
    ["an open bracket", "server: { port: 1\n", "is not closed"],
    ["a tab", "server:\n\tport: 1\n", "tabs cannot indent"],
    [
      "an alias nobody set",
      "server: { host: *canary-5b }\n",
      "a value that begins with * must stand in quotes",
    ],
    ["a tag", "server: { host: !canary-5b x }\n", "a value that begins with ! must stand in quotes"],
    ["a reserved character", "server: { host: @canary-5b }\n", "must stand in quotes"],
    ["a wrong escape", 'server: { host: "\\canary-5b" }\n', "a backslash in double quotes must be doubled"],
    ["two documents", "server: {}\n---\nserver: {}\n", "the file must hold one document"],
    ["an open quote", 'server: { host: "canary-5b }\n', "is missing"],
    ["a key that is a list", "? [a]\n: 1\n", "a key must be text"],
  ])("tells the place of %s and quotes nothing", async (_, text, sentence) => {
    const { message, mistakes } = await failureOf(await write("syntax.yaml", text));

    expect(message).toContain(sentence);
    expect(message).not.toContain("canary-5b");
    expect(mistakes[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });

  it("stops aliases that multiply", async () => {
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefgh"
        .split("")
        .map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdefgh"[index]}`).join(",")}]`,
        ),
    ];

    const { message } = await failureOf(await write("bomb.yaml", bomb.join("\n")));

    expect(message).toContain("repeats its *aliases too often");
  });

  it.each([
    ["no-such.yaml", "cannot be read: there is no such file."],
    ["a-folder", "cannot be read: it is a folder."],
  ])("says why %s cannot be read", async (name, sentence) => {
    await mkdir(join(folder, "a-folder"), { recursive: true });

    expect((await failureOf(join(folder, name))).message).toContain(sentence);
  });

  it.each([
    [
      "latin.yaml",
      Buffer.from(`${head}customers: [{ id: a, name: Zürich, accounts: {} }]\n`, "latin1"),
      "line 4: ",
    ],
    ["utf16.yaml", Buffer.from(`\uFEFF${head}customers: []\n`, "utf16le"), "line 1: "],
  ])("refuses %s, whose names would be read wrongly", async (name, bytes, line) => {
    await writeFile(join(folder, name), bytes);

    expect((await failureOf(join(folder, name))).message).toContain(
      `${line}The file holds a character that is not UTF-8: save it as UTF-8.`,
    );
  });

  it.each(["list.json", "list.yaml"])(
    "refuses names that are not UTF-8 in the directory file %s",
    async (name) => {
      const bytes = Buffer.from('[\n{ "id": "a", "name": "Zürich", "accounts": {} }]', "latin1");
      await writeFile(join(folder, name), bytes);

      const { message } = await failureOf(await write("spoilt.yaml", `${head}directory: ${name}\n`));

      expect(message).toContain(
        `${name} line 2: The file holds a character that is not UTF-8: save it as UTF-8.`,
      );
    },
  );

  it("takes the replacement character for itself, and tells the line of what is not UTF-8 after it", async () => {
    const own = "A\uFFFDB";
    const right = JSON.stringify([{ id: "a", name: own, accounts: {} }]);
    await writeFile(join(folder, "replaced.json"), right);
    await writeFile(
      join(folder, "both.json"),
      Buffer.concat([Buffer.from(`${right}\n\n`), Buffer.from([0xfc])]),
    );

    const path = await write("replaced.yaml", `${head}directory: replaced.json\n`);
    const { customers } = await loadConfig(path, { kinds: [post], env: { KEY: "k" } });
    const { message } = await failureOf(await write("both.yaml", `${head}directory: both.json\n`));

    expect(customers.map(({ name }) => name)).toEqual([own]);
    expect(message).toContain("both.json line 3: The file holds a character that is not UTF-8");
  });

  it("says which directory file is missing", async () => {
    const { message } = await failureOf(await write("lost.yaml", `${head}directory: gone.yaml\n`));

    expect(message).toContain(
      `line 4: directory names ${join(folder, "gone.yaml")}, which cannot be read: there is no such file.`,
    );
  });

  it("shows fifty mistakes and counts the rest", async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `  key${index}: 1\n`).join("");

    const { message, mistakes } = await failureOf(
      await write("many.yaml", `${head}customers: []\nserver:\n${keys}`),
    );

    expect(mistakes).toHaveLength(60);
    expect(message.split("\n")).toHaveLength(52);
    expect(message).toContain("… and 10 more.");
  });
});

describe("openDirectory", () => {
  it.each([
    ["inline", "customers: [{ id: a, name: A, accounts: { freight: x } }]\n"],
    ["in a YAML file", "directory: list.yaml\n"],
    ["in a JSON file", "directory: list.json\n"],
  ])("finds customers that are %s", async (_, tail) => {
    await write("list.yaml", "- { id: a, name: A, accounts: { freight: x } }\n");
    await write("list.json", '[{ "id": "a", "name": "A", "accounts": { "freight": ["x"] } }]');
    const config = await loadConfig(await write("open.yaml", head + tail), {
      kinds: [post],
      env: { KEY: "k" },
    });
    const notices: unknown[] = [];

    const directory = await openDirectory(config, (notice) => notices.push(notice));

    const [owner] = await directory.owners([{ source: "freight", reference: "X" }]);
    expect(owner).toMatchObject({ id: writeId("Customer", ["a"]), key: "a", name: "A" });
    // Long enough for a look at the file: what was loaded is not read again.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(notices).toEqual([]);
    await directory.close();
  });

  it("tells the place of a mistake in a JSON file", async () => {
    await write("bad.json", '[\n  { "id": "a", }\n  "x"');

    const { message } = await failureOf(await write("bad-json.yaml", `${head}directory: bad.json\n`));

    expect(message).toMatch(/bad\.json line \d+: In line \d+/);
  });
});

describe("the published files", () => {
  it("invoicegraph.schema.json is up to date (npx vitest run test/config -u writes it)", async () => {
    await expect(configSchemaText(sourceKinds)).toMatchFileSnapshot(join(root, "invoicegraph.schema.json"));
  });

  it("the schema describes every key", () => {
    const missing: string[] = [];
    (function visit(node: unknown, path: string) {
      if (typeof node !== "object" || node === null) return;
      for (const [key, item] of Object.entries(node)) {
        if (key === "properties") {
          for (const [name, property] of Object.entries(item as Record<string, object>))
            if (!("description" in property || "const" in property)) missing.push(`${path}.${name}`);
        }
        visit(item, `${path}.${key}`);
      }
    })(configJsonSchema([post]), "");

    expect(missing.filter((path) => !path.startsWith(".properties.sources"))).toEqual([]);
  });

  it("the example is right for every kind that this build has", async () => {
    const reading = readYaml(await readFile(join(root, "invoicegraph.example.yaml"), "utf8"));
    if ("mistakes" in reading) throw new Error(reading.mistakes[0]?.message);
    const secret = "s".repeat(32);
    const hashes = { ACME_KEY_SHA256: "1".repeat(64), SERVICE_KEY_SHA256: "2".repeat(64) };
    const akamai = { AKAMAI_CLIENT_TOKEN: secret, AKAMAI_CLIENT_SECRET: secret, AKAMAI_ACCESS_TOKEN: secret };
    const keys = { FLOLIVE_TOKEN: secret, FREIGHT_API_KEY: secret, BILLING_KEY: secret, LINK_SECRET: secret };
    const env = { ...hashes, ...akamai, ...keys };

    const read = readConfig(reading.value, { kinds: sourceKinds, env, baseDir: root });

    const { sources } = reading.value as { sources: Record<string, { kind: string }> };
    const has = new Set(sourceKinds.map(({ kind }) => kind));
    const absent = Object.keys(sources).filter((name) => !has.has(sources[name]?.kind ?? ""));
    expect(Object.values(sources).map(({ kind }) => kind)).toEqual(["flolive", "akamai", "v6", "ddapi"]);
    expect("mistakes" in read ? read.mistakes.map(({ path }) => path) : []).toEqual(
      absent.map((name) => `sources.${name}.kind`),
    );
  });
});
