/** Bearer tokens: JWTs of one issuer, verified and read into a viewer. */
import { errors, type JWTPayload, jwtVerify } from "jose";
import { Failure } from "../model/errors.ts";
import type { Role, Viewer } from "../model/viewer.ts";
import type { JwtConfig } from "./config.ts";
import { createKeys } from "./keys.ts";
import { refused } from "./refused.ts";

/** A viewer, and the epoch milliseconds from which its token is worth nothing any more. */
export interface VerifiedToken {
  readonly viewer: Viewer;
  readonly expiresAt: number;
}

/** Verifies one token. Throws IDENTITY_UNAVAILABLE, or UNAUTHENTICATED with the reason as its detail. */
export type VerifyJwt = (token: string) => Promise<VerifiedToken>;

const roles: ReadonlyMap<string, Role> = new Map([
  ["customer", "CUSTOMER"],
  ["customer_service", "CUSTOMER_SERVICE"],
]);
const maxTextLength = 256;

/** Makes the verifier for the configured issuer. `now` gives epoch milliseconds. */
export function createJwtVerifier(config: JwtConfig, now: () => number): VerifyJwt {
  const keys = createKeys(config, now);

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        audience: [...config.audience],
        algorithms: [...config.algorithms],
        clockTolerance: config.clockToleranceSeconds,
        requiredClaims: ["exp", "sub"],
        currentDate: new Date(now()),
      });
      const expiresAt = ((payload.exp ?? 0) + config.clockToleranceSeconds) * 1_000;
      return { viewer: toViewer(payload, config.claims), expiresAt };
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown;
      // jose's errors hold the token's claims: only the code goes on.
      throw refused(thrown instanceof errors.JOSEError ? thrown.code : String(thrown));
    }
  };
}

function toViewer(payload: JWTPayload, claims: JwtConfig["claims"]): Viewer {
  const role = roles.get(readText(payload, claims.role).toLowerCase());
  if (role === undefined) throw refused("unknown role");
  return Object.freeze({
    id: `token:${readText(payload, "sub")}`,
    role,
    customerId: role === "CUSTOMER" ? readText(payload, claims.customer) : null,
    scopes: Object.freeze(readScopes(claimOf(payload, claims.scopes))),
  });
}

function readText(payload: JWTPayload, claim: string): string {
  const value = claimOf(payload, claim);
  if (typeof value !== "string" || value.trim() === "" || value.length > maxTextLength)
    throw refused(`the claim ${claim} is missing or no text`);
  return value;
}

// RFC 8693, 4.2: `scope` is one text parted by spaces; many issuers send a list.
function readScopes(value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return value.split(" ").filter((scope) => scope !== "");
  if (Array.isArray(value) && value.every((scope) => typeof scope === "string")) return [...value];
  throw refused("the scopes are neither text nor a list of texts");
}

function claimOf(payload: JWTPayload, claim: string): unknown {
  return Object.hasOwn(payload, claim) ? payload[claim] : undefined;
}
