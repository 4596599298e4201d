/** What a viewer may see: the one rule, asked wherever customers are loaded. */
import type { Customer } from "../model/customer.ts";
import type { Viewer } from "../model/viewer.ts";

/**
 * May the viewer see this customer and its invoices? Its own and the direct sub-customers of it; customer service sees
 * all. The rule is that of floLIVE's and V6's documents: "its own customer or a sub-customer directly below it".
 */
export function maySeeCustomer(viewer: Viewer, customer: Pick<Customer, "key" | "parentKey">): boolean {
  if (viewer.role === "CUSTOMER_SERVICE") return true;
  // A missing customer must not match a missing parent.
  if (viewer.role !== "CUSTOMER" || viewer.customerId === null) return false;
  return customer.key === viewer.customerId || customer.parentKey === viewer.customerId;
}

/** Does the viewer's credential carry this scope, such as `raw`? */
export function mayUseScope(viewer: Viewer, scope: string): boolean {
  return viewer.scopes.includes(scope);
}
