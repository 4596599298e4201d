/** What operators look at: drift, what sources did of late, and the page at `/` that shows both. */
import type { GraphQLSchema } from "graphql";
import type { Authenticator } from "./auth/authenticate.ts";
import type { Config } from "./config/read.ts";
import { createFrontPage, type FrontPage } from "./front/index.ts";
import type { CacheView, Watched } from "./front/view.ts";
import { examples } from "./server/graphiql/examples.ts";
import { createDriftLedger, type DriftLedger } from "./telemetry/drift.ts";
import type { Observer } from "./telemetry/observer.ts";
import { createRecent } from "./telemetry/recent.ts";

/** What operators look at, and what fills it. */
export interface Operators {
  readonly drift: DriftLedger;
  /** What watches the exchanges with sources; nobody when there is no page. */
  readonly observers: readonly Observer[];
  /** Null: there is none. */
  page(parts: PageParts): FrontPage | null;
}

interface PageParts {
  readonly healthOf: Watched["healthOf"];
  readonly cache: () => CacheView;
  readonly authenticator: Authenticator;
  readonly schema: GraphQLSchema;
}

/** Begins to count. */
export function createOperators({ server, sources }: Config, now: () => number): Operators {
  const drift = createDriftLedger(now);
  const { frontPage, graphiql: hasGraphiQL } = server;
  if (frontPage === "off") return { drift, observers: [], page: () => null };
  const recent = createRecent(now);
  return {
    drift,
    observers: [recent],
    page: ({ healthOf, cache, authenticator, schema }) =>
      createFrontPage({
        access: frontPage === "open" ? "OPEN" : "OPERATORS",
        authenticate: async (headers) => authenticator.authenticate(headers),
        sources: sources.map(({ id, kind: { title } }) => ({ id, title })),
        healthOf,
        recentOf: recent.read,
        driftOf: drift.read,
        cache,
        schema,
        examples,
        hasGraphiQL,
        now,
      }),
  };
}
