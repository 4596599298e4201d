/** What a viewer may see: the one rule, asked wherever customers are loaded. */
import type { Customer } from "../model/customer.ts";
import type { Viewer } from "../model/viewer.ts";

/**
 * May the viewer see this customer and its invoices? Its own and the direct sub-customers of it; customer service sees
 * all. floLIVE's manual: "either the requestor's customer ID or any of the customer's direct sub customers"; the two roles
 * are V6's.
 */
export function maySeeCustomer(
  viewer: Pick<Viewer, "role" | "customerId">,
  customer: Pick<Customer, "key" | "parentKey">,
): boolean {
  if (viewer.role === "CUSTOMER_SERVICE") return true;
  // A missing customer must not match a missing parent.
  if (viewer.role !== "CUSTOMER" || viewer.customerId === null) return false;
  return customer.key === viewer.customerId || customer.parentKey === viewer.customerId;
}
