/** The directory in memory: every answer is a look-up in a Map. */
import { accountKey, type Customer } from "../model/customer.ts";
import type { Directory } from "../model/directory.ts";
import { writeId } from "../model/id.ts";

/** A customer as it is configured; its global id follows from its key. */
export type CustomerEntry = Omit<Customer, "id">;

// No two directories of a process share a version, so that a watched file's next one has another.
let made = 0;

/** A directory of these customers. Throws when a key or an account is there twice: access must never depend on an order. */
export function createDirectory(entries: readonly CustomerEntry[]): Directory {
  const byKey = new Map<string, Customer>();
  const byAccount = new Map<string, Customer>();
  const byParent = new Map<string, Customer[]>();
  const sorted = [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));

  for (const { key, name, parentKey, accounts } of sorted) {
    if (byKey.has(key)) throw new Error(`The customer ${key} is there twice.`);
    const customer: Customer = { id: writeId("Customer", [key]), key, name, parentKey, accounts };
    byKey.set(key, customer);
    for (const account of accounts) {
      const link = accountKey(account);
      if (byAccount.has(link))
        throw new Error(`An account of ${account.source} is linked twice, once to the customer ${key}.`);
      byAccount.set(link, customer);
    }
    if (parentKey === null) continue;
    const siblings = byParent.get(parentKey);
    if (siblings === undefined) byParent.set(parentKey, [customer]);
    else siblings.push(customer);
  }
  const all = [...byKey.values()];
  const version = String(++made);

  return {
    customers: (keys) => Promise.resolve(keys.map((key) => byKey.get(key) ?? null)),
    owners: (accounts) =>
      Promise.resolve(accounts.map((account) => byAccount.get(accountKey(account)) ?? null)),
    children: (parentKeys) => Promise.resolve(parentKeys.map((key) => byParent.get(key) ?? [])),
    page(after, limit) {
      const start = after === null ? 0 : firstAfter(all, after);
      return Promise.resolve(all.slice(start, start + Math.max(0, limit)));
    },
    version: () => version,
    close: () => Promise.resolve(),
  };
}

/** The place of the first customer whose key comes after the given one. */
function firstAfter(all: readonly Customer[], key: string): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.key ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
