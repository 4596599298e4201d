/** The world behind the simulators: the same each time, and rich enough to catch what careless code gets wrong. */
import { expect, test } from "vitest";
import { toUnits } from "../../src/simulators/amounts.ts";
import { cpuMsOf } from "../support/best-of-three.ts";
import { startSimulators } from "../../src/simulators/index.ts";
import { createWorld, type World } from "../../src/simulators/world.ts";

const today = "2025-03-10";

function everything(world: World) {
  const flolive = world.customers.flatMap((customer) =>
    world.flolive.invoices(customer.flolive?.customerId ?? ""),
  );
  const usageMonths = ["2024-01", ...world.months];
  const akamai = usageMonths.flatMap((month) => world.akamai.invoicesOfAccount(month));
  const v6 = world.months.flatMap((month) => world.v6.invoicesCreatedInMonth(month));
  return { flolive, akamai, v6 };
}

test("The same seed and day give the same world, in whatever order it is asked", () => {
  const first = createWorld({ seed: 7, today });
  const second = createWorld({ seed: 7, today });
  second.v6.invoicesCreatedInMonth("2025-02");
  second.akamai.invoices("1-2RBL", "2024-12");

  const facts = everything(first);

  expect(everything(second)).toEqual(facts);
  expect(second.customers).toEqual(first.customers);
  expect(everything(createWorld({ seed: 8, today })).flolive[0]?.id).not.toBe(facts.flolive[0]?.id);
});

test("Acme has three sub-customers and a grandchild, Northwind has sub-customers", () => {
  const world = createWorld({ today });

  const ofAcme = world.childrenOf("acme").map((customer) => customer.id);

  expect(ofAcme).toEqual(["acme-retail", "acme-iot", "acme-nordic"]);
  expect(world.childrenOf("acme-nordic").map((customer) => customer.id)).toEqual(["acme-nordic-depot"]);
  expect(world.childrenOf("northwind").length).toBeGreaterThan(1);
  expect(world.customer("omnix")?.parentId).toBeNull();
});

test("No account belongs to two customers; some customers are in all upstreams, some are missing from one", () => {
  const { customers } = createWorld({ today });

  const accounts = customers.flatMap(({ flolive, akamai, v6, ddapi }) => [
    ...(flolive ? [flolive.customerId] : []),
    ...(akamai?.contractIds ?? []),
    ...(v6 ? [v6.code] : []),
    ...(ddapi ? [ddapi.number] : []),
  ]);
  const inAll = customers.filter((each) => each.flolive && each.akamai && each.v6 && each.ddapi);

  expect(new Set(accounts).size).toBe(accounts.length);
  expect(inAll.length).toBeGreaterThanOrEqual(3);
  expect(inAll.length).toBeLessThan(customers.length);
  expect(customers.length).toBeGreaterThanOrEqual(12);
});

test("Amounts agree to the last digit except where the fact says otherwise", () => {
  const { flolive, akamai, v6 } = everything(createWorld({ today }));

  const all = [...flolive, ...akamai, ...v6];
  const wrong = all.filter((fact) => toUnits(fact.net, 3) + toUnits(fact.tax, 3) !== toUnits(fact.total, 3));
  const wrongLines = [...akamai, ...v6].filter((fact) => {
    const tax = fact.lines.reduce((sum, line) => sum + toUnits(line.tax, 3), 0);
    const total = fact.lines.reduce((sum, line) => sum + toUnits(line.total, 3), 0);
    return tax !== toUnits(fact.tax, 3) || ("contractId" in fact && total !== toUnits(fact.total, 3));
  });

  expect(wrong.every((fact) => fact.disagrees)).toBe(true);
  expect(wrongLines.every((fact) => fact.disagrees)).toBe(true);
  for (const facts of [flolive, akamai, v6]) {
    const odd = facts.filter((fact) => fact.disagrees).length;
    expect(odd).toBeGreaterThan(0);
    expect(odd).toBeLessThan(facts.length / 5);
    expect(facts.some((fact) => fact.dueOn === null)).toBe(true);
  }
  expect(all.every((fact) => /^-?\d+(\.\d+)?$/.test(fact.total))).toBe(true);
  expect(flolive.find((fact) => fact.currency === "JPY")?.total).toMatch(/^\d+$/);
  expect(flolive.find((fact) => fact.currency === "KWD")?.total).toMatch(/^\d+\.\d{3}$/);
});

test("floLIVE's ids and numbers are unique, and nothing was created after today", () => {
  const { flolive } = everything(createWorld({ today }));

  const days = flolive.map((invoice) => invoice.createdAt.slice(0, 10)).sort();

  expect(new Set(flolive.map((invoice) => invoice.id)).size).toBe(flolive.length);
  expect(new Set(flolive.map((invoice) => invoice.number)).size).toBe(flolive.length);
  expect(days[0]).toBe("2024-02-01");
  expect(days.at(-1)! <= today).toBe(true);
});

