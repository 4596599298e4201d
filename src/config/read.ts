/** The configuration as one typed value, or everything that is wrong with it. */
import { resolve } from "node:path";
import { z } from "zod";
import { authConfig, type AuthConfig } from "../auth/config.ts";
import { cacheConfig, type CacheConfig } from "../cache/config.ts";
import { deliveryConfig, type DeliveryConfig } from "../delivery/config.ts";
import type { CustomerEntry } from "../directory/create.ts";
import { liveConfig, type LiveConfig } from "../live/config.ts";
import { redisConfig, type RedisConfig } from "../redis/config.ts";
import { sandboxServer, serverConfig, type ServerConfig } from "../server/config.ts";
import { subgraphConfig, type SubgraphConfig } from "../subgraph/config.ts";
import type { SourceKind } from "../sources/kind.ts";
import { telemetryConfig, type TelemetryConfig } from "../telemetry/config.ts";
import { mistakesAcross } from "./across.ts";
import { type Checked, check } from "./check.ts";
import { suggestion } from "./closest.ts";
import { type KindOfSource, readCustomers } from "./customers.ts";
import { directoryConfig, type DirectoryDatabase, type DirectoryFile } from "./directory.ts";
import { type Mistake, mistakeAt, type Origin, pathText, unknownOrigin } from "./mistake.ts";
import { readSources, type SourceConfig } from "./sources.ts";
import { type Environment, fillVariables } from "./variables.ts";

/** Everything that is configured, defaults filled in, paths absolute, secrets wrapped. */
export interface Config {
  readonly server: ServerConfig;
  readonly auth: AuthConfig;
  readonly delivery: DeliveryConfig;
  readonly subgraph: SubgraphConfig;
  readonly cache: CacheConfig;
  /** Null: nothing is shared with other replicas. */
  readonly redis: RedisConfig | null;
  readonly live: LiveConfig;
  readonly telemetry: TelemetryConfig;
  readonly sources: readonly SourceConfig[];
  /** The inline customers, or those that the directory file held when it was read; none when they are in a database. */
  readonly customers: readonly CustomerEntry[];
  /** Where the customers are; null when they are inline. */
  readonly directory: DirectoryFile | DirectoryDatabase | null;
}

/** What reading depends on. */
export interface ReadOptions {
  /** The kinds of source that may be configured. */
  readonly kinds: readonly SourceKind[];
  readonly env: Environment;
  /** The folder that relative paths start from: that of the configuration file. */
  readonly baseDir: string;
  /** In the sandbox nobody needs credentials, and GraphiQL and introspection are on. Default false. */
  readonly sandbox?: boolean;
  /** Where the values were written, for line numbers. */
  readonly origin?: Origin;
}

/** Reads the configuration from plain values. Pure: a directory file is named in the answer, not opened. */
export function readConfig(
  raw: unknown,
  options: ReadOptions,
): { readonly config: Config } | { readonly mistakes: readonly Mistake[] } {
  const { config, mistakes } = examine(raw, options);
  return config === null ? { mistakes } : { config };
}

/** What a look at the configuration gives, also when it has mistakes, so that the directory file can be read too. */
export interface Examination {
  /** Null when there are mistakes. */
  readonly config: Config | null;
  readonly mistakes: readonly Mistake[];
  readonly kindOf: KindOfSource;
  /** Absolute; null when there is none or it cannot be told. */
  readonly directoryPath: string | null;
}

/** The sections, in the order in which mistakes are told. */
const sectionNames = [
  "server",
  "auth",
  "delivery",
  "subgraph",
  "cache",
  "redis",
  "live",
  "telemetry",
  "sources",
  "customers",
  "directory",
] as const;

