/** Which invoices of an answer a list is about: those of the accounts asked for, within the window, that match. */
import type { Test } from "../listing/filter.ts";
import type { Found } from "../listing/found.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange } from "../model/day.ts";
import { createPace } from "../model/pace.ts";
import type { Answer } from "../model/source.ts";

/** What a list wants of a source's answers. */
export interface Wanted {
  /** By account. An answer may hold invoices of others, as a month of V6 does. */
  readonly owners: ReadonlyMap<string, Customer>;
  readonly window: ClosedRange;
  /** Are only invoices with an issue date wanted? */
  readonly mustBeDated: boolean;
  readonly matches: Test;
}

export interface Own {
  readonly found: readonly Found[];
  /** Invoices left out only because they have no issue date. */
  readonly undated: number;
}

/** The answer's part in the list; `seen` holds the ids of the source that a list has already, null where none can come twice. */
export async function ownIn(
  { invoices }: Answer,
  { owners, window: { from, to }, mustBeDated, matches }: Wanted,
  seen: Set<string> | null,
): Promise<Own> {
  const found: Found[] = [];
  let undated = 0;
  const pace = createPace();
  for (let i = 0; i < invoices.length; i++) {
    if (i % 64 === 63 && pace.isDue()) await pace.rest();
    const invoice = invoices[i] as Found["invoice"];
    const customer = owners.get(invoice.account);
    if (customer === undefined) continue;
    const { issuedOn } = invoice;
    if (issuedOn !== null && (issuedOn < from || issuedOn > to)) continue;
    const each = { invoice, customer };
    if (!matches(each)) continue;
    if (seen !== null) {
      if (seen.has(invoice.id)) continue;
      seen.add(invoice.id);
    }
    if (issuedOn === null && mustBeDated) undated++;
    else found.push(each);
  }
  return { found, undated };
}

/** Who owns which account, by source. */
export function ownersBySource(customers: readonly Customer[]): Map<string, Map<string, Customer>> {
  const owners = new Map<string, Map<string, Customer>>();
  for (const customer of customers) {
    for (const { source, reference } of customer.accounts) {
      let ofSource = owners.get(source);
      if (ofSource === undefined) owners.set(source, (ofSource = new Map()));
      ofSource.set(reference, customer);
    }
  }
  return owners;
}
