/** The `live` section of the configuration: how often sources are asked for those who listen, and how many may. */
import { z } from "zod";

/** The section as it is written. */
export const liveConfig = z.strictObject({
  intervalSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      "How often the sources of a customer are asked while anybody listens, in seconds: once for all who do.",
    ),
  months: z
    .int()
    .min(1)
    .max(12)
    .default(2)
    .describe("How many months of issue dates are watched: the current one and those before it."),
  maxSubscriptions: z
    .int()
    .min(0)
    .max(100_000)
    .default(500)
    .describe("The most subscriptions of each process, of one customer half as many; 0 takes none."),
  perViewer: z.int().min(1).max(10_000).default(10).describe("The most subscriptions of one viewer."),
  lifetimeSeconds: z
    .int()
    .min(1)
    .max(604_800)
    .default(3_600)
    .describe("After so long a subscription is ended, and its client subscribes again. In seconds."),
});

/** The section with its defaults filled in. */
export type LiveConfig = z.output<typeof liveConfig>;
