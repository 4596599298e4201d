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
  /**
   * Another text whenever any customer may have changed, to be compared within one process only. Null: nobody can tell at
   * the moment, so that nothing may be kept. Absent: nobody ever can.
   */
  version?(): string | null;
  /** Why it cannot be asked at the moment, in a sentence for operators; null when it can. Absent: it always can. */
  unavailable?(): string | null;
  close(): Promise<void>;
}
