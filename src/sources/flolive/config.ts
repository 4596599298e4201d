/** What a floLIVE entry may say: the token, and what floLIVE's documents leave open. */
import { z } from "zod";
import { connectionConfig, secret } from "../config.ts";

const tokenName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The configuration entry of a floLIVE source, defaults filled in. */
export const floliveConfig = z.strictObject({
  kind: z.literal("flolive"),
  ...connectionConfig,
  token: secret().describe("The credential that floLIVE gave out."),
  auth: z
    .strictObject({
      header: z
        .string()
        .regex(tokenName, "must be a header's name")
        .default("Authorization")
        .describe("The header that carries the token."),
      scheme: z
        .string()
        .regex(/^[!-~]*$/, "must be one word, or empty")
        .default("Bearer")
        .describe("The word before the token; empty sends the token alone."),
    })
    .prefault({})
    .describe("How the token is sent; floLIVE's documents do not say."),
  paging: z
    .strictObject({
      page: z.string().min(1).default("page").describe("The query parameter for the page, counted from 0."),
      size: z.string().min(1).default("size").describe("The query parameter for the page's size."),
      pageSize: z.int().min(1).max(10_000).default(100).describe("Records asked for in one page."),
    })
    .prefault({})
    .describe("How pages are asked for; floLIVE's documents do not say."),
  maxBatch: z.int().min(1).max(1_000).default(20).describe("Invoices whose files are asked for in one call."),
});

export type FloliveConfig = z.output<typeof floliveConfig>;
