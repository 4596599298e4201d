/** The `delivery` section of the configuration: where files wait, how links to them are signed, how large they may be. */
import { z } from "zod";
import { Secret } from "../model/secret.ts";
import { ublConfig } from "./render/ubl/config.ts";

const text = () => z.string().min(1, "must not be empty");

const megabyte = 1_048_576;
// Sizes are told as GraphQL's Int, which ends at 2,147,483,647.
const largestFile = 2_000_000_000;

const bytes = (usual: number, description: string, most = Number.MAX_SAFE_INTEGER) =>
  z.int().min(1).max(most).default(usual).describe(`${description}, in bytes.`);

const upTo = (most: number, usual: number, description: string) =>
  z.int().min(1).max(most).default(usual).describe(description);

const s3 = z.strictObject({
  endpoint: z
    .url({
      protocol: /^https?$/,
      error: "must be an http(s) URL, such as https://s3.eu-north-1.amazonaws.com",
    })
    .describe("The URL of the S3-compatible service."),
  region: text().default("us-east-1").describe("The region that requests are signed for."),
  bucket: text().describe("The bucket; it must exist."),
  accessKeyId: text().describe("The access key's id."),
  secretAccessKey: text()
    .transform((secret) => new Secret(secret))
    .describe("The access key's secret."),
  sessionToken: text()
    .transform((secret) => new Secret(secret))
    .optional()
    .describe("The token of temporary credentials."),
  pathStyle: z
    .boolean()
    .default(false)
    .describe("Name the bucket in the path instead of the host, as most services other than AWS want it."),
});

const linkKey = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 letters, digits, dashes and underscores")
    .describe("The key's name, part of every link that it signed."),
  secret: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, "must be at least 32 bytes long")
    .transform((secret) => new Secret(secret))
    .describe("At least 32 bytes, such as `openssl rand -base64 32` prints."),
});

const links = z.strictObject({
  keys: z
    .array(linkKey)
    .default([])
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "must have different ids")
    .describe(
      "The first key signs, the others still verify. Default: a random key at each start, so that links end with the process and cannot be shared by several.",
    ),
  ttlSeconds: z.int().min(1).max(604_800).default(300).describe("How long a link works, in seconds."),
  oneTime: z.boolean().default(false).describe("Let every link work once only."),
});

const exports = z.strictObject({
  timeoutMs: upTo(86_400_000, 600_000, "How long one export may run, in milliseconds."),
  keepSeconds: upTo(
    604_800,
    3_600,
    "How long an export and its file are kept when it has ended, in seconds: for so long a new link can be asked for.",
  ),
  maxBytes: bytes(1_024 * megabyte, "The largest file of an export", largestFile),
  atOnce: upTo(100, 2, "How many exports run at the same time in each process; others wait for their turn."),
  perViewer: upTo(
    1_000,
    20,
    "How many exports one viewer may have, at all replicas together: waiting, running, or with a file that is still kept.",
  ),
  inAll: upTo(100_000, 200, "How many exports all viewers together may have."),
});

/** The section as it is written. */
export const deliveryConfig = z.strictObject({
  folder: text().default("./var/files").describe("Where files wait for their links, relative to this file."),
  s3: s3.optional().describe("Keep files in an S3-compatible bucket instead of the folder."),
  links: links.prefault({}).describe("Links to files."),
  maxInlineBytes: bytes(5 * megabyte, "The most that one answer may carry as base64, before the encoding"),
  maxFileBytes: bytes(256 * megabyte, "The largest single file", largestFile),
  maxBundleBytes: bytes(1_024 * megabyte, "The largest bundle of files, before compression", largestFile),
  quotaBytes: bytes(10_240 * megabyte, "What all files waiting in the folder may take together"),
  exports: exports.prefault({}).describe("Exports of whole lists."),
  ubl: ublConfig
    .optional()
    .describe("What electronic invoices tell of sellers and buyers. Default: none are written."),
});

/** The section with its defaults filled in. */
export type DeliveryConfig = z.output<typeof deliveryConfig>;

/** How long exports may take, how large they may be, and how many there may be. */
export type ExportLimits = DeliveryConfig["exports"];

/** How to reach an S3-compatible bucket. */
export type S3Config = NonNullable<DeliveryConfig["s3"]>;
