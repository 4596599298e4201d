/** The list of customers, inline or in a file of its own: who they are and which accounts are theirs. */
import type { CustomerEntry } from "../directory/create.ts";
import type { Account } from "../model/customer.ts";
import type { SourceKind } from "../sources/kind.ts";
import { type Checked, check } from "./check.ts";
import { suggestion } from "./closest.ts";
import { customer, type CustomerRecord, isSurelyRight } from "./customer.ts";
import { findFamilyMistakes } from "./family.ts";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** The kind of each configured source by the source's name; null where the kind is unknown. */
export type KindOfSource = ReadonlyMap<string, SourceKind | null>;

/** The customers, or what is wrong with them. */
export interface ReadCustomers {
  readonly customers: readonly CustomerEntry[];
  readonly mistakes: readonly Mistake[];
}

/** Reads the list that stands at `base`. `customers` is of use only without mistakes. */
export function readCustomers(raw: unknown, kinds: KindOfSource, base: Path, origin: Origin): ReadCustomers {
  if (!Array.isArray(raw)) {
    const says = "must be a list of customers, each with id, name, parent and accounts";
    return { customers: [], mistakes: [mistakeAt(base, says, origin)] };
  }
  const mistakes: Mistake[] = [];
  const customers: CustomerEntry[] = [];
  const unreadable = new Set<unknown>();
  const places: number[] = [];
  // By source and reference the first place and item: paths are made for mistakes only, there may be 100,000 customers.
  const owners = new Map<string, Map<string, { place: number; item: number | null }>>();

  raw.forEach((item: unknown, place) => {
    const { value, mistakes: own } = checkOne(item, place);
    mistakes.push(...own);
    if (value === null) {
      if (typeof item === "object" && item !== null && "id" in item) unreadable.add(item.id);
      return;
    }
    const { id, name, parent = null, accounts = {} } = value;
    customers.push({ key: id, name, parentKey: parent, accounts: readAccounts(accounts, place) });
    places.push(place);
  });

  function checkOne(item: unknown, place: number): Checked<CustomerRecord> {
    // Nearly always right: the schema, unknown keys and sentences can wait until it is not.
    if (isSurelyRight(item)) return { value: item, mistakes: [] };
    return check(customer, item, [...base, place], origin);
  }

  function readAccounts(written: NonNullable<CustomerRecord["accounts"]>, place: number): Account[] {
    const accounts: Account[] = [];
    for (const [source, references] of Object.entries(written)) {
      const kind = kinds.get(source);
      if (kind === undefined) {
        const says = `does not name a configured source; ${suggestion(source, [...kinds.keys()])}`;
        mistakes.push(mistakeAt(pathTo(place, source, null), says, origin));
        continue;
      }
      const list = Array.isArray(references) ? references : [references];
      list.forEach((reference, index) => {
        const item = Array.isArray(references) ? index : null;
        const account = readAccount(reference, kind, source, place, item);
        if (account !== null && isNew(account, place, item)) accounts.push(account);
      });
    }
    return accounts;
  }

  function pathTo(place: number, source: string, item: number | null): Path {
    return [...base, place, "accounts", source, ...(item === null ? [] : [item])];
  }

  function readAccount(
    reference: string | number,
    kind: SourceKind | null,
    source: string,
    place: number,
    item: number | null,
  ): Account | null {
    const digits = typeof reference === "number" ? origin.digitsOf(pathTo(place, source, item)) : null;
    if (digits !== null && digits !== String(reference)) {
      const says = `is written ${digits}, which YAML reads as the number ${reference}; put it in quotes: "${digits}"`;
      mistakes.push(mistakeAt(pathTo(place, source, item), says, origin));
      return null;
    }
    if (kind === null) return { source, reference: String(reference) };
    try {
      return { source, reference: kind.readAccount(reference) };
    } catch (thrown) {
      const path = pathTo(place, source, item);
      // A kind's sentence may repeat the reference, which must not happen when it came from the environment.
      const isOurs = thrown instanceof Error && origin.templateOf(path) === null;
      const says = isOurs ? thrown.message : `must be ${kind.accountTerm}`;
      mistakes.push(mistakeAt(path, /^(?:must|is)\b/.test(says) ? says : `is not right: ${says}`, origin));
      return null;
    }
  }

  function isNew({ source, reference }: Account, place: number, item: number | null): boolean {
    let ofSource = owners.get(source);
    if (ofSource === undefined) owners.set(source, (ofSource = new Map()));
    const owner = ofSource.get(reference);
    if (owner === undefined) {
      ofSource.set(reference, { place, item });
      return true;
    }
    const other = pathText(pathTo(owner.place, source, owner.item));
    const says =
      owner.place === place
        ? `is the same account as ${other}; remove one of them`
        : `is already linked to another customer at ${other}; an account belongs to one customer`;
    mistakes.push(mistakeAt(pathTo(place, source, item), says, origin));
    return false;
  }

  const pathOf = (index: number) => [...base, places[index] ?? 0];
  // Not pushed: one wrong id may make a mistake of each of 200,000 customers, more than a call has room for.
  return { customers, mistakes: [...mistakes, ...findFamilyMistakes(customers, unreadable, pathOf, origin)] };
}