/** Reads every section, whatever is wrong with the others. */
export function examine(raw: unknown, options: ReadOptions): Examination {
  const written = options.origin ?? unknownOrigin;
  const filled = fillVariables(raw ?? {}, options.env, written);
  const origin: Origin = { ...written, templateOf: (path) => filled.templates.get(pathText(path)) ?? null };
  const root = filled.value;
  if (typeof root !== "object" || root === null || Array.isArray(root)) {
    const says = `must be a mapping with ${sectionNames.join(", ")}`;
    return { config: null, mistakes: [mistakeAt([], says, origin)], kindOf: new Map(), directoryPath: null };
  }
  const sections = new Map<string, unknown>(Object.entries(root));
  const isSandbox = options.sandbox ?? false;
  const toPath = (path: string) => resolve(options.baseDir, path);

  function section<T>(name: string, schema: z.ZodType<T, unknown>, preset: object = {}): Checked<T> {
    // A section whose keys are all commented out is null in YAML: the same as none.
    const given = sections.get(name) ?? {};
    return check(
      schema,
      Array.isArray(given) || typeof given !== "object" ? given : { ...preset, ...given },
      [name],
      origin,
    );
  }

  const strangers = [...sections.keys()]
    .filter((key) => !(sectionNames as readonly string[]).includes(key))
    .map((key) => mistakeAt([key], `is not a known section; ${suggestion(key, sectionNames)}`, origin));
  const server = section("server", serverConfig, isSandbox ? sandboxServer : {});
  const auth = section("auth", authConfig);
  const delivery = section("delivery", deliveryConfig);
  const subgraph = section("subgraph", subgraphConfig);
  const cache = section("cache", cacheConfig);
  const live = section("live", liveConfig);
  const telemetry = section("telemetry", telemetryConfig);
  const hasRedis = (sections.get("redis") ?? null) !== null;
  const redis = hasRedis ? section("redis", redisConfig) : { value: null, mistakes: [] };
  const sources = readSources(sections.get("sources") ?? undefined, options.kinds, origin);
  const directory = sections.get("directory") ?? undefined;
  const place = check(directoryConfig.optional(), directory, ["directory"], origin);
  const directoryPath = typeof place.value === "string" ? toPath(place.value) : null;
  const database = typeof place.value === "object" ? place.value : null;
  const inline = sections.get("customers") ?? undefined;
  const customers =
    inline === undefined
      ? { customers: [], mistakes: [] }
      : readCustomers(inline, sources.kindOf, ["customers"], origin);

  const across = mistakesAcross({
    isSandbox,
    server: server.value,
    auth: auth.value,
    delivery: delivery.value,
    cache: cache.value,
    hasRedis,
    hasDirectory: directory !== undefined,
    customers: inline === undefined ? null : customers.customers,
    kindOf: sources.kindOf,
    origin,
  });

  const found = [
    ...strangers,
    ...server.mistakes,
    ...auth.mistakes,
    ...delivery.mistakes,
    ...subgraph.mistakes,
    ...cache.mistakes,
    ...redis.mistakes,
    ...live.mistakes,
    ...telemetry.mistakes,
    ...sources.mistakes,
    ...customers.mistakes,
    ...place.mistakes,
    ...across,
  ];
  // Where a variable is missing, whatever else is said of the value is only an echo.
  const missing = new Set(filled.mistakes.map(({ path }) => path));
  const mistakes = [...filled.mistakes, ...found.filter(({ path }) => !missing.has(path))].sort(
    (a, b) => (a.line ?? 0) - (b.line ?? 0),
  );
  if (
    mistakes.length > 0 ||
    server.value === null ||
    auth.value === null ||
    delivery.value === null ||
    subgraph.value === null ||
    cache.value === null ||
    live.value === null ||
    telemetry.value === null
  )
    return { config: null, mistakes, kindOf: sources.kindOf, directoryPath };
  const trusted = server.value.trustedDocuments;
  const config: Config = {
    server:
      trusted === undefined
        ? server.value
        : { ...server.value, trustedDocuments: { ...trusted, path: toPath(trusted.path) } },
    auth: auth.value,
    delivery: { ...delivery.value, folder: toPath(delivery.value.folder) },
    subgraph: subgraph.value,
    cache: cache.value,
    redis: redis.value,
    live: live.value,
    telemetry: telemetry.value,
    sources: sources.sources,
    customers: customers.customers,
    directory: directoryPath === null ? database : { path: directoryPath, version: null },
  };
  return { config, mistakes, kindOf: sources.kindOf, directoryPath };
}
