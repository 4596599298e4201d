/** Every fenced block of every document is run, or read by what would read it: a block that nobody knows fails here. */
import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { claimsText, signedHeaders } from "../../examples/supergraph/sign.ts";
import { readConfig } from "../../src/config/read.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { schema } from "../../src/schema/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { invoicegraph } from "../cli/terminal.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import { type Block, blocksOf, documents } from "../support/docs.ts";
import { actualOf, askExplained, planOf } from "../support/explain.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const blocks = documents.flatMap(blocksOf);
const of = (...languages: string[]) =>
  blocks
    .filter(({ language }) => languages.includes(language))
    .map((block) => ({ ...block, name: `${block.document}:${block.line}` }));

// Whose operations, programs and commands a test of their own runs, with what they need.
const ranBy: Readonly<Record<string, string>> = {
  "docs/cookbook.md": "test/docs/cookbook.test.ts",
  "docs/downloads.md": "test/journeys/downloads-docs.test.ts",
  "docs/live.md": "test/live/docs.test.ts",
};

// Commands that are not run here, and why that is enough.
const notRun: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm ci$/, "it installs what this test runs on"],
  [/^npm test$/, "it runs this test"],
  [/^npm start$/, "test/cli/command-line.test.ts starts the same program"],
  [
    /^npm run \w+$/,
    "its script is looked up; .ci/run runs check, and tests compare what schema and codegen write",
  ],
  [/^\.ci\/run$/, "it runs this test"],
  [
    /^invoicegraph migrate$/,
    "test/cli/command-line.test.ts and test/directory/import.test.ts run it over PostgreSQL",
  ],
  [/^docker /, "test/packaging/image.test.ts runs the same steps and commands on the machine itself"],
  [/^invoicegraph directory import /, "test/directory/import.test.ts runs it over PostgreSQL"],
];

let app: TestApp;
let folder: string;
const lines: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "docs-"));
  const to = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  app = await startTestApp({ log: createLog("info", to) });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

it("blocks are of these kinds; a picture of words has none", () => {
  const known = new Set([
    "graphql",
    "json",
    "json variables",
    "json answer",
    "yaml",
    "sh",
    "bash",
    "ts",
    "http",
  ]);

  const unknown = blocks.filter(({ language }) => !known.has(language));

  expect(unknown.map(({ document }) => document)).toEqual(["docs/architecture.md"]);
  expect(blocks.length).toBeGreaterThan(60);
});

it("tests that run the blocks of a document read it", () => {
  for (const [document, test] of Object.entries(ranBy))
    expect(readFileSync(resolve(root, test), "utf8")).toContain(
      document.replace("docs/", "").replace(".md", ""),
    );
});

describe("operations", () => {
  it.each(of("graphql"))("$name is one of the schema", ({ code }) => {
    expect(validate(schema, parse(code)).map(({ message }) => message)).toEqual([]);
  });

  it.each(of("graphql").filter(({ document }) => ranBy[document] === undefined))(
    "$name needs no variables, and is answered",
    async ({ code, document }) => {
      // Provenance is for the scope `raw`, which customers do not have.
      const viewer = document === "docs/provenance.md" ? "service" : "parent";
      const { errors } = await app.query(code, {}, viewer);

      expect(errors).toBeUndefined();
    },
  );
});

describe("configurations", () => {
  const secret = "s".repeat(40);
  const { publicKey } = generateKeyPairSync("ed25519");
  const values: Readonly<Record<string, string>> = {
    DATABASE_URL: "postgres://user:password@localhost:5432/invoices",
    REDIS_URL: "redis://localhost:6379",
    ROUTER_PUBLIC_KEY: publicKey.export({ type: "spki", format: "pem" }).toString(),
    WEB_KEY_SHA256: createHash("sha256").update("web").digest("hex"),
  };

  it.each(of("yaml"))("$name is read without a mistake", ({ code }) => {
    const names = [...code.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);
    const reading = readYaml(code.replaceAll('"…"', `"${values["WEB_KEY_SHA256"]}"`));

    const shown = "mistakes" in reading ? {} : (reading.value as Record<string, any>);
    const read = readConfig(wholeOf(shown), {
      kinds: sourceKinds,
      env: Object.fromEntries(names.map((name) => [name, values[name] ?? secret])),
      baseDir: root,
    });

    expect("mistakes" in reading ? reading.mistakes : []).toEqual([]);
    expect("mistakes" in read ? read.mistakes : []).toEqual([]);
  });
});

