/** Makes the connections of all sources, and knows how each source has been doing. */
import type { SourceHealth, SourceState } from "../model/health.ts";
import type { BreakerNumbers } from "./breaker.ts";
import { type Connect, connectionDefaults } from "./connection.ts";
import { createPolicy, type Policy } from "./policy.ts";
import { createConnection } from "./pool.ts";

export interface ConnectorOptions {
  /** From 0 to 1, for the delays between attempts. Default: Math.random. */
  readonly random?: () => number;
  /** When a source is left alone. Default: breakerNumbers. */
  readonly breaker?: BreakerNumbers;
}

/** The connections of all sources. */
export interface Connector {
  readonly connect: Connect;
  /** The health of a source by its configured name: that of its worst connection; null before it has one. */
  healthOf(source: string): SourceHealth | null;
  /** Would any of its connections be asked now, if only as a probe? True before it has one. */
  isUsable(source: string): boolean;
}

const ranks: Readonly<Record<SourceState, number>> = { HEALTHY: 0, DEGRADED: 1, SUSPENDED: 2 };

/** A connector; each connection has places, quota, breaker and retries of its own. */
export function createConnector({ random = Math.random, breaker }: ConnectorOptions = {}): Connector {
  const policies = new Map<string, Policy[]>();
  function healthsOf(source: string): SourceHealth[] {
    return (policies.get(source) ?? []).map((policy) => policy.health());
  }

  return {
    connect(options) {
      const { source } = options;
      const policy = createPolicy({
        source,
        timeoutMs: options.timeoutMs ?? connectionDefaults.timeoutMs,
        places: options.maxSockets ?? connectionDefaults.maxSockets,
        maxWaiting: options.maxWaiting ?? connectionDefaults.maxWaiting,
        random,
        breaker,
      });
      policies.set(source, [...(policies.get(source) ?? []), policy]);
      return createConnection(options, policy);
    },
    healthOf(source) {
      return healthsOf(source).toSorted((a, b) => ranks[b.state] - ranks[a.state])[0] ?? null;
    },
    isUsable(source) {
      const all = healthsOf(source);
      return all.length === 0 || all.some(({ state, retryAt }) => state !== "SUSPENDED" || retryAt === null);
    },
  };
}
