/** The `auth` section of the configuration: which tokens and which API keys are believed. */
import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { toInstant } from "../model/instant.ts";
import { Secret } from "../model/secret.ts";
import type { Role } from "../model/viewer.ts";

/** JWS algorithms that can be allowed. The HS ones go with a shared secret, the others with public keys, never mixed. */
const jwtAlgorithms = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"] as const),
] as const;

type JwtAlgorithm = (typeof jwtAlgorithms)[number];

const usualAlgorithms: readonly JwtAlgorithm[] = ["RS256", "PS256", "ES256", "EdDSA"];

const text = () => z.string().min(1, "must not be empty");

const claims = z.strictObject({
  customer: text().default("customer").describe("The claim that holds the customer's id."),
  role: text().default("role").describe("The claim that holds `customer` or `customer_service`."),
  scopes: text().default("scope").describe("The claim that holds the scopes, as a list or parted by spaces."),
});

const jwt = z
  .strictObject({
    issuer: text().describe("The `iss` that a token must carry."),
    audience: z
      .union([text(), z.array(text()).min(1)])
      .transform((audience): readonly string[] => (typeof audience === "string" ? [audience] : audience))
      .describe("The `aud` that a token must carry: one, or a list of which one is enough."),
    algorithms: z
      .array(z.enum(jwtAlgorithms))
      .min(1)
      .optional()
      .describe(
        `The only signature algorithms accepted. Default: HS256 with \`secret\`, else ${usualAlgorithms.join(", ")}.`,
      ),
    jwksUrl: z
      .url({ protocol: /^https?$/, error: "must be an https URL" })
      .refine(isHttpsOrLoopback, "must be an https URL: keys fetched in the clear prove nothing")
      .optional()
      .describe("Where the issuer publishes its keys."),
    publicKey: text()
      .refine(isPublicKey, "must be a public key in PEM, beginning with -----BEGIN PUBLIC KEY-----")
      .optional()
      .describe("The issuer's one public key in PEM."),
    secret: z
      .string()
      .refine((secret) => Buffer.byteLength(secret) >= 32, "must be at least 32 bytes long")
      .transform((secret) => new Secret(secret))
      .optional()
      .describe("The secret shared with the issuer, for HS256."),
    clockToleranceSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(30)
      .describe("How far the clocks may differ, in seconds."),
    claims: claims.prefault({}).describe("Where a token says who its bearer is."),
  })
  .refine((jwt) => [jwt.jwksUrl, jwt.publicKey, jwt.secret].filter((key) => key !== undefined).length === 1, {
    error: "must have exactly one of jwksUrl, publicKey and secret",
    when: isObject,
  })
  .refine((jwt) => !isMixed(jwt.algorithms, jwt.secret !== undefined), {
    error: "must name HS algorithms with a secret and no HS algorithm with a public key or jwksUrl",
    path: ["algorithms"],
    when: isObject,
  })
  .transform((jwt) => ({
    ...jwt,
    algorithms:
      jwt.algorithms ?? (jwt.secret === undefined ? [...usualAlgorithms] : (["HS256"] as JwtAlgorithm[])),
  }));

const apiKey = z
  .strictObject({
    name: text().describe("Who holds the key: the viewer's id, and its name in the audit log."),
    sha256: z
      .string()
      .regex(
        /^[0-9a-f]{64}$/i,
        'must be the SHA-256 of the key in 64 hexadecimal digits, as printf %s "$KEY" | sha256sum prints it',
      )
      .transform((hex) => hex.toLowerCase())
      .describe("The SHA-256 of the key, in hexadecimal; the key itself is never configured."),
    role: z
      .enum(["customer", "customer_service", "CUSTOMER", "CUSTOMER_SERVICE"])
      .transform((role) => role.toUpperCase() as Role)
      .describe("`customer` sees its customer and the direct sub-customers, `customer_service` sees all."),
    customer: text().optional().describe("The id of the holder's customer; only with the role `customer`."),
    scopes: z
      .array(text())
      .default([])
      .describe(
        "What else the key allows: `raw` the sources' own records and where values come from, `explain` what sources are asked, `operations` the page at /.",
      ),
    expires: z
      .string()
      .refine(
        (at) => toInstant(at) !== null,
        "must be a moment with its time zone, such as 2027-01-31T00:00:00Z",
      )
      .transform((at) => toInstant(at) ?? at)
      .optional()
      .describe("The moment from which the key is refused. Default: never."),
  })
  .refine((key) => (key.role === "CUSTOMER") === (key.customer !== undefined), {
    error: "must be given with the role customer, and left out with the role customer_service",
    path: ["customer"],
  });

/** The section as it is written. */
export const authConfig = z.strictObject({
  jwt: jwt.optional().describe("Bearer tokens of one issuer."),
  apiKeys: z
    .array(apiKey)
    .default([])
    .superRefine((keys, context) => {
      for (const field of ["name", "sha256"] as const) {
        keys.forEach((key, index) => {
          if (keys.findIndex((other) => other[field] === key[field]) === index) return;
          const message = "must differ from that of every other key";
          context.addIssue({ code: "custom", path: [index, field], message });
        });
      }
    })
    .describe("API keys; a customer may have several."),
});

/** The section with its defaults filled in. */
export type AuthConfig = z.output<typeof authConfig>;

/** How bearer tokens are verified. */
export type JwtConfig = NonNullable<AuthConfig["jwt"]>;

/** One API key that is believed. */
export type ApiKeyConfig = AuthConfig["apiKeys"][number];

function isObject(payload: { value: unknown }): boolean {
  return typeof payload.value === "object" && payload.value !== null;
}

// Runs also when other fields are wrong, so that their mistakes are told together: it may be given anything.
function isMixed(algorithms: unknown, isShared: boolean): boolean {
  return Array.isArray(algorithms) && algorithms.some((name) => String(name).startsWith("HS") !== isShared);
}

function isHttpsOrLoopback(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function isPublicKey(pem: string): boolean {
  // createPublicKey also takes a private key: one pasted by mistake must be noticed.
  if (pem.includes("PRIVATE KEY")) return false;
  try {
    return createPublicKey(pem).type === "public";
  } catch {
    return false;
  }
}
