/** The rules of the house: who may import whom, that folders equal the registry, and what every file begins with. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceKinds } from "../src/sources/index.ts";

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"))
  .sort();

/** The room that a file is in: a folder of src, one level deeper for sources and their kind, or the file itself at the top. */
function roomOf(file: string): string {
  const parts = file.split("/");
  if (parts[0] === "sources" && parts.length > 2) return `sources/${parts[1]}`;
  return parts.length === 1 ? file : (parts[0] ?? file);
}

function importsOf(file: string): { readonly target: string; readonly isType: boolean }[] {
  const text = readFileSync(join(src, file), "utf8");
  const found = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"(\.[^"]+)"/g),
  ];
  return found.map(([, type, path = ""]) => ({
    target: relative(src, resolve(dirname(join(src, file)), path)).replaceAll("\\", "/"),
    isType: type !== undefined,
  }));
}

// What each room may import beside itself. "x:type" allows types only.
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  http: ["model"],
  "sources/*": ["model", "http", "sources/kind.ts", "sources/config.ts"],
  sources: ["model", "http", "sources/*"],
  listing: ["model"],
  loaders: ["model", "listing"],
  directory: ["model"],
  delivery: ["model", "listing:type"],
  auth: ["model"],
  schema: [
    "model",
    "listing",
    "loaders",
    "context.ts:type",
    "delivery:type",
    "live:type",
    "execution/hints.ts:type",
  ],
  live: ["model", "listing", "loaders:type"],
  config: [
    "model",
    "directory",
    "sources/kind.ts",
    "auth/config.ts",
    "delivery/config.ts",
    "server/config.ts",
    "subgraph/config.ts",
    "telemetry/config.ts",
    "cache/config.ts",
    "redis/config.ts",
    "live/config.ts",
  ],
  server: [
    "model",
    "schema",
    "auth:type",
    "context.ts:type",
    "delivery:type",
    "delivery/route.ts",
    "subgraph",
    "explain",
    "telemetry",
    "execution",
  ],
  subgraph: ["model"],
  execution: ["model/errors.ts", "model/pace.ts"],
  cache: ["model"],
  explain: ["model", "delivery:type"],
  redis: [
    "model",
    "cache/second-tier.ts:type",
    "delivery/export/book.ts",
    "delivery/export/job.ts",
    "delivery/ledger.ts:type",
    "server/limits/rate-limit.ts:type",
    "subgraph/nonces.ts:type",
  ],
  telemetry: ["model", "http/connection.ts:type"],
  front: ["model", "telemetry:type"],
  doctor: [
    "model",
    "http",
    "config",
    "directory",
    "auth/config.ts",
    "delivery/config.ts",
    "delivery/make-folder.ts",
    "delivery/s3-client.ts",
    "redis",
    "server",
  ],
  simulators: [],
  "context.ts": ["model:type", "loaders:type", "delivery:type", "live:type"],
};
const unbound = new Set([
  "app.ts",
  "contexts.ts",
  "main.ts",
  "sandbox.ts",
  "greeting.ts",
  "service.ts",
  "workers.ts",
  "cli",
  "operators.ts",
  "replicas.ts",
]);

function isAllowed(file: string, target: string, isType: boolean): boolean {
  const from = roomOf(file);
  const to = roomOf(target);
  if (unbound.has(from) || from === to) return true;
  const rules = allowed[from] ?? allowed[from.replace(/\/.*/, "/*")] ?? [];
  return rules.some((rule) => {
    const [what = "", only] = rule.split(":");
    if (only === "type" && !isType) return false;
    return what === to || what === target || (what.endsWith("/*") && to.startsWith(what.slice(0, -1)));
  });
}

describe("imports", () => {
  it.each(files)("%s imports only what its room may", (file) => {
    const wrong = importsOf(file).filter(({ target, isType }) => !isAllowed(file, target, isType));

    expect(wrong.map(({ target }) => `src/${file} must not import src/${target}`)).toEqual([]);
  });

  it("are looked at: a wrong one would be found", () => {
    expect(isAllowed("model/money.ts", "http/json.ts", false)).toBe(false);
    expect(isAllowed("sources/v6/map.ts", "sources/akamai/map.ts", false)).toBe(false);
    expect(isAllowed("schema/query.ts", "sources/index.ts", false)).toBe(false);
    expect(isAllowed("simulators/v6/index.ts", "sources/v6/wire.ts", true)).toBe(false);
    expect(importsOf("app.ts").length).toBeGreaterThan(10);
  });
});

describe("folders", () => {
  it("in sources are exactly the registered kinds", () => {
    const folders = readdirSync(join(src, "sources"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );

    expect(folders.map(({ name }) => name).sort()).toEqual(sourceKinds.map(({ kind }) => kind).sort());
  });

  it("of a source hold its parts and its README, and a simulator and tests stand beside it", () => {
    for (const { kind } of sourceKinds) {
      const parts = readdirSync(join(src, "sources", kind));
      expect(parts).toEqual(
        expect.arrayContaining(["index.ts", "client.ts", "wire.ts", "map.ts", "documented.ts", "README.md"]),
      );
      expect(readdirSync(join(src, "simulators"))).toContain(kind);
      expect(readdirSync(join(root, "test/sources"))).toContain(kind);
    }
  });

  it("have no rooms for odds and ends", () => {
    const odd = files.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|lib|misc)(?:\/|\.ts$)/.test(file));

    expect(odd).toEqual([]);
  });
});

describe("files", () => {
  it.each(files)("%s opens with one sentence that says what it is for, and stays small", (file) => {
    const text = readFileSync(join(src, file), "utf8");

    expect(text).toMatch(/^(?:#!.*\n)?\/\*\*(?: |\n \* )\S[^]*?\*\/\n/);
    expect(text.split("\n").length).toBeLessThanOrEqual(205);
    expect(text).not.toMatch(/\b(?:TODO|FIXME|XXX)\b/);
  });
});
