/** Customers, as far as the viewer may see them: the one place where that is decided. */
import DataLoader from "dataloader";
import { answersFromMemory } from "./bounded-directory.ts";
import { type CustomerPage, type CustomerPageArguments, customerPage } from "./customer-pages.ts";
import { type Account, accountKey, type Customer } from "../model/customer.ts";
import type { Directory } from "../model/directory.ts";
import { readIdOf } from "../model/id.ts";
import type { Pace } from "../model/pace.ts";
import type { Viewer } from "../model/viewer.ts";
import { once } from "./once.ts";

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

/** Customers for one request of one viewer, at the request's pace. */
export function createCustomerLoaders(
  directory: Directory,
  viewer: Viewer,
  maySee: MaySeeCustomer,
  pageSize: { readonly default: number; readonly max: number },
  pace: Pace,
): CustomerLoaders {
  const visible = (customer: Customer | null) =>
    customer !== null && maySee(viewer, customer) ? customer : null;
  const lookUp = answersFromMemory(directory) ? oneByOne : togetherAt(pace);
  const byKey = lookUp((keys: readonly string[]) =>
    directory.customers(keys).then((found) => found.map(visible)),
  );
  const byAccount = lookUp(
    (accounts: readonly Account[]) => directory.owners(accounts).then((found) => found.map(visible)),
    accountKey,
  );
  const children = lookUp((keys: readonly string[]) =>
    directory
      .children(keys)
      .then((all) => all.map((found) => found.filter((customer) => maySee(viewer, customer)))),
  );

  async function pageOfOwn(key: string, after: string | null, limit: number): Promise<readonly Customer[]> {
    const own = await byKey(key);
    if (own === null) return [];
    return [own, ...(await children(key))]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .filter((customer) => after === null || customer.key > after)
      .slice(0, limit);
  }

  const page = (after: string | null, limit: number) =>
    viewer.customerId === null ? directory.page(after, limit) : pageOfOwn(viewer.customerId, after, limit);

  return {
    byKey,
    async byId(id) {
      const [key] = readIdOf("Customer", id) ?? [];
      return key === undefined ? null : byKey(key);
    },
    owner: byAccount,
    children: (customer) => children(customer.key),
    page,
    connection: (args) => customerPage(page, args, pageSize),
  };
}

// What a directory in memory gives at once is loaded key by key; either way once for each key.
function oneByOne<Key, Value>(
  load: (keys: readonly Key[]) => Promise<Value[]>,
  textOf: (key: Key) => string = String,
): (key: Key) => Promise<Value> {
  let known: Map<string, Promise<Value>> | null = null;
  const first = ([value]: Value[]) => value as Value;
  return (key) => once((known ??= new Map()), textOf(key), () => load([key]).then(first));
}

// Of a database, keys that are asked for side by side are one question.
function togetherAt(pace: Pace): typeof oneByOne {
  // What rests goes on alone: a question that did not wait for all of it would be asked once for each.
  const whenAsked = (ask: () => void) => (pace.isResting() ? void pace.rest().then(ask, ask) : ask());
  // As DataLoader does by itself: after all that waits for nothing else.
  const batchScheduleFn = (ask: () => void) => queueMicrotask(() => process.nextTick(whenAsked, ask));
  return <Key, Value>(
    load: (keys: readonly Key[]) => Promise<Value[]>,
    textOf: (key: Key) => string = String,
  ) => {
    let loader: DataLoader<Key, Value, string> | null = null;
    const loadWanted = async (keys: readonly Key[]) => {
      const over = pace.over();
      if (over !== null) throw over;
      return load(keys);
    };
    return (key: Key) =>
      (loader ??= new DataLoader(loadWanted, { cacheKeyFn: textOf, batchScheduleFn })).load(key);
  };
}