test("Akamai's invoices have large unique ids, days in the month after the usage, and all three types", () => {
  const { akamai } = everything(createWorld({ today }));

  const memos = akamai.filter((invoice) => invoice.type === "CREDIT_MEMO");
  const early = akamai.filter((invoice) => invoice.usageMonth < "2024-02");

  expect(new Set(akamai.map((invoice) => invoice.invoiceId)).size).toBe(akamai.length);
  expect(akamai.every((invoice) => invoice.invoiceId > 2 ** 31)).toBe(true);
  expect(akamai.every((invoice) => invoice.issuedOn.slice(0, 7) > invoice.usageMonth)).toBe(true);
  expect(new Set(akamai.map((invoice) => invoice.type)).size).toBe(3);
  expect(memos.every((memo) => memo.total.startsWith("-") && memo.creditReason !== null)).toBe(true);
  expect(memos.every((memo) => memo.creditedInvoiceNumber === memo.lines[0]?.creditedInvoiceNumber)).toBe(
    true,
  );
  expect(early.length).toBeGreaterThan(0);
  expect(early.every((invoice) => !invoice.sourceTypes.includes("COMPUTE"))).toBe(true);
  expect(akamai.some((invoice) => invoice.sourceTypes.includes("COMPUTE"))).toBe(true);
});

test("V6's numbers repeat across types only, and a day of creation may be in another month than the invoice", () => {
  const { v6 } = everything(createWorld({ today }));

  const keys = v6.map((invoice) => invoice.type + invoice.number);
  const numbers = v6.map((invoice) => invoice.number);

  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(numbers).size).toBeLessThan(numbers.length);
  expect(v6[0]?.number).toBe("LT00001");
  expect(new Set(v6.map((invoice) => invoice.type))).toEqual(new Set(["I", "C", "D"]));
  expect(v6.some((invoice) => invoice.createdOn.slice(0, 7) !== invoice.issuedOn.slice(0, 7))).toBe(true);
  expect(v6.every((invoice) => invoice.createdOn <= today)).toBe(true);
  expect(new Set(v6.map((invoice) => invoice.grossEntry)).size).toBe(2);
});

test("V6 finds what was created between two days, both included", () => {
  const world = createWorld({ today });

  const found = world.v6.invoicesCreatedBetween("2024-12-20", "2025-01-05");

  const days = found.map((invoice) => invoice.createdOn);
  const all = everything(world).v6.filter(
    ({ createdOn }) => createdOn >= "2024-12-20" && createdOn <= "2025-01-05",
  );
  expect(found).toEqual(all);
  expect(days).toEqual([...days].sort());
  expect(found.length).toBeGreaterThan(3);
});

test("DDAPI knows itself, another customer and none as recipient, and two customers that name each other", () => {
  const { ddapi } = createWorld({ today });

  const recipientOf = (number: number) => ddapi.settings(number)?.invoiceRecipientCustomerNumber;

  expect([4100, 4101, 4102].map(recipientOf)).toEqual([4100, 4100, null]);
  expect([6300, 6301].map(recipientOf)).toEqual([6301, 6300]);
  expect(ddapi.settings(1)).toBeUndefined();
});

test("A world is quick to make, also with 100,000 invoices in one V6 month", async () => {
  let invoices: ReturnType<ReturnType<typeof createWorld>["v6"]["invoicesCreatedInMonth"]> = [];

  // CPU time, so that other work on this machine does not count.
  const smallMs = await cpuMsOf(async () => everything(createWorld({ today })));
  const largeMs = await cpuMsOf(async () => {
    const large = createWorld({ today, v6InvoicesInMonth: { month: "2025-02", count: 100_000 } });
    invoices = large.v6.invoicesCreatedInMonth("2025-02");
  });

  expect(smallMs).toBeLessThan(1_000);
  expect(invoices).toHaveLength(100_000);
  expect(invoices[0]?.lines).toHaveLength(3);
  expect(largeMs).toBeLessThan(10_000);
});

test("The running simulators tell the configuration that reaches them", async () => {
  const simulators = await startSimulators({ today });

  const { sources, customers } = simulators.config();
  await simulators.close();

  expect(Object.entries(sources).map(([id, source]) => [id, source.kind])).toEqual([
    ["flolive", "flolive"],
    ["cdn", "akamai"],
    ["freight", "v6"],
    ["billing", "ddapi"],
  ]);
  expect(sources["freight"]?.["url"]).toContain(simulators.v6.url);
  expect(customers[0]).toEqual({
    id: "acme",
    name: "Acme Telecom Holding",
    parent: null,
    accounts: {
      flolive: [simulators.world.customers[0]?.flolive?.customerId],
      cdn: ["C-1ABC234", "C-1ABC235"],
      freight: ["001"],
      billing: [4100],
    },
  });
});
