/** What every kind's configuration has in common. */
import { z } from "zod";
import { Secret } from "../model/secret.ts";

/** A credential: never empty, wrapped as soon as it is read. */
export const secret = () =>
  z
    .string()
    .min(1, "must not be empty")
    .transform((text) => new Secret(text));

/** The limits of a connection; every kind spreads these into its own object. */
export const connectionConfig = {
  url: z
    .url({ protocol: /^https?$/, error: "must be an http(s) URL" })
    .describe("Base URL of the API; its origin is the only one ever dialled."),
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(15_000)
    .describe(
      "For one question with all its attempts, in milliseconds; for large files, for each wait for something to arrive.",
    ),
  connectTimeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(2_000)
    .describe("For opening a socket, in milliseconds."),
  maxBytes: z
    .int()
    .min(1)
    .default(134_217_728)
    .describe("The largest answer that is read whole, in decoded bytes."),
  maxSockets: z
    .int()
    .min(1)
    .max(1_024)
    .default(32)
    .describe("Sockets kept to this source: so many exchanges at a time, the others wait."),
};
