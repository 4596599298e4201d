/** The composition root: builds sources, directory, delivery and server from the configuration. No logic. */
import { createAudit } from "./auth/audit.ts";
import { createAuthenticator } from "./auth/authenticate.ts";
import { maySeeCustomer } from "./auth/authorize.ts";
import { mayStillSee } from "./auth/link-access.ts";
import type { CacheStats } from "./cache/cache.ts";
import { createSourceCache } from "./cache/source-cache.ts";
import { openDirectory } from "./config/open-directory.ts";
import type { Config } from "./config/read.ts";
import { createContexts } from "./contexts.ts";
import { createDelivery } from "./delivery/create-delivery.ts";
import { createRenderer } from "./delivery/render/index.ts";
import { createExplainer } from "./explain/request.ts";
import { createSourceSets } from "./explain/source-sets.ts";
import { createConnector } from "./http/connector.ts";
import { metered } from "./http/meter.ts";
import { type Live, createLive } from "./live/live.ts";
import type { Viewer } from "./model/viewer.ts";
import { createOperators } from "./operators.ts";
import { openShared, rateLimitOf } from "./replicas.ts";
import { createSubgraphSchema, schema } from "./schema/index.ts";
import { createDoors } from "./server/doors.ts";
import { createEntrance } from "./server/entrance.ts";
import { createGraphiQLPage, type GraphiQLKey } from "./server/graphiql/graphiql.ts";
import { type Handler, createHandler } from "./server/handler.ts";
import { createReadiness } from "./server/health/readiness.ts";
import { loadTrustedDocuments } from "./server/operations/trusted-documents.ts";
import { createShedding } from "./server/overload/shedding.ts";
import { createSharedAnswers } from "./server/sharing/sharing.ts";
import { createSubgraphGate, subgraphPath } from "./subgraph/gate.ts";
import { createNonceMemory } from "./subgraph/nonces.ts";
import { createTelemetry } from "./telemetry/index.ts";
import { type Log, uncensored } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** What is not configured but given: the log, the clock, where this process is reached. */
export interface AppOptions {
  readonly log: Log;
  /** Epoch milliseconds. Default: the clock. */
  readonly now?: () => number;
  /** The URL under which this process is reached, asked when a link is made. */
  readonly publicUrl: () => string;
  /** Offered in GraphiQL, such as those of the sandbox. Default: none. */
  readonly graphiqlKeys?: readonly GraphiQLKey[];
}

/** The service without its socket. */
export interface App {
  readonly handle: Handler;
  /** For a port of its own; null when none are collected. */
  readonly metrics: Metrics | null;
  /** From now on /readyz says that no more traffic is wanted. */
  drain(): void;
  /** How many subscribe, and to how many different things. */
  standing(): ReturnType<Live["standing"]>;
  /** What the cache of sources' answers did since the start. */
  cacheStats(): CacheStats;
  close(): Promise<void>;
}

// Looks at customers are made for whoever listens, each of whom is let in by itself: this viewer may see nothing of its own.
const nobody: Viewer = { id: "live", role: "CUSTOMER", customerId: null, scopes: [] };

