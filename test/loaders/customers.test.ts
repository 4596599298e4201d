/** Questions to a directory that is a database: one for all that is asked for side by side, even where the request rests. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createCustomerLoaders } from "../../src/loaders/customers.ts";
import type { Customer } from "../../src/model/customer.ts";
import type { Directory } from "../../src/model/directory.ts";
import { createPace, type Pace } from "../../src/model/pace.ts";

let now = 1_000_000;
// Each look takes a millisecond: what is counted does not depend on the machine.
beforeEach(() => {
  now += 1_000;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 1));
});
afterEach(() => vi.restoreAllMocks());

/** Loaders at this pace over a directory that knows every key, and how many keys each of its questions had. */
function loadersAt(pace: Pace) {
  const asked = { customers: [] as number[], children: [] as number[] };
  const customerOf = (key: string): Customer => ({ id: key, key, name: key, parentKey: null, accounts: [] });
  const directory: Directory = {
    version: () => "1",
    unavailable: () => null,
    async customers(keys) {
      asked.customers.push(keys.length);
      await new Promise(setImmediate);
      return keys.map(customerOf);
    },
    async children(keys) {
      asked.children.push(keys.length);
      await new Promise(setImmediate);
      return keys.map(() => []);
    },
    owners: async () => [],
    page: async () => [],
    close: async () => {},
  };
  const viewer = { id: "agent", role: "CUSTOMER_SERVICE", customerId: null, scopes: [] } as const;
  const customers = createCustomerLoaders(directory, viewer, () => true, { default: 20, max: 100 }, pace);
  return { customers, asked };
}

it("a request that rests asks once for all customers, and once for all that is below them", async () => {
  const pace = createPace();
  const { customers, asked } = loadersAt(pace);

  await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      if (pace.isDue()) await pace.rest();
      const customer = (await customers.byKey(`customer-${n}`)) as Customer;
      if (pace.isDue()) await pace.rest();
      await customers.children(customer);
    }),
  );

  expect(asked).toEqual({ customers: [300], children: [300] });
});

it("a request of which nothing rests asks without a rest", async () => {
  const rest = vi.fn<() => Promise<void>>(async () => {});
  const { customers, asked } = loadersAt({
    isDue: () => true,
    rest,
    isResting: () => false,
    over: () => null,
  });

  await Promise.all(["a", "b", "c"].map((key) => customers.byKey(key)));

  expect(asked.customers).toEqual([3]);
  expect(rest).not.toHaveBeenCalled();
});
