/** The `redis` section of the configuration: what replicas share. */
import { z } from "zod";
import { Secret } from "../model/secret.ts";

const urlPattern = /^rediss?:\/\/[^\s,]+$/;

/** The section as it is written. */
export const redisConfig = z.strictObject({
  url: z
    .string()
    .refine(
      (text) => text.split(",").every((url) => urlPattern.test(url.trim()) && URL.canParse(url.trim())),
      "must be a redis:// or rediss:// URL, or several of one cluster with commas between them",
    )
    .transform((text) => new Secret(text))
    .describe(
      "redis://user:password@host:6379/0, or rediss:// for TLS; Valkey answers the same. For a cluster any of its nodes, several with commas between them.",
    ),
  cluster: z.boolean().default(false).describe("Is it a cluster?"),
  prefix: z
    .string()
    .regex(
      /^[A-Za-z0-9_.:-]{0,64}$/,
      "must be up to 64 letters, digits, dots, dashes, colons and underscores",
    )
    .default("invoicegraph:")
    .describe("What every key begins with. Installations that share a Redis need different ones."),
  timeoutMs: z
    .int()
    .min(1)
    .max(5_000)
    .default(100)
    .describe(
      "How long one command may take, in milliseconds; then Redis is left alone until it answers again.",
    ),
  maxAnswerBytes: z
    .int()
    .min(1)
    .max(268_435_456)
    .default(4_194_304)
    .describe("The largest answer of a source that is shared, in bytes of its body."),
});

/** The section with its defaults filled in. */
export type RedisConfig = z.output<typeof redisConfig>;
