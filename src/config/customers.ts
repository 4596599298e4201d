/** The list of customers, inline or in a file of its own: who they are and which accounts are theirs. */
import { z } from "zod";
import type { CustomerEntry } from "../directory/create.ts";
import type { Account } from "../model/customer.ts";
import type { SourceKind } from "../sources/kind.ts";
import { type Checked, check } from "./check.ts";
import { suggestion } from "./closest.ts";
import { findFamilyMistakes } from "./family.ts";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** The kind of each configured source by the source's name; null where the kind is unknown. */
export type KindOfSource = ReadonlyMap<string, SourceKind | null>;

const reference = z.union([z.string().min(1, "must not be empty"), z.int()]);

const customer = z.strictObject({
  id: z
    .string()
    .refine(
      isPlainId,
      "must be 1 to 128 characters, without a space at either end and without control characters",
    )
    .describe("Your own short name for the customer, such as `acme`; tokens and API keys name it."),
  name: z.string().regex(/\S/, "must not be empty").describe("The name that people see."),
  parent: z
    .string()
    .nullable()
    .default(null)
    .describe("The id of the customer directly above, which may see this one's invoices; null for none."),
  accounts: z
    .record(z.string(), z.union([z.array(reference), reference]))
    .default({})
    .describe("By the name of a source: how that source calls the customer, one reference or several."),
});

// zod leaves this one key out of a record in silence.
function dropsKey(item: unknown): boolean {
  const accounts = (item as { accounts?: object }).accounts;
  return accounts !== undefined && Object.hasOwn(accounts, "__proto__");
}

function isPlainId(id: string): boolean {
  return id !== "" && id.length <= 128 && id.trim() === id && !/\p{Cc}/u.test(id);
}

/** The list as it is written. */
export const customersConfig = z.array(customer);

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
  const places = new Map<CustomerEntry, number>();
  // By "source\nreference" the first place and item: paths are made for mistakes only, there may be 100,000 customers.
  const owners = new Map<string, { place: number; item: number | null }>();

  raw.forEach((item: unknown, place) => {
    const { value, mistakes: own } = checkOne(item, place);
    mistakes.push(...own);
    if (value === null) {
      if (typeof item === "object" && item !== null && "id" in item) unreadable.add(item.id);
      return;
    }
    const { id, name, parent, accounts } = value;
    const entry = { key: id, name, parentKey: parent, accounts: readAccounts(accounts, place) };
    customers.push(entry);
    places.set(entry, place);
  });

  function checkOne(item: unknown, place: number): Checked<z.output<typeof customer>> {
    // Nearly always right: looking for unknown keys and making sentences can wait until it is not.
    const result = customer.safeParse(item);
    if (result.success && !dropsKey(item)) return { value: result.data, mistakes: [] };
    return check(customer, item, [...base, place], origin);
  }

  function readAccounts(written: z.output<typeof customer>["accounts"], place: number): Account[] {
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
    const key = `${source}\n${reference}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, { place, item });
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

  const pathOf = (entry: CustomerEntry) => [...base, places.get(entry) ?? 0];
  mistakes.push(...findFamilyMistakes(customers, unreadable, pathOf, origin));
  return { customers, mistakes };
}
