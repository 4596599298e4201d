/** The list of customers, inline or in a file of its own: who they are and which accounts are theirs. */
import { z } from "zod";
import type { CustomerEntry } from "../directory/create.ts";
import type { Account } from "../model/customer.ts";
import type { SourceKind } from "../sources/kind.ts";
import { check } from "./check.ts";
import { suggestion } from "./closest.ts";
import { findFamilyMistakes } from "./family.ts";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** The kind of each configured source by the source's name; null where the kind is unknown. */
export type KindOfSource = ReadonlyMap<string, SourceKind | null>;

const reference = z.union([z.string().min(1, "must not be empty"), z.int()]);

const customer = z.strictObject({
  id: z
    .string()
    .regex(
      /^(?! )[^\p{Cc}]{1,128}(?<! )$/u,
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
    .record(z.string(), z.union([reference, z.array(reference)]))
    .default({})
    .describe("By the name of a source: how that source calls the customer, one reference or several."),
});

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
  const owners = new Map<string, { path: Path; place: number }>();

  raw.forEach((item: unknown, place) => {
    const path = [...base, place];
    const checked = check(customer, item, path, origin);
    mistakes.push(...checked.mistakes);
    if (checked.value === null) {
      if (typeof item === "object" && item !== null && "id" in item) unreadable.add(item.id);
      return;
    }
    const { id, name, parent, accounts } = checked.value;
    const entry = { key: id, name, parentKey: parent, accounts: readAccounts(accounts, place) };
    customers.push(entry);
    places.set(entry, place);
  });

  function readAccounts(written: z.output<typeof customer>["accounts"], place: number): Account[] {
    return Object.entries(written).flatMap(([source, references]) => {
      const path = [...base, place, "accounts", source];
      const kind = kinds.get(source);
      if (kind === undefined) {
        const says = `does not name a configured source; ${suggestion(source, [...kinds.keys()])}`;
        mistakes.push(mistakeAt(path, says, origin));
        return [];
      }
      const list = Array.isArray(references) ? references : [references];
      return list.flatMap((item, index) => {
        const itemPath = Array.isArray(references) ? [...path, index] : path;
        const account = readAccount(item, source, kind, itemPath);
        return account === null ? [] : link(account, itemPath, place);
      });
    });
  }

  function readAccount(
    item: string | number,
    source: string,
    kind: SourceKind | null,
    path: Path,
  ): Account | null {
    const digits = typeof item === "number" ? (origin.digitsOf(path) ?? String(item)) : null;
    if (digits !== null && digits !== String(item)) {
      const says = `is written ${digits}, which YAML reads as the number ${item}; put it in quotes: "${digits}"`;
      mistakes.push(mistakeAt(path, says, origin));
      return null;
    }
    if (kind === null) return { source, reference: String(item) };
    try {
      return { source, reference: kind.readAccount(item) };
    } catch (thrown) {
      // A kind's sentence may repeat the reference, which must not happen when it came from the environment.
      const isOurs = thrown instanceof Error && origin.templateOf(path) === null;
      const says = isOurs ? thrown.message.replace(/\.$/, "") : `must be ${kind.accountTerm}`;
      mistakes.push(mistakeAt(path, /^(?:must|is)\b/.test(says) ? says : `is not right: ${says}`, origin));
      return null;
    }
  }

  function link(account: Account, path: Path, place: number): Account[] {
    const key = `${account.source}\n${account.reference}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, { path, place });
      return [account];
    }
    const says =
      owner.place === place
        ? `is the same account as ${pathText(owner.path)}; remove one of them`
        : `is already linked to another customer at ${pathText(owner.path)}; an account belongs to one customer`;
    mistakes.push(mistakeAt(path, says, origin));
    return [];
  }

  const pathOf = (entry: CustomerEntry) => [...base, places.get(entry) ?? 0];
  mistakes.push(...findFamilyMistakes(customers, unreadable, pathOf, origin));
  return { customers, mistakes };
}
