/** What upstreams tell about accounts themselves, once per account and request. */
import { type Account, accountKey } from "../model/customer.ts";
import type { AccountProfile, Call, Source } from "../model/source.ts";
import type { CustomerLoaders } from "./customers.ts";
import { once } from "./once.ts";

/** What sources tell of accounts themselves. */
export interface AccountLoaders {
  /** Null when the source tells nothing about accounts, or does not know this one; throws its Failure. */
  profile(account: Account): Promise<AccountProfile | null>;
  /** The accounts that the source has directly below this one, as far as they belong to visible customers; throws its Failure. */
  children(account: Account): Promise<readonly Account[]>;
}

/** Accounts for one request. */
export function createAccountLoaders(
  sources: ReadonlyMap<string, Source>,
  customers: CustomerLoaders,
  call: Call,
): AccountLoaders {
  const profiles = new Map<string, Promise<AccountProfile | null>>();
  const children = new Map<string, Promise<readonly Account[]>>();

  async function profileOf({ source, reference }: Account): Promise<AccountProfile | null> {
    return (await sources.get(source)?.accounts?.profile(reference, call)) ?? null;
  }

  async function visibleChildren({ source, reference }: Account): Promise<readonly Account[]> {
    const found = (await sources.get(source)?.accounts?.children(reference, call)) ?? [];
    const accounts = found.map((child) => ({ source, reference: child.reference }));
    const owners = await Promise.all(accounts.map((account) => customers.owner(account)));
    return accounts.filter((_, index) => owners[index] !== null);
  }

  return {
    profile: (account) => once(profiles, accountKey(account), () => profileOf(account)),
    children: (account) => once(children, accountKey(account), () => visibleChildren(account)),
  };
}
