/** The viewer that a router vouches for: claims in a header that its signature covers. */
import { z } from "zod";
import type { Role, Viewer } from "../model/viewer.ts";

/** The header that carries the claims: base64url of a JSON object. */
export const claimsHeader = "viewer-claims";

const maxLength = 4_096;
const text = z
  .string()
  .max(256)
  .refine((value) => value.trim() !== "");

const claims = z.discriminatedUnion("role", [
  z.strictObject({
    sub: text,
    role: z.literal("customer"),
    customer: text,
    scopes: z.array(text).default([]),
  }),
  z.strictObject({ sub: text, role: z.literal("customer_service"), scopes: z.array(text).default([]) }),
]);

/** The viewer, frozen; null when the claims cannot be read or say too little or too much. */
export function readClaims(header: string): Viewer | null {
  if (header.length > maxLength || !/^[A-Za-z0-9_-]+$/.test(header)) return null;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  } catch {
    return null;
  }
  const { data } = claims.safeParse(json);
  if (data === undefined) return null;
  return Object.freeze<Viewer>({
    id: `router:${data.sub}`,
    role: data.role.toUpperCase() as Role,
    customerId: data.role === "customer" ? data.customer : null,
    scopes: Object.freeze([...data.scopes]),
  });
}
