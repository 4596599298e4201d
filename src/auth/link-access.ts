/** A link's second look at access: what its viewer might see when it was made may have changed since. */
import type { Directory } from "../model/directory.ts";
import { readIdOf } from "../model/id.ts";
import type { Viewer } from "../model/viewer.ts";
import { maySeeCustomer } from "./authorize.ts";

/** May this viewer still see all these customers (global ids)? A file about nobody, such as an empty export, is for customer service only. */
export async function mayStillSee(
  directory: Directory,
  viewer: Pick<Viewer, "role" | "customerId">,
  customerIds: readonly string[],
): Promise<boolean> {
  if (customerIds.length === 0) return viewer.role === "CUSTOMER_SERVICE";
  const keys = customerIds.map((id) => readIdOf("Customer", id)?.[0] ?? "");
  const customers = await directory.customers(keys);
  return customers.every((customer) => customer !== null && maySeeCustomer(viewer, customer));
}
