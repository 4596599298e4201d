/** The two watchers of telemetry without anything in them, for the comparison with a service that has none. */
import type { Connect } from "../../src/http/connection.ts";
import type { Requests } from "../../src/telemetry/requests.ts";

/** Watches nothing. */
export function createRequests(): Requests {
  const nothing = () => {};
  return {
    traceOf: () => undefined,
    around: (handle) => handle,
    refused: nothing,
    watch: { asked: nothing, operationBegan: nothing, operationEnded: nothing, answered: nothing },
    plugins: () => [],
  };
}

/** The same connections. */
export function watched(connect: Connect): Connect {
  return connect;
}
