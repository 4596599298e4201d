/** How we prove ourselves to DDAPI: its document names no scheme, so each of the usual ones can be configured. */
import { z } from "zod";
import { secret } from "../config.ts";

const printable = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const ownHeaders: ReadonlySet<string> = new Set(
  "accept accept-encoding connection content-length content-type host transfer-encoding user-agent".split(
    " ",
  ),
);

const headerValue = () =>
  secret().refine(
    (value) => printable.test(value.reveal()),
    "must be printable ASCII without spaces around it",
  );

/** The configuration of the scheme. */
export const authConfig = z
  .discriminatedUnion("scheme", [
    z.strictObject({ scheme: z.literal("none") }),
    z.strictObject({
      scheme: z.literal("basic"),
      username: z
        .string()
        .regex(/^[^:]+$/, "must not be empty nor hold a colon")
        .describe("For `basic`: the user's name."),
      password: secret().describe("For `basic`: the user's password."),
    }),
    z.strictObject({
      scheme: z.literal("bearer"),
      token: headerValue().describe("For `bearer`: the token."),
    }),
    z.strictObject({
      scheme: z.literal("header"),
      name: z
        .string()
        .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "must be the name of an HTTP header")
        .refine((name) => !ownHeaders.has(name.toLowerCase()), "must not be a header of HTTP itself")
        .describe("For `header`: the name of the header that carries the credential."),
      value: headerValue().describe("For `header`: its value."),
    }),
  ])
  .describe("How the deployment wants callers to prove themselves.");

export type Auth = z.infer<typeof authConfig>;

/** The header that carries the credentials; empty for the scheme `none`. */
export function authHeaders(auth: Auth): Readonly<Record<string, string>> {
  switch (auth.scheme) {
    case "none":
      return {};
    case "basic":
      return { authorization: `Basic ${basicPair(auth.username, auth.password.reveal())}` };
    case "bearer":
      return { authorization: `Bearer ${auth.token.reveal()}` };
    default:
      return { [auth.name.toLowerCase()]: auth.value.reveal() };
  }
}

/** The texts that must not appear in any log, should the upstream echo what we sent. */
export function secretTexts(auth: Auth): readonly string[] {
  switch (auth.scheme) {
    case "none":
      return [];
    case "basic": {
      const password = auth.password.reveal();
      return [basicPair(auth.username, password), password];
    }
    case "bearer":
      return [auth.token.reveal()];
    default:
      return [auth.value.reveal()];
  }
}

function basicPair(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`, "utf8").toString("base64");
}
