/** The `directory.postgres` section of the configuration: customers that live in a database. */
import { z } from "zod";
import { Secret } from "../../model/secret.ts";

/** The section as it is written. */
export const postgresConfig = z.strictObject({
  url: z
    .string()
    .refine(
      (text) => /^postgres(?:ql)?:\/\/\S+$/.test(text) && URL.canParse(text),
      "must be a postgres:// URL, such as postgres://user:password@host:5432/invoices?sslmode=verify-full",
    )
    .transform((text) => new Secret(text))
    .describe(
      "postgres://user:password@host:5432/database; ?sslmode=verify-full for TLS, with &sslrootcert=FILE for an authority of your own.",
    ),
  schema: z
    .string()
    .regex(
      /^[a-z_][a-z0-9_]{0,39}$/,
      "must be up to 40 small letters, digits and underscores, not beginning with a digit",
    )
    .default("invoicegraph")
    .describe(
      "The database's schema that holds the tables. Installations that share a database need different ones.",
    ),
  connections: z
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe("Connections of each process at most, beside the one that watches for changes."),
  timeoutMs: z
    .int()
    .min(50)
    .max(30_000)
    .default(1_000)
    .describe(
      "How long one question to the database may take, in milliseconds, waiting for a connection included.",
    ),
  checkMs: z
    .int()
    .min(50)
    .max(60_000)
    .default(1_000)
    .describe(
      "How often each process asks whether the database answers and whether customers have changed, in milliseconds, beside being told of changes.",
    ),
});

/** The section with its defaults filled in. */
export type PostgresConfig = z.output<typeof postgresConfig>;
