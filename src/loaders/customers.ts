/** Customers, as far as the viewer may see them: the one place where that is decided. */
import DataLoader from "dataloader";
import { type CustomerPage, type CustomerPageArguments, customerPage } from "./customer-pages.ts";
import type { Account, Customer } from "../model/customer.ts";
import type { Directory } from "../model/directory.ts";
import { readIdOf } from "../model/id.ts";
import type { Viewer } from "../model/viewer.ts";

/** May this viewer see this customer? */
export type MaySeeCustomer = (viewer: Viewer, customer: Customer) => boolean;

/** Unknown and forbidden customers are the same: null, or absent. */
export interface CustomerLoaders {
  byKey(key: string): Promise<Customer | null>;
  byId(id: string): Promise<Customer | null>;
  /** The visible customer that the account is linked to. */
  owner(account: Account): Promise<Customer | null>;
  /** The direct sub-customers that the viewer may see, ordered by key. */
  children(customer: Customer): Promise<readonly Customer[]>;
  /** Visible customers ordered by key, after a key. */
  page(after: string | null, limit: number): Promise<readonly Customer[]>;
  /** The same as a Relay connection; throws BAD_INPUT and BAD_CURSOR. */
  connection(args: CustomerPageArguments): Promise<CustomerPage>;
}

/** Customers for one request of one viewer. */
export function createCustomerLoaders(
  directory: Directory,
  viewer: Viewer,
  maySee: MaySeeCustomer,
  pageSize: { readonly default: number; readonly max: number },
): CustomerLoaders {
  const visible = (customer: Customer | null) =>
    customer !== null && maySee(viewer, customer) ? customer : null;
  const byKey = new DataLoader<string, Customer | null>(async (keys) =>
    (await directory.customers(keys)).map(visible),
  );
  const byAccount = new DataLoader<Account, Customer | null, string>(
    async (accounts) => (await directory.owners(accounts)).map(visible),
    { cacheKeyFn: ({ source, reference }) => `${source}\n${reference}` },
  );
  const children = new DataLoader<string, readonly Customer[]>(async (keys) =>
    (await directory.children(keys)).map((found) => found.filter((customer) => maySee(viewer, customer))),
  );

  async function pageOfOwn(key: string, after: string | null, limit: number): Promise<readonly Customer[]> {
    const own = await byKey.load(key);
    if (own === null) return [];
    return [own, ...(await children.load(key))]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .filter((customer) => after === null || customer.key > after)
      .slice(0, limit);
  }

  const page = (after: string | null, limit: number) =>
    viewer.customerId === null ? directory.page(after, limit) : pageOfOwn(viewer.customerId, after, limit);

  return {
    byKey: (key) => byKey.load(key),
    async byId(id) {
      const [key] = readIdOf("Customer", id) ?? [];
      return key === undefined ? null : byKey.load(key);
    },
    owner: (account) => byAccount.load(account),
    children: (customer) => children.load(customer.key),
    page,
    connection: (args) => customerPage(page, args, pageSize),
  };
}
