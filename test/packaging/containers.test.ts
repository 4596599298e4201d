/** The Dockerfile and compose.yaml: well-formed, of one mind with each other, and about the service that there is. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DCLinter } from "dclint";
import { DockerfileParser } from "dockerfile-ast";
import { validate, ValidationSeverity } from "dockerfile-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { engineOptions } from "../../scripts/engine.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/read.ts";
import { startSimulators } from "../../src/simulators/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";

const root = resolve(import.meta.dirname, "../..");
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

describe("the Dockerfile", () => {
  const dockerfile = DockerfileParser.parse(textOf("Dockerfile"));
  const instructions = dockerfile.getInstructions().map((each) => ({
    keyword: each.getKeyword(),
    text: each.getRawArgumentsContent() ?? "",
  }));
  const lastFrom = instructions.findLastIndex(({ keyword }) => keyword === "FROM");
  const last = instructions.slice(lastFrom);
  const argumentOf = (keyword: string) => last.find((each) => each.keyword === keyword)?.text;

  it("has no mistake that an editor would show", () => {
    const problems = validate(textOf("Dockerfile"), {
      instructionWorkdirRelative: ValidationSeverity.ERROR,
      instructionCmdMultiple: ValidationSeverity.ERROR,
      instructionEntrypointMultiple: ValidationSeverity.ERROR,
      instructionHealthcheckMultiple: ValidationSeverity.ERROR,
      instructionCasing: ValidationSeverity.ERROR,
    });

    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(validate("FROM node\nEXPOSE http\n")).toHaveLength(1);
  });

  it("ends with the service, run by a numbered user that is not root", () => {
    expect(instructions[lastFrom]?.text).toBe("node:20-slim AS service");
    expect(argumentOf("USER")).toBe("1000:1000");
    expect(JSON.parse(argumentOf("ENTRYPOINT") ?? "")).toEqual([
      "node",
      ...engineOptions,
      "dist/cli/main.js",
    ]);
    expect(argumentOf("HEALTHCHECK")).toContain("/livez");
    expect(last.filter(({ keyword }) => keyword === "RUN").map(({ text }) => text)).toEqual([
      "mkdir -p /var/lib/invoicegraph && chown 1000:1000 /var/lib/invoicegraph",
    ]);
  });

  it("runs no package's install script, and takes no developer's package into the service", () => {
    const runs = instructions.filter(({ keyword, text }) => keyword === "RUN" && text.includes("npm ci"));

    expect(runs).toHaveLength(2);
    for (const { text } of runs) expect(text).toContain("--ignore-scripts");
    expect(textOf("Dockerfile")).toMatch(
      /AS dependencies\n(?:(?!FROM).*\n)*RUN npm ci --omit=dev[^]*COPY --from=dependencies \/app\/node_modules node_modules/,
    );
  });

  it("copies what there is, and .dockerignore lets exactly that through", () => {
    const copied = [...textOf("Dockerfile").matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, sources = ""]) => sources.split(" "),
    );
    const allowed = textOf(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));

    for (const path of copied)
      expect({ path, isThere: existsSync(join(root, path)) }).toEqual({ path, isThere: true });
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
  });

  it("uses a Node that the package runs on", () => {
    const { engines } = JSON.parse(textOf("package.json")) as { engines: { node: string } };

    expect(new Set(textOf("Dockerfile").match(/^FROM node:\S+/gm))).toEqual(new Set(["FROM node:20-slim"]));
    expect(engines.node).toMatch(/^>=20\./);
  });
});

describe("compose.yaml", () => {
  // Trees of YAML: a wrong path fails the test that goes there.
  const compose: any = parse(textOf("compose.yaml"), { merge: true });
  const { services } = compose;
  let config: Config;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "invoicegraph-compose-"));
    const path = join(folder, "invoicegraph.yaml");
    await writeFile(path, textOf("deploy/compose/invoicegraph.yaml"));
    config = await loadConfig(path, { kinds: sourceKinds, env: services.api.environment });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("fits the Compose Specification, and a linter finds no error", () => {
    const linter = new DCLinter({
      rules: {
        "services-alphabetical-order": 0,
        "service-keys-order": 0,
        "top-level-properties-order": 0,
        "no-build-and-image": 0,
      },
      quiet: true,
      debug: false,
      exclude: [],
    });
    const found = linter.lintFiles([join(root, "compose.yaml")], false);

    expect(
      found.flatMap(({ messages }: any) => messages).filter(({ type }: any) => type === "error"),
    ).toEqual([]);
  });

  it("names our own images by the package's version", () => {
    const { version } = JSON.parse(textOf("package.json")) as { version: string };
    const images: string[] = Object.values<any>(services).map(({ image }) => image);

    expect(new Set(images.filter((image) => image.startsWith("invoicegraph")))).toEqual(
      new Set([`invoicegraph:${version}`, `invoicegraph-gateway:${version}`]),
    );
  });

  it("mounts files that there are", () => {
    const mounts: string[] = Object.values<any>(services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((each: string) => each.startsWith("./"));

    expect(mounts.length).toBeGreaterThan(5);
    for (const mount of mounts) {
      const [from = "", , mode] = mount.split(":");
      expect({ from, isThere: existsSync(join(root, from)), mode }).toEqual({
        from,
        isThere: true,
        mode: "ro",
      });
    }
  });

  it("waits for services that there are, and for their health only where they tell it", () => {
    const own = new Set(["api", "gateway"]);
    for (const { depends_on: waited = {} } of Object.values<any>(services))
      for (const [name, { condition }] of Object.entries<any>(waited)) {
        expect(Object.keys(services)).toContain(name);
        // Our own image has its health check in the Dockerfile.
        if (condition === "service_healthy")
          expect(own.has(name) || services[name].healthcheck !== undefined).toBe(true);
      }
  });

  it("gives our own containers a read-only root, no rights, and time to drain", () => {
    for (const name of ["api", "migrate", "import", "upstreams", "bucket", "gateway"])
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
    expect(Number.parseInt(services.api.stop_grace_period) * 1_000).toBeGreaterThan(
      config.server.drainGraceMs + config.server.drainMs,
    );
    expect(services.api.tmpfs[0].split(":")[0]).toBe(config.delivery.folder);
    expect(services.api.deploy.replicas).toBe(2);
    for (const name of ["postgres", "valkey", "s3"]) expect(services[name].ports).toBeUndefined();
  });

  it("configures everything that replicas share, with exactly the variables that are set", () => {
    const used = textOf("deploy/compose/invoicegraph.yaml").matchAll(/\$\{(\w+)\}/g);

    expect([...new Set([...used].map(([, name]) => name))].sort()).toEqual(
      Object.keys(services.api.environment).sort(),
    );
    expect(config.redis).not.toBeNull();
    expect(config.delivery.s3).toMatchObject({ endpoint: "http://s3:8333", pathStyle: true });
    expect(config.directory).toHaveProperty("postgres");
    expect(services.api.ports).toEqual([`127.0.0.1:4000-4001:${config.server.port}`]);
  });

  it("knows each secret by the same value on both sides", () => {
    const { DATABASE_URL, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, ROUTER_SECRET } = services.api.environment;
    const database = new URL(DATABASE_URL);
    const { identities } = JSON.parse(textOf("deploy/compose/s3.json"));

    expect(services.postgres.environment).toEqual({
      POSTGRES_USER: database.username,
      POSTGRES_PASSWORD: database.password,
      POSTGRES_DB: database.pathname.slice(1),
    });
    expect(identities[0].credentials).toEqual([
      { accessKey: S3_ACCESS_KEY_ID, secretKey: S3_SECRET_ACCESS_KEY },
    ]);
    expect(services.gateway.environment).toMatchObject({
      ROUTER_SECRET,
      ROUTER_KEY_ID: config.subgraph.keys[0]?.id,
    });
  });

  it("names the simulated upstreams as they are, and the customers that they know", async () => {
    const simulators = await startSimulators();
    const { sources, customers } = simulators.config();
    await simulators.close();
    const written = parse(textOf("deploy/compose/invoicegraph.yaml")).sources;

    for (const [place, id] of ["flolive", "cdn", "freight", "billing"].entries()) {
      const { url, ...rest } = sources[id] as unknown as { url: string };
      const { pathname } = new URL(url);
      expect(written[id]).toEqual({
        ...rest,
        url: `http://upstreams:${4_501 + place}${pathname.replace(/\/$/, "")}`,
      });
    }
    expect(Object.keys(written)).toHaveLength(4);
    expect(JSON.parse(textOf("deploy/compose/customers.json"))).toEqual(customers);
  });
});