/** Builds the service; nothing is asked of any source yet. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const { log, now = Date.now, publicUrl, graphiqlKeys = [] } = options;
  const { server } = config;
  const connector = createConnector();
  const { healthOf } = connector;
  const operators = createOperators(config, now);
  // What it tells of sources and of the cache is asked for long after both are there.
  const standing = {
    sources: config.sources.map(({ id }) => id),
    healthOf,
    cache: () => cache.stats(),
    driftOf: (source: string) => operators.drift.read(source).byKind,
    live: () => live.standing(),
  };
  const telemetry = await createTelemetry(config.telemetry, log, standing, operators.observers);
  const connect = metered(telemetry.watch(connector.connect));
  const shared = await openShared(config.redis, log, now);
  const cache = createSourceCache({
    config: config.cache,
    shared: shared?.answers ?? null,
    now,
    onForeign: (key) => log.warn({ key }, "a value in redis is not ours"),
  });
  const sets = createSourceSets(
    config.sources.map(({ id, kind, config: own }) => ({
      source: kind.create({ id, config: own, connect, now, drift: operators.drift.recorderOf(id) }),
      wrap: (source) => cache.wrap(source, own),
      planned: (source) => cache.planned(source, own),
    })),
  );
  const sources = sets.real;
  const directory = await openDirectory(config, ({ level, message }) => log[level](message));
  const audit = createAudit(uncensored(log));
  const onSurprise = (original: unknown, requestId?: string) =>
    log.error({ err: original, ...(requestId !== undefined && { requestId }) }, "unexpected failure");
  const delivery = await createDelivery({
    config: config.delivery,
    sourceOf: (id) => sources.get(id),
    renderer: createRenderer(config.delivery.ubl),
    publicUrl,
    now,
    ...(shared !== null && { ledger: shared.ledger, exportBook: shared.exports }),
    onProblem: (failure) => log.warn({ err: failure }, "delivery"),
  });
  const { loadersOf, contextOf } = createContexts({ config, sets, directory, audit, healthOf, now });
  const live = createLive({
    config: config.live,
    directory,
    maySee: maySeeCustomer,
    collect: (call, request) => loadersOf(nobody, call).invoices.collect(request),
    timeoutMs: server.requestTimeoutMs,
    now,
    onListed: (viewer, ids) => audit.listed(viewer, ids),
    onProblem: (failure) => onSurprise(failure.cause ?? failure),
  });
  const authenticator = createAuthenticator(config.auth, { now });
  const shedding = createShedding(server.shedding);
  const readiness = createReadiness({
    isOverloaded: shedding.isOverloaded,
    directory,
    sources: config.sources.map(({ id }) => id),
    isUsable: connector.isUsable,
  });

  const rateLimit = rateLimitOf(server.rateLimit, shared, now);
  const openDoor = createDoors({
    config: server,
    rateLimit,
    authenticator,
    explanationOf: createExplainer(config.cache.enabled),
    requests: telemetry.requests,
    sharing: () =>
      createSharedAnswers({
        maxBytes: server.answers.maxBytes,
        isKeeping: config.cache.enabled,
        now,
        replay: (viewer, { event, invoiceIds }) => audit[event](viewer, invoiceIds),
        directory,
      }),
    onSurprise,
  });
  const handle = createHandler({
    config: server,
    rateLimit,
    authenticator,
    graphql: openDoor(
      schema,
      "/graphql",
      server.trustedDocuments === undefined ? null : await loadTrustedDocuments(server.trustedDocuments),
    ),
    // A router writes operations of its own: none of them is known beforehand.
    subgraph:
      config.subgraph.keys.length > 0
        ? {
            gate: createSubgraphGate(config.subgraph, {
              nonces: shared?.nonces ?? createNonceMemory(now),
              now,
            }),
            graphql: openDoor(createSubgraphSchema(config.subgraph.maxRepresentations), subgraphPath, null),
          }
        : null,
    graphiqlPage: server.graphiql ? createGraphiQLPage(graphiqlKeys) : null,
    frontPage: operators.page({ ...standing, authenticator, schema }),
    files: delivery.createRoute(
      (scope, customerIds) => mayStillSee(directory, scope, customerIds),
      (scope, file) => audit.fetched(scope, file),
    ),
    contextOf: (viewer, call) => contextOf(viewer, call, { delivery, live }),
    traceOf: telemetry.requests.traceOf,
    watch: telemetry.requests.watch,
    unready: readiness.unready,
    onSurprise,
  });

  return {
    handle: createEntrance(shedding, telemetry.requests.around(handle), telemetry.requests.refused),
    metrics: telemetry.metrics,
    drain() {
      readiness.drain();
      live.close();
    },
    standing: () => live.standing(),
    cacheStats: () => cache.stats(),
    async close() {
      live.close();
      // First, because exports are still asking sources.
      await delivery.close();
      cache.close();
      await Promise.all([...sources.values()].map((source) => source.close()));
      await directory.close();
      await shared?.close();
      await telemetry.close();
    },
  };
}