/** A section needs sources and customers around it, and an entry of a source its section. */
function wholeOf(shown: Record<string, any>): object {
  const isEntry = Object.values(shown).every((value) => typeof value?.kind === "string");
  const sections: Record<string, any> = isEntry ? { sources: shown } : shown;
  const sources = { freight: { kind: "v6", url: "https://carrier.example", apiKey: "k" } };
  const auth = { apiKeys: [{ name: "one", sha256: "ab".repeat(32), role: "customer_service" }] };
  const isLinked = "customers" in sections || "directory" in sections;
  return {
    sources,
    auth,
    ...(!isLinked && { customers: [{ id: "acme", name: "Acme", accounts: {} }] }),
    ...sections,
  };
}

describe("commands", () => {
  const healthy = {
    server: { publicUrl: "https://invoices.example" },
    auth: { apiKeys: [{ name: "service", sha256: "0".repeat(64), role: "customer_service" }] },
    delivery: { links: { keys: [{ id: "k1", secret: "a-secret-of-links-that-is-long-enough-for-it" }] } },
  };
  const commands = of("sh", "bash")
    .filter(({ document }) => ranBy[document] === undefined || document === "docs/downloads.md")
    .flatMap((block) =>
      commandsOf(block).map((command) => ({
        ...block,
        command,
        title: `${block.name}: ${command.slice(0, 60)}`,
      })),
    );

  it.each(of("sh", "bash"))("$name is a script", async ({ code }) => {
    const { stderr } = await run("bash", ["-n", "-c", code]);

    expect(stderr).toBe("");
  });

  it.each(commands.filter(({ command }) => command.startsWith("npm ")))(
    "$title has its script",
    ({ command }) => {
      const { scripts } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
      const [, name] = /^npm (?:run )?(\w+)/.exec(command) ?? [];

      expect(name === "ci" || Object.hasOwn(scripts, name ?? "")).toBe(true);
    },
  );

  it.each(commands.filter(({ command }) => command.startsWith("invoicegraph doctor")))(
    "$title",
    async ({ command }) => {
      const config = join(folder, "invoicegraph.yaml");
      await writeFile(
        config,
        stringify({
          ...app.simulators.config(),
          ...healthy,
          delivery: { ...healthy.delivery, folder: join(folder, "files") },
        }),
      );

      const { code, err } = await invoicegraph(command.split(" ").slice(1), {
        env: { INVOICEGRAPH_CONFIG: config },
      });

      expect([code, err]).toEqual([0, ""]);
    },
  );

  it.each(commands.filter(({ command }) => command.startsWith("curl")))(
    "$title",
    async ({ command, document }) => {
      const { data } = await app.query("{ invoices(first: 1) { nodes { id } } }");
      const file = await app.query(
        `mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids }) { files { url fileName } } }`,
        { ids: data.invoices.nodes.map(({ id }: { id: string }) => id) },
      );
      const [{ url, fileName }] = file.data.downloadInvoices.files;

      const { stdout } = await run("bash", ["-c", command], {
        cwd: folder,
        env: {
          ...process.env,
          URL: document === "docs/downloads.md" ? url : app.url,
          KEY: app.keyOf("service"),
        },
      });

      if (document === "docs/downloads.md") expect(await readdir(folder)).toContain(fileName);
      else
        expect(JSON.parse(stdout)).toMatchObject({ data: null, extensions: { explain: { mode: "PLAN" } } });
    },
  );

  it.each(commands.filter(({ command }) => command.startsWith("cp ")))(
    "$title has what it copies",
    ({ command }) => {
      expect(existsSync(resolve(root, command.split(" ")[1] ?? ""))).toBe(true);
    },
  );

  it("are all known: run, or not run for a reason", () => {
    const isKnown = (command: string) =>
      /^(?:invoicegraph doctor|curl|cp )/.test(command) || notRun.some(([pattern]) => pattern.test(command));

    expect(commands.map(({ command }) => command).filter((command) => !isKnown(command))).toEqual([]);
    expect(notRun.filter(([pattern]) => !commands.some(({ command }) => pattern.test(command)))).toEqual([]);
  });
});

