/** The package as npm packs it: what is in it, that it installs from a registry in tested versions, and that it runs. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  copySources,
  findRegistry,
  makeReadOnly,
  mustFetch,
  mustRun,
  npmHome,
  openFolder,
  otherUser,
  root,
  run,
  start,
} from "./programs.ts";

const registry = await findRegistry();
const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));

// Under a machine's full load npm takes its time.
describe.runIf(registry !== null)("the package", () => {
  const folder = openFolder("package");
  const unpacked = join(folder, "package");
  const home = join(folder, "home");
  const installed = join(home, "node_modules/invoicegraph");
  let tarball: Buffer;
  let server: Server;

  /** A registry that has this package as one that was published has it, and the rest where the real one has it. */
  async function startRegistry(): Promise<string> {
    server = createServer((request, response) => {
      const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const manifest = readJson(join(unpacked, "package.json"));
      if (request.url === "/invoicegraph.tgz") {
        response.end(tarball);
      } else if (request.url === "/invoicegraph") {
        const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
        // npm's registry says so of every package that brings an npm-shrinkwrap.json.
        const published = {
          ...manifest,
          _hasShrinkwrap: true,
          dist: { tarball: `${own}/invoicegraph.tgz`, integrity },
        };
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            name: "invoicegraph",
            "dist-tags": { latest: manifest.version },
            versions: { [manifest.version]: published },
          }),
        );
      } else {
        response
          .writeHead(302, { location: new URL(`.${request.url}`, registry?.replace(/\/?$/, "/")).href })
          .end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    const sources = join(folder, "sources");
    mkdirSync(sources);
    mkdirSync(home);
    copySources(sources);
    await mustRun(["npm", "pack", "--pack-destination", folder], { cwd: sources, env: npmHome });
    const name = readdirSync(folder).find((each) => each.endsWith(".tgz")) ?? "";
    tarball = readFileSync(join(folder, name));
    await mustRun(["tar", "xzf", name], { cwd: folder });
    if (readdirSync(sources).includes("npm-shrinkwrap.json")) throw new Error("Packing did not tidy up.");
    await mustFetch(
      [
        "npm",
        "install",
        "--registry",
        await startRegistry(),
        "--prefix",
        home,
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "invoicegraph",
      ],
      { cwd: home, env: npmHome },
    );
    makeReadOnly(join(home, "node_modules"));
  }, 900_000);

  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has what it needs to run and to be read, and nothing else", () => {
    const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" });
    const tops = readdirSync(unpacked).sort();

    expect(tops).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "SECURITY.md",
      "dist",
      "docs",
      "invoicegraph.example.yaml",
      "invoicegraph.schema.json",
      "npm-shrinkwrap.json",
      "ops",
      "package.json",
      "schema.graphql",
    ]);
    expect(files).toEqual(
      expect.arrayContaining(["dist/cli/main.js", "dist/simulators/index.js", "docs/operations.md"]),
    );
    expect(files.filter((file) => /\.map$|\.test\.|(?:^|\/)\.|\.ts$/.test(file))).toEqual([]);
    expect(tarball.length).toBeLessThan(2_000_000);
  });

  it("is as publint wants it", async () => {
    const { messages } = await publint({ pkgDir: unpacked, strict: true, pack: false });

    expect(
      messages.map((message) => formatMessage(message, readJson(join(unpacked, "package.json")))),
    ).toEqual([]);
  });

  it("brings exactly the tested versions of what it uses, and nothing that only developers need", () => {
    const lock = readJson(join(root, "package-lock.json")).packages as Record<
      string,
      { version: string; dev?: boolean }
    >;
    const brought = readJson(join(installed, "npm-shrinkwrap.json")).packages as Record<
      string,
      { dev?: boolean }
    >;
    const top = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));

    expect(top).toEqual(["invoicegraph"]);
    expect(Object.values(brought).filter(({ dev }) => dev === true)).toEqual([]);
    for (const name of [
      "graphql",
      "pg",
      "undici",
      "graphql-yoga",
      "@whatwg-node/fetch",
      "@whatwg-node/promise-helpers",
    ])
      expect({
        name,
        version: readJson(join(installed, "node_modules", name, "package.json")).version,
      }).toEqual({
        name,
        version: lock[`node_modules/${name}`]?.version,
      });
    for (const name of ["vitest", "typescript", "playwright-core"])
      expect(readdirSync(join(installed, "node_modules"))).not.toContain(name);
  });

  it("teaches, prints its schema, examines the sandbox and refuses politely", async () => {
    const where = { cwd: home, ...otherUser };
    const invoicegraph = (...words: string[]) =>
      run([join(home, "node_modules/.bin/invoicegraph"), ...words], where);
    const [help, version, schema, doctor, wrong] = await Promise.all([
      invoicegraph("--help"),
      invoicegraph("--version"),
      invoicegraph("schema", "--federated"),
      invoicegraph("doctor", "--json"),
      invoicegraph("serv"),
    ]);

    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(/^ {2}sandbox {2,}serve made-up data/m);
    expect(version.out).toBe(`${readJson(join(root, "package.json")).version}\n`);
    expect(schema.out).toBe(readFileSync(join(root, "schema.graphql"), "utf8"));
    expect(doctor).toMatchObject({ code: 2, err: expect.stringContaining("invoicegraph sandbox") });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("did you mean serve?") });
  });

  it("serves the sandbox from a read-only tree as another user: answers, GraphiQL, PDFs", async () => {
    const work = join(folder, "work");
    mkdirSync(work, { mode: 0o777 });
    await mustRun(["chmod", "777", work], { cwd: folder });
    const sandbox = await start(
      [join(home, "node_modules/.bin/invoicegraph"), "sandbox", "--port", "0"],
      { cwd: work, ...otherUser },
      /(http:\/\/[\w.:]+)[^]*?(sandbox_[\w-]+)/,
    );
    const [, url = "", key = ""] = sandbox.match;
    const ask = async (query: string, variables = {}): Promise<any> => {
      const response = await fetch(new URL("/graphql", url), {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify({ query, variables }),
      });
      return await response.json();
    };

    const list = await ask('{ invoices(first: 1, filter: { sources: ["freight"] }) { nodes { id } } }');
    const download = await ask(
      "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids }) { status files { url contentType } failures { code } } }",
      { ids: list.data.invoices.nodes.map(({ id }: { id: string }) => id) },
    );
    expect(download.errors).toBeUndefined();
    const file = await fetch(download.data.downloadInvoices.files[0].url);
    const bytes = Buffer.from(await file.arrayBuffer());
    const page = await fetch(new URL("/graphql", url), { headers: { accept: "text/html" } });
    const html = await page.text();
    const stopped = await sandbox.stop();

    expect(download.data.downloadInvoices).toMatchObject({ status: "READY", failures: [] });
    expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(page.status).toBe(200);
    expect(html.length).toBeGreaterThan(1_000);
    expect(stopped).toBe(0);
  });
});

