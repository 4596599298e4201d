/** A kind of source for these tests, as a fifth kind would be written. */
import { z } from "zod";
import type { SourceKind } from "../../src/sources/kind.ts";
import type { Secret } from "../../src/model/secret.ts";
import { connectionConfig, secret } from "../../src/sources/config.ts";

const postConfig = z.strictObject({
  ...connectionConfig,
  apiKey: secret().describe("The key that the post gave out."),
  retries: z.int().min(0).max(5).default(0),
  isTest: z.boolean().default(false),
  auth: z
    .discriminatedUnion("scheme", [
      z.strictObject({ scheme: z.literal("header"), name: z.string(), value: secret() }),
      z.strictObject({ scheme: z.literal("basic"), user: z.string(), password: secret() }),
    ])
    .optional(),
});

/** Takes customer codes such as "001" in quotes. */
export const post: SourceKind = {
  kind: "post",
  title: "Post",
  accountTerm: "the post's customer code, in quotes",
  readAccount(reference) {
    if (typeof reference === "number") throw new Error('must be a customer code in quotes, such as "001"');
    return reference.trim().toUpperCase();
  },
  config: postConfig,
  create: () => {
    throw new Error("not needed here");
  },
};

const rail = z.object({ kind: z.literal("rail"), url: z.string(), token: secret() });

/** Takes numbers; its schema names its kind and would silently drop keys that it does not know. */
export const railway: SourceKind = {
  ...post,
  kind: "rail",
  title: "Rail",
  accountTerm: "the railway's customer number",
  readAccount(reference) {
    if (!/^\d+$/.test(String(reference))) throw new Error("must be a customer number");
    return String(reference);
  },
  config: rail,
};

/** The API key that a configured source of these kinds holds. */
export function keyIn(source: { readonly config: unknown } | undefined): string {
  if (source === undefined) throw new Error("There is no such source.");
  return (source.config as { apiKey: Secret }).apiKey.reveal();
}