/** The commands of a script, without comments and variables before them. */
function commandsOf({ code }: Block): string[] {
  return code
    .replaceAll("\\\n", " ")
    .split(/\n|&&/)
    .map((line) =>
      line
        .replace(/\s+#.*$/, "")
        .replace(/^\s*(?:[A-Z_]+=\S+\s+)*/, "")
        .trim(),
    )
    .filter((line) => line !== "");
}

describe("JSON that stands by itself", () => {
  const shown = of("json").filter(({ after }) => after !== "graphql");
  const jsonOf = (document: string) =>
    shown
      .filter((block) => block.document === document)
      .map(({ code }) => JSON.parse(code) as Record<string, any>);
  const order = `{ invoices(first: 5, filter: { sources: ["freight"] }, freshness: { maxAge: 0 }) { nodes { number } } }`;

  it("is in these documents", () => {
    expect([...new Set(shown.map(({ document }) => document))].toSorted()).toEqual([
      "docs/errors.md",
      "docs/explain.md",
      "docs/operations.md",
    ]);
  });

  it("docs/explain.md shows reports with all their keys", async () => {
    const actual = await actualOf(app, { query: order });
    const plan = await planOf(app, { query: order });

    expect(jsonOf("docs/explain.md").map(shapeOf)).toEqual([shapeOf(actual), shapeOf(plan)]);
  });

  it("docs/errors.md shows an error with keys that errors have", async () => {
    const { reply } = await askExplained(app, "both", { query: order });
    const { data } = await app.query(order.replace("number", "id"));
    const failing = await startTestApp({ cold: true });
    failing.simulators.v6.setFault({ kind: "html" });
    const id = data.invoices.nodes[0].id;

    const { errors } = await failing.query("query ($id: ID!) { invoice(id: $id) { number } }", { id });

    await failing.close();
    const [error] = jsonOf("docs/errors.md");
    expect(Object.keys(errors?.[0] ?? {})).toEqual(expect.arrayContaining(Object.keys(error ?? {})));
    expect(Object.keys(errors?.[0]?.extensions ?? {})).toEqual(
      expect.arrayContaining(Object.keys(error?.["extensions"] ?? {})),
    );
    expect(reply.errors).toHaveLength(1);
  });

  it("docs/operations.md shows a line of the log with all its keys", async () => {
    await app.query("query Latest { invoices(first: 1) { totalCount } }");
    await expect.poll(() => lines.some((line) => line.includes('"Latest"'))).toBe(true);

    const line = JSON.parse(lines.find((each) => each.includes('"Latest"')) ?? "{}");

    expect(jsonOf("docs/operations.md").map(Object.keys)).toEqual([Object.keys(line)]);
  });
});

/** The keys of objects and of the first of lists, whatever the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? "list" : [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return "leaf";
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

it("docs/federation.md shows a request with the headers that the example signs", () => {
  const code = of("http")[0]?.code ?? "";
  const claims = claimsText({ sub: "ann", role: "customer", customer: "acme" });

  const shown = [...code.matchAll(/^([\w-]+): /gm)].map(([, name = ""]) => name.toLowerCase());
  const signed = signedHeaders(
    { method: "POST", path: "/subgraph", body: "{}", claims },
    { id: "router-2026", secret: "s".repeat(32) },
  );

  expect(shown.filter((name) => name !== "content-type").toSorted()).toEqual(Object.keys(signed).toSorted());
  expect(code).toContain(claims);
});
