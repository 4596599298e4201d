/** The `subgraph` section of the configuration: which routers may ask as one of a supergraph's, and how they prove it. */
import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { Secret } from "../model/secret.ts";

const routerKey = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, "must be 1 to 64 letters, digits, dashes, dots and underscores")
      .describe("The key's name, which the router sends as `keyid`."),
    secret: z
      .string()
      .refine((secret) => Buffer.byteLength(secret) >= 32, "must be at least 32 bytes long")
      .transform((secret) => new Secret(secret))
      .optional()
      .describe("A secret shared with the router, for hmac-sha256: at least 32 bytes."),
    publicKey: z
      .string()
      .refine(isEd25519, "must be an Ed25519 public key in PEM, beginning with -----BEGIN PUBLIC KEY-----")
      .optional()
      .describe("The router's public key in PEM, for ed25519."),
  })
  .refine((key) => (key.secret === undefined) !== (key.publicKey === undefined), {
    error: "must have exactly one of secret and publicKey",
    when: ({ value }) => typeof value === "object" && value !== null,
  });

/** The section as it is written. */
export const subgraphConfig = z.strictObject({
  keys: z
    .array(routerKey)
    .default([])
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "must have different ids")
    .describe(
      "The keys of routers; several while one takes the place of another. Default: none, and then nothing is answered as a subgraph.",
    ),
  maxRepresentations: z
    .int()
    .min(1)
    .max(10_000)
    .default(1_000)
    .describe("The most representations that one `_entities` may ask for."),
});

/** The section with its defaults filled in. */
export type SubgraphConfig = z.output<typeof subgraphConfig>;

/** One key of a router. */
export type RouterKeyConfig = SubgraphConfig["keys"][number];

function isEd25519(pem: string): boolean {
  // createPublicKey also takes a private key: one pasted by mistake must be noticed.
  if (pem.includes("PRIVATE KEY")) return false;
  try {
    return createPublicKey(pem).asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}
