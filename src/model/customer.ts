/** A customer, and the accounts under which the upstreams know it. */

/** One account of a customer in one source. */
export interface Account {
  /** The source's configured name, such as "freight". */
  readonly source: string;
  /** How that source calls the customer: a UUID, a contract id, a customer code or a number, always as text. */
  readonly reference: string;
}

/** The account as one text, by which it can be kept in a map. */
export function accountKey({ source, reference }: Account): string {
  // A source's name holds no line break, so that two different accounts never share a key.
  return `${source}\n${reference}`;
}

/** A customer of ours, as the directory knows it. */
export interface Customer {
  /** The global id. */
  readonly id: string;
  /** The directory's own key, such as "acme". */
  readonly key: string;
  readonly name: string;
  /** The key of the customer above it, or null. */
  readonly parentKey: string | null;
  readonly accounts: readonly Account[];
}
