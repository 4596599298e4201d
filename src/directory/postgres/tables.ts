/** The tables as queries see them; migrations/ makes them. */

/** The tables of the configured schema, by name. */
export interface Tables {
  readonly customers: CustomersTable;
  readonly accounts: AccountsTable;
  readonly directory_state: StateTable;
}

interface CustomersTable {
  readonly key: string;
  readonly name: string;
  readonly parent_key: string | null;
}

interface AccountsTable {
  readonly source: string;
  readonly reference: string;
  readonly customer_key: string;
  /** Its place among the customer's accounts, from 0. */
  readonly position: number;
}

/** One row. */
interface StateTable {
  /** A bigint, which pg gives as text; one more with every change of the other tables. */
  readonly version: string;
}

/** Where the database tells of changes (NOTIFY). */
export function channelOf(schema: string): string {
  return `${schema}_directory`;
}
