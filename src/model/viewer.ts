/** Who is asking: fixed by the verified credential before anything else happens. */

/** CUSTOMER sees its own customer and the direct sub-customers; CUSTOMER_SERVICE sees all (V6's two kinds of user). */
export type Role = "CUSTOMER" | "CUSTOMER_SERVICE";

/** One authenticated caller. Frozen when made. */
export interface Viewer {
  /**
   * Unique over all kinds of credential: `token:` and the `sub` of a token, `key:` and the name of an API key, or
   * `router:` and the `sub` that a supergraph's router vouches for.
   */
  readonly id: string;
  readonly role: Role;
  /** The directory's key of the customer it belongs to; null for customer service staff. */
  readonly customerId: string | null;
  /** What else the credential allows, such as `raw` (see the upstream's own record). */
  readonly scopes: readonly string[];
}

/** Does the viewer's credential carry this scope, such as `raw`? */
export function mayUseScope(viewer: Viewer, scope: string): boolean {
  return viewer.scopes.includes(scope);
}
