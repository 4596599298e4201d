/** What several workers need to have in common, said when it is missing. */
import type { DeliveryConfig } from "../delivery/config.ts";
import type { ServerConfig } from "../server/config.ts";
import { type Mistake, mistakeAt, type Origin } from "./mistake.ts";

/** The mistakes of a configuration that asks for more than one process; what is null has mistakes of its own. */
export function workerMistakes(
  server: ServerConfig | null,
  delivery: DeliveryConfig | null,
  hasRedis: boolean,
  origin: Origin,
): Mistake[] {
  if (server === null || server.workers === 1) return [];
  const lacking = [
    ...(hasRedis
      ? []
      : ["redis: without it each process has rate limits, one-time links, nonces and exports of its own"]),
    ...(delivery === null || delivery.links.keys.length > 0
      ? []
      : [
          "delivery.links.keys: without them each process signs links and cursors with a key that the others do not know",
        ]),
  ];
  return lacking.map((what) =>
    mistakeAt(["server", "workers"], `above 1 needs ${what}; set it, or set workers to 1`, origin),
  );
}
