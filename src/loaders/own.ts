/** Which invoices of an answer a list is about: those of the accounts asked for, within the window, that match. */
import type { Test } from "../listing/filter.ts";
import type { Found } from "../listing/found.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import { inTurns, type Pace } from "../model/pace.ts";
import type { Answer, Source } from "../model/source.ts";

/** What a list wants of a source's answers. */
export interface Wanted {
  /** By account. An answer may hold invoices of others, as a month of V6 does. */
  readonly owners: ReadonlyMap<string, Customer>;
  readonly window: ClosedRange;
  /** Are only invoices with an issue date wanted? */
  readonly mustBeDated: boolean;
  readonly matches: Test;
  readonly identityOf: (invoice: Invoice) => string;
}

/** What an answer contributes to a list. */
export interface Own {
  readonly found: readonly Found[];
  /** Invoices left out only because they have no issue date. */
  readonly undated: number;
}

/** What tells that a source's invoices of several answers are one. */
export function identityIn({ invoices }: Source): Wanted["identityOf"] {
  return invoices?.identityOf ?? idOf;
}

/** The same, noting in `met` what it tells: all that an answer has of a list's invoices, also what the list has already. */
export function identityNoting(source: Source, met: string[]): Wanted["identityOf"] {
  const identityOf = identityIn(source);
  return (invoice) => {
    const identity = identityOf(invoice);
    met.push(identity);
    return identity;
  };
}

function idOf({ id }: Invoice): string {
  return id;
}

/**
 * The answer's part in the list; `seen` holds what the list has already of the source's invoices, null where none can come twice.
 * A promise only where the pace says so.
 */
export function ownIn(
  { invoices }: Answer,
  { owners, window, mustBeDated, matches, identityOf }: Wanted,
  seen: Set<string> | null,
  pace: Pace,
): Own | Promise<Own> {
  const found: Found[] = [];
  const own = { found, undated: 0 };
  const rested = inTurns(invoices.length, pace, (first, end) => {
    for (let i = first; i < end; i++) {
      const invoice = invoices[i] as Invoice;
      const customer = owners.get(invoice.account);
      if (customer === undefined) continue;
      const { issuedOn } = invoice;
      if (issuedOn !== null && (issuedOn < window.from || issuedOn > window.to)) continue;
      const each = { invoice, customer };
      if (!matches(each)) continue;
      if (seen !== null) {
        const identity = identityOf(invoice);
        if (seen.has(identity)) continue;
        seen.add(identity);
      }
      if (issuedOn === null && mustBeDated) own.undated++;
      else found.push(each);
    }
  });
  return rested === undefined ? own : rested.then(() => own);
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
