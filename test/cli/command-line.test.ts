/** The program `invoicegraph`: what it prints, what it refuses, and with which exit code. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildSchema, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";
import { invoicegraph } from "./terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder: string;
let app: TestApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "command-line-"));
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])(
    "%j teaches every command and the exit codes",
    async (words) => {
      const { code, out } = await invoicegraph(words);

      expect(code).toBe(0);
      for (const name of ["serve", "sandbox", "doctor", "query", "schema", "migrate", "directory"])
        expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(out).toMatch(/Exit codes: 0 .* 1 .* 2 /);
    },
  );

  test.each(["serve", "sandbox", "doctor", "query", "schema", "migrate", "directory"])(
    "of %s has a usage and an example",
    async (name) => {
      const { code, out } = await invoicegraph([name, "--help"]);

      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: invoicegraph ${name} `));
      expect(out).toMatch(/Examples?:\n  \S/);
      expect((await invoicegraph(["help", name])).out).toBe(out);
    },
  );

  test("names every option that the command has, and no other", async () => {
    for (const name of ["serve", "sandbox", "doctor", "query", "schema", "migrate", "directory"]) {
      const { out } = await invoicegraph([name, "--help"]);
      const { err } = await invoicegraph([name, "--no-such-option-of-any-command"]);

      const told = new Set([...out.matchAll(/^  (--[\w-]+)/gm)].map(([, option]) => option));
      const known = new Set(err.replace(/ See .*/, "").match(/--[\w-]+(?=[,.])/g));
      expect({ name, options: [...told].sort() }).toEqual({ name, options: [...known].sort() });
    }
  });

  test("--version is the package's", async () => {
    expect(await invoicegraph(["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("a mistake is one sentence with a remedy, and exit code 2:", () => {
  test.each([
    [["srve"], 'There is no command "srve"; did you mean serve? See invoicegraph --help.'],
    [
      ["schema", "--federted"],
      "invoicegraph schema has no option --federted; did you mean --federated? See invoicegraph schema --help.",
    ],
    [["schema", "extra"], 'invoicegraph schema does not take "extra"; see invoicegraph schema --help.'],
    [["serve", "--port", "http"], '--port must be a number from 0 to 65535; it is "http".'],
    [["query", "no-such-file.graphql"], "no-such-file.graphql does not exist; name another file."],
    [
      ["query", "--sandbox", "--url", "http://localhost"],
      "Ask one service: give only one of --url, --config and --sandbox.",
    ],
    [
      ["query", "--variables", "{first: 5}"],
      "The variables are not JSON: write them as '{\"first\": 5}', or name a file that holds them as @variables.json.",
    ],
    [
      ["query", "--sandbox", "--as", "boss"],
      'The sandbox has no viewer "boss": it has parent, single, service.',
    ],
    [["serve", "--config", ""], "--config is empty: name your configuration."],
    [["doctor", "--accounts", "many"], '--accounts must be a whole number from 1 to 1000000; it is "many".'],
    [["doctor", "--timeout", "5000000"], '--timeout must be a whole number from 1 to 3600; it is "5000000".'],
  ])("%j", async (words, sentence) => {
    const { code, out, err } = await invoicegraph(words, { stdin: "{ viewer { role } }" });

    expect(err).toBe(`${sentence}\n`);
    expect(out).toBe("");
    expect(code).toBe(2);
  });

  test.each([["serve", "--config", "gone.yaml"], ["sandbox"]])("LOG_LEVEL for %s", async (...words) => {
    const { code, err } = await invoicegraph(words, { env: { LOG_LEVEL: "verbose" } });

    expect(err).toBe('LOG_LEVEL must be debug, info, warn, error or silent; it is "verbose".\n');
    expect(code).toBe(2);
  });

  test("serve without any configuration says what to do", async () => {
    const { code, stderr } = (await run(
      process.execPath,
      ["--import", "tsx", join(root, "src/cli/main.ts"), "serve"],
      { cwd: root, env: { PATH: process.env["PATH"] } },
    ).catch((error: { code: number; stderr: string }) => error)) as { code: number; stderr: string };

    expect(stderr).toMatch(
      /^There is no invoicegraph\.yaml here: name your configuration with --config .* invoicegraph sandbox\.\n$/,
    );
    expect(code).toBe(2);
  });
});

describe.runIf(process.platform === "linux")("output that cannot be written", () => {
  // What a shell does with > /dev/full, which takes nothing, as a disk without room.
  const toFull = (words: string, of: 1 | 2) =>
    run("sh", ["-c", `exec "${process.execPath}" --import tsx src/cli/main.ts ${words} ${of}>/dev/full`], {
      cwd: root,
    }).catch((error: { code: number; stderr: string }) => error);

  test("is a failure", async () => {
    const ended = await toFull("schema", 1);

    expect(ended).toMatchObject({
      code: 1,
      stderr: "The output cannot be written (ENOSPC): make room, or write it elsewhere.\n",
    });
  });

  test("changes no exit code where it is the reason of a failure", async () => {
    const ended = await toFull("schema --nope", 2);

    expect(ended).toMatchObject({ code: 2 });
  });
});

describe("schema", () => {
  test("prints SDL that builds, with descriptions", async () => {
    const { code, out } = await invoicegraph(["schema"]);

    expect(code).toBe(0);
    expect(buildSchema(out).getQueryType()?.getFields()["invoices"]?.description).toBeTruthy();
    expect(out).not.toMatch(/@key|@link/);
  });

  test("--federated prints what composition reads", async () => {
    const { code, out } = await invoicegraph(["schema", "--federated"]);

    expect(code).toBe(0);
    expect(() => parse(out)).not.toThrow();
    expect(out).toMatch(/@link\(url: "https:\/\/specs\.apollo\.dev\/federation/);
    expect(out).toMatch(/type Customer\b[^{]*@key/);
  });
});

describe("query", () => {
  test("asks a running service as the holder of a key, with variables and a name from a text of several", async () => {
    const file = join(folder, "operations.graphql");
    await writeFile(
      file,
      "query One { viewer { role } } query Two($first: Int!) { invoices(first: $first) { nodes { number } } }",
    );
    const words = ["query", file, "--url", app.url, "--key", app.keyOf("service")];

    const { code, out } = await invoicegraph([...words, "--operation", "Two", "--variables", '{"first": 3}']);

    expect(code).toBe(0);
    expect(JSON.parse(out).data.invoices.nodes).toHaveLength(3);
  });

  test("takes text from standard input, variables from a file and the key from the environment", async () => {
    const file = join(folder, "variables.json");
    // Windows PowerShell writes a byte order mark before UTF-8.
    await writeFile(file, '\uFEFF{"first": 2}');

    const { code, out } = await invoicegraph(
      ["query", "-", "--url", `${app.url}/graphql`, "--variables", `@${file}`],
      {
        stdin: "query ($first: Int!) { invoices(first: $first) { nodes { id } } }",
        env: { INVOICEGRAPH_KEY: app.keyOf("parent") },
      },
    );

    expect(code).toBe(0);
    expect(JSON.parse(out).data.invoices.nodes).toHaveLength(2);
  });

  test("prints errors as they come and exits with 1", async () => {
    const { code, out } = await invoicegraph(["query", "--url", app.url, "--key", app.keyOf("service")], {
      stdin: "{ nothing }",
    });

    expect(JSON.parse(out).errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(code).toBe(1);
  });

  test("without a credential is told so by the service", async () => {
    const { code, out } = await invoicegraph(["query", "--url", app.url], { stdin: "{ viewer { role } }" });

    expect(JSON.parse(out).errors[0].extensions.code).toBe("UNAUTHENTICATED");
    expect(code).toBe(1);
  });

  test("says who does not answer, and what does not answer with GraphQL", async () => {
    const server = createServer((_request, response) => response.end("<html>"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const nobody = await invoicegraph(["query", "--url", "http://127.0.0.1:9"], {
      stdin: "{ viewer { role } }",
    });
    const wrong = await invoicegraph(["query", "--url", page], { stdin: "{ viewer { role } }" });
    server.close().closeAllConnections();

    expect(nobody).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^Nothing answers at http:\/\/127\.0\.0\.1:9\/graphql \(bad port\): start the service/,
      ),
    });
    expect(wrong).toMatchObject({
      code: 1,
      err: expect.stringMatching(/answered with HTTP 200 and no GraphQL/),
    });
  });

  test.each([
    [
      "sends it elsewhere",
      "HTTP/1.1 301 Moved\r\nlocation: https://x.example/\r\n\r\n",
      (endpoint: string) => `Nothing answers at ${endpoint} (unexpected redirect): `,
    ],
    [
      "breaks off",
      "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{",
      (endpoint: string) => `${endpoint} did not finish its answer (UND_ERR_SOCKET): ask again.`,
    ],
  ])("says why there is no answer of a service that %s", async (_, reply, sentence) => {
    const server = createServer().on("connection", (socket) => socket.once("data", () => socket.end(reply)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const { code, err } = await invoicegraph(["query", "--url", url], { stdin: "{ viewer { role } }" });
    server.close().closeAllConnections();

    expect(err).toContain(sentence(`${url}/graphql`));
    expect(code).toBe(1);
  });

  test.each(["--key", "--token"])(
    "refuses a %s that no header can carry, without showing it",
    async (option) => {
      const { code, err } = await invoicegraph(["query", "--url", app.url, option, "canary\n17"], {
        stdin: "{ viewer { role } }",
      });

      expect(err).toMatch(/^The key or token holds a character that no header can carry/);
      expect(err).not.toContain("canary");
      expect(code).toBe(2);
    },
  );

  test("runs over the sandbox as each of its viewers", async () => {
    const stdin = "{ viewer { role } }";

    const service = await invoicegraph(["query", "--sandbox", "--as", "service"], { stdin });
    const single = await invoicegraph(["query", "--sandbox", "--as", "single"], { stdin });

    expect(JSON.parse(service.out).data.viewer.role).toBe("CUSTOMER_SERVICE");
    expect(JSON.parse(single.out).data.viewer.role).toBe("CUSTOMER");
  });

  test("runs over a configuration only for who has a credential", async () => {
    const file = join(folder, "invoicegraph.json");
    const key = "a-key-for-this-test";
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256").update(key).digest("hex");
    const auth = { apiKeys: [{ name: "test", sha256, role: "customer_service" }] };
    await writeFile(
      file,
      JSON.stringify({ ...app.simulators.config(), auth, delivery: { folder: join(folder, "files") } }),
    );
    const words = ["query", "--config", file];
    const stdin = "{ invoices(first: 2) { isComplete nodes { number } } }";

    const known = await invoicegraph([...words, "--key", key], { stdin });
    const unknown = await invoicegraph([...words, "--key", "another"], { stdin });
    const nobody = await invoicegraph(words, { stdin });

    expect(JSON.parse(known.out).data.invoices).toMatchObject({ isComplete: true, nodes: [{}, {}] });
    expect(JSON.parse(unknown.out).errors[0].extensions.code).toBe("UNAUTHENTICATED");
    expect(nobody).toMatchObject({
      code: 2,
      err: "Say who is asking, with --key or --token: the service answers nobody else.\n",
    });
  });
});

describe("the built program", () => {
  let built: string;
  beforeAll(async () => {
    built = await mkdtemp(join(root, "node_modules/.built-"));
    await run(join(root, "node_modules/.bin/tsc"), [
      "-p",
      join(root, "tsconfig.build.json"),
      "--outDir",
      join(built, "dist"),
    ]);
    await writeFile(join(built, "package.json"), '{ "type": "module", "version": "9.8.7" }');
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  test("runs without tsx: its version, and a question to the sandbox", async () => {
    const main = join(built, "dist/cli/main.js");

    const { stdout } = await run(process.execPath, [main, "--version"]);
    const child = spawn(process.execPath, [main, "query", "--sandbox"], {
      stdio: ["pipe", "pipe", "inherit"],
      cwd: folder,
    });
    child.stdin.end("{ viewer { role } }");
    let out = "";
    for await (const chunk of child.stdout) out += String(chunk);

    expect(stdout).toBe("9.8.7\n");
    expect(JSON.parse(out)).toMatchObject({ data: { viewer: { role: "CUSTOMER_SERVICE" } } });
  });

  test("is what package.json names as its program", async () => {
    const { default: own } = await import("../../package.json", { with: { type: "json" } });

    expect(own.bin).toEqual({ invoicegraph: "dist/cli/main.js" });
  });
});