it("the bill of materials lists what is shipped, with versions, licences and hashes", async () => {
  const bill = JSON.parse(await mustRun(["npm", "run", "--silent", "sbom"], { cwd: root, env: npmHome }));
  const lock = readJson(join(root, "package-lock.json")).packages as Record<
    string,
    { version: string; dev?: boolean }
  >;
  const names = bill.components.map(({ name }: { name: string }) => name);

  expect(bill).toMatchObject({
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    metadata: { component: { name: "invoicegraph" } },
  });
  const shipped = Object.entries(lock).filter(([path, { dev }]) => path !== "" && dev !== true);
  expect(bill.components).toHaveLength(
    new Set(shipped.map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`)).size,
  );
  expect(names).toEqual(expect.arrayContaining(["graphql", "pg", "undici", "@apollo/federation-internals"]));
  // MIT by its LICENSE file, and MIT/X11 in a form that npm does not read.
  const silent = bill.components.filter(
    ({ licenses = [] }: { licenses?: unknown[] }) => licenses.length === 0,
  );
  expect(silent.map(({ name }: { name: string }) => name)).toEqual(["nub", "png-js"]);
  for (const name of ["vitest", "typescript", "dclint"]) expect(names).not.toContain(name);
  for (const { name, version, hashes } of bill.components) {
    const versions = Object.entries(lock)
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .map(([, each]) => each.version);
    expect(versions).toContain(version);
    expect({ name, hasHash: hashes?.length > 0 }).toEqual({ name, hasHash: true });
  }
});
