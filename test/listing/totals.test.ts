import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GroupBy, totalsOf } from "../../src/listing/totals.ts";
import type { Customer } from "../../src/model/customer.ts";
import { type Invoice, blankInvoice } from "../../src/model/invoice.ts";

const decimals: Readonly<Record<string, number>> = { USD: 2, EUR: 2, JPY: 0, KWD: 3 };
const customers: readonly Customer[] = ["acme", "northwind", "omnix"].map((key) => ({
  id: key,
  key,
  name: key,
  parentKey: null,
  accounts: [],
}));

const invoice = (id: number, values: Partial<Invoice>): Invoice => ({
  ...blankInvoice,
  source: "freight",
  account: "1",
  key: [String(id)],
  id: `invoice ${id}`,
  ...values,
});

// Seeded, so that a failure can be looked at: amounts with more decimals than the currency has, and beyond double precision.
function randomInvoices(count: number) {
  const whole = fc.oneof(
    fc.bigInt({ min: -99_999n, max: 99_999n }),
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  );
  const amount = fc.tuple(whole, fc.stringMatching(/^[0-9]{0,5}$/)).map(([units, fraction]) => {
    const text = fraction === "" ? String(units) : `${units}.${fraction}`;
    return /[1-9]/.test(text) ? text : "0";
  });
  const one = fc.record({
    netAmount: fc.option(amount, { freq: 50 }),
    taxAmount: fc.option(amount, { freq: 50 }),
    totalAmount: fc.option(amount, { freq: 50 }),
    currency: fc.option(fc.constantFrom(...Object.keys(decimals)), { freq: 50 }),
    issuedOn: fc.option(fc.constantFrom("2026-01-31", "2026-02-01", "2026-03-15"), { freq: 50 }),
    type: fc.constantFrom("INVOICE", "CREDIT_MEMO", "DEBIT_MEMO"),
    source: fc.constantFrom("freight", "cdn"),
    customer: fc.constantFrom(...customers),
  });
  return fc
    .sample(one, { numRuns: count, seed: 2026 })
    .map(({ customer, ...values }, id) => ({ customer, invoice: invoice(id, values as Partial<Invoice>) }));
}

// Independent: everything in units of 10^-5 as one BigInt, written out with the currency's decimals.
function sumOf(amounts: readonly (string | null)[], currency: string): string {
  let units = 0n;
  for (const amount of amounts) {
    if (amount === null) continue;
    const [whole = "", fraction = ""] = amount.replace("-", "").split(".");
    const value = BigInt(whole + fraction.padEnd(5, "0"));
    units += amount.startsWith("-") ? -value : value;
  }
  const digits = String(units < 0n ? -units : units).padStart(6, "0");
  const fraction = digits
    .slice(-5)
    .replace(/0+$/, "")
    .padEnd(decimals[currency] ?? 0, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -5)}${fraction === "" ? "" : `.${fraction}`}`;
}

describe("10,000 random invoices in four currencies", () => {
  const found = randomInvoices(10_000);
  const parts = [found.slice(0, 17), found.slice(17, 6_000), found.slice(6_000)];

  test.each<[readonly GroupBy[]]>([
    [[]],
    [["CURRENCY"]],
    [["MONTH"]],
    [["SOURCE", "TYPE"]],
    [["CUSTOMER"]],
    [["MONTH", "CURRENCY", "SOURCE", "TYPE", "CUSTOMER"]],
  ])("add up to the last digit by %j", async (groupBy) => {
    const totals = await totalsOf(parts, groupBy);

    let counted = 0;
    for (const group of totals) {
      const members = found.filter(
        ({ invoice: { currency, issuedOn, source, type }, customer }) =>
          currency === group.currency &&
          (!groupBy.includes("MONTH") || (issuedOn?.slice(0, 7) ?? null) === group.month) &&
          (!groupBy.includes("SOURCE") || source === group.source) &&
          (!groupBy.includes("TYPE") || type === group.type) &&
          (!groupBy.includes("CUSTOMER") || customer.key === group.customerKey),
      );
      counted += group.count;
      expect(group.count).toBe(members.length);
      const { currency } = group;
      // What has no currency is counted, never summed.
      const sum = (field: "netAmount" | "taxAmount" | "totalAmount") =>
        currency === null
          ? null
          : sumOf(
              members.map((member) => member.invoice[field]),
              currency,
            );
      expect(group).toMatchObject({
        netAmount: sum("netAmount"),
        taxAmount: sum("taxAmount"),
        totalAmount: sum("totalAmount"),
      });
    }
    expect(counted).toBe(10_000);
  });
});

describe("Totals", () => {
  const [acme] = customers as [Customer];
  const list = (...values: readonly Partial<Invoice>[]) => [
    values.map((each, id) => ({ invoice: invoice(id, each), customer: acme })),
  ];

  test("let credit memos subtract, and never add two currencies", async () => {
    const totals = await totalsOf(
      list(
        { currency: "EUR", totalAmount: "0.10" },
        { currency: "EUR", totalAmount: "0.20" },
        { currency: "EUR", totalAmount: "-0.05", type: "CREDIT_MEMO" },
        { currency: "JPY", totalAmount: "211" },
      ),
      [],
    );

    expect(totals.map(({ currency, totalAmount }) => [currency, totalAmount])).toEqual([
      ["EUR", "0.25"],
      ["JPY", "211"],
    ]);
  });

  test("name which invoices a sum leaves out, and why", async () => {
    const totals = await totalsOf(
      list(
        { currency: "EUR", netAmount: "1.00", taxAmount: "0.00", totalAmount: "1.00" },
        { currency: "EUR", netAmount: null, taxAmount: "0.00", totalAmount: "2.00" },
        { currency: "EUR", netAmount: "4.00", taxAmount: "0.00", totalAmount: null },
        { currency: null, totalAmount: "8.00" },
      ),
      [],
    );

    expect(totals).toMatchObject([
      {
        currency: "EUR",
        count: 3,
        netAmount: "5.00",
        totalAmount: "3.00",
        omissions: [
          { reason: "NO_NET", count: 1, invoiceIds: ["invoice 1"] },
          { reason: "NO_TOTAL", count: 1, invoiceIds: ["invoice 2"] },
        ],
      },
      { currency: null, count: 1, totalAmount: null, omissions: [{ reason: "NO_CURRENCY", count: 1 }] },
    ]);
  });

  test("name the first hundred of the invoices that are left out, and count all", async () => {
    const totals = await totalsOf(list(...Array.from({ length: 150 }, () => ({ currency: null }))), []);

    expect(totals[0]?.omissions[0]).toMatchObject({ reason: "NO_CURRENCY", count: 150 });
    expect(totals[0]?.omissions[0]?.invoiceIds).toHaveLength(100);
  });
});
