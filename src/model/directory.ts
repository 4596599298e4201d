/** The port: which accounts, in which source, make up a customer, and who stands above and below it. */
import type { Account, Customer } from "./customer.ts";

/** Answers stand in the order of what was asked, null where nothing is known. It knows nothing of viewers. */
export interface Directory {
  /** Customers by their keys. */
  customers(keys: readonly string[]): Promise<readonly (Customer | null)[]>;
  /** The one customer that each account is linked to. */
  owners(accounts: readonly Account[]): Promise<readonly (Customer | null)[]>;
  /** The direct sub-customers of each key, ordered by key. */
  children(parentKeys: readonly string[]): Promise<readonly (readonly Customer[])[]>;
  /** All customers ordered by key, from the first one after `after`. */
  page(after: string | null, limit: number): Promise<readonly Customer[]>;
  close(): Promise<void>;
}
