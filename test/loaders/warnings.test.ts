import { describe, expect, test } from "vitest";
import type { Invoice } from "../../src/model/invoice.ts";
import { invoiceOf, memorySource, requestOver } from "./memory.ts";

const place = { source: "cdn", account: "a1" };
const everything = { customer: null, withSubCustomers: false };
const order = { field: "NUMBER", direction: "ASC" } as const;

const codesOf = async (invoices: readonly Invoice[], fails?: (key: string) => boolean) => {
  const { lists, invoices: loaders } = requestOver(
    [memorySource("cdn", "MONTH", () => invoices, fails)],
    ["a1", "b2"],
  );
  const list = await lists.page(everything, {}, order, {});
  const all = await Promise.all(
    list.edges.map(async ({ node }) => [node, await loaders.warnings(node)] as const),
  );
  return Object.fromEntries(all.map(([{ key }, warnings]) => [key[1], warnings.map(({ code }) => code)]));
};

describe("NUMBER_REPEATED", () => {
  const one = { number: "LT1", type: "INVOICE", issuedOn: "2026-05-01" } as const;

  test("is said of every invoice whose number another of its account and type carries in the same answer", async () => {
    const codes = await codesOf([
      invoiceOf(place, "first", one),
      invoiceOf(place, "second", { ...one, issuedOn: "2026-05-20" }),
      invoiceOf(place, "other number", { ...one, number: "LT2" }),
      invoiceOf(place, "other type", { ...one, type: "CREDIT_MEMO" }),
      invoiceOf({ ...place, account: "b2" }, "other account", one),
      invoiceOf(place, "other answer", { ...one, issuedOn: "2026-04-01" }),
    ]);

    expect(codes).toEqual({
      first: ["NUMBER_REPEATED"],
      second: ["NUMBER_REPEATED"],
      "other number": [],
      "other type": [],
      "other account": [],
      "other answer": [],
    });
  });

  test("is not said of invoices without a number", async () => {
    const codes = await codesOf([
      invoiceOf(place, "first", { ...one, number: null }),
      invoiceOf(place, "second", { ...one, number: null }),
    ]);

    expect(codes).toEqual({ first: [], second: [] });
  });

  test("is kept where details, which are made of one record, are selected too", async () => {
    const listed = { ...one, isDetailed: false };
    const source = memorySource("cdn", "MONTH", () => [
      invoiceOf(place, "first", listed),
      invoiceOf(place, "second", listed),
    ]);
    const details = { ask: async (invoice: Invoice) => ({ ...invoice, isDetailed: true, warnings: [] }) };
    const { lists, invoices: loaders } = requestOver([{ ...source, details }], ["a1"]);

    const list = await lists.page(everything, {}, order, {});

    const warnings = await Promise.all(list.edges.map(({ node }) => loaders.warnings(node)));
    expect(warnings.flat().map(({ code }) => code)).toEqual(["NUMBER_REPEATED", "NUMBER_REPEATED"]);
  });

  test("is the same whatever else the list is narrowed to", async () => {
    const invoices = [
      invoiceOf(place, "first", one),
      invoiceOf(place, "second", { ...one, dueOn: "2026-06-01" }),
    ];
    const { lists } = requestOver([memorySource("cdn", "MONTH", () => invoices)], ["a1"]);

    const list = await lists.page(everything, { hasWarnings: true }, order, {});
    const narrow = await lists.page(everything, { pastDueOn: "2026-07-01" }, order, {});

    expect(list.edges).toHaveLength(2);
    expect(narrow.edges[0]?.node.warnings.map(({ code }) => code)).toEqual(["NUMBER_REPEATED"]);
  });
});

describe("CREDITED_INVOICE_NOT_FOUND", () => {
  const memo = {
    number: "C1",
    type: "CREDIT_MEMO",
    issuedOn: "2026-05-10",
    creditedNumbers: ["LT1"],
  } as const;
  const credited = { number: "LT1", type: "INVOICE", issuedOn: "2025-07-01" } as const;

  test("is not said when the invoice is among those of its account in the twelve months before it", async () => {
    const codes = await codesOf([invoiceOf(place, "memo", memo), invoiceOf(place, "invoice", credited)]);

    expect(codes["memo"]).toEqual([]);
  });

  test.each([
    ["is on another account", invoiceOf({ ...place, account: "b2" }, "invoice", credited)],
    ["is a credit memo itself", invoiceOf(place, "invoice", { ...credited, type: "CREDIT_MEMO" })],
    ["is older than twelve months", invoiceOf(place, "invoice", { ...credited, issuedOn: "2025-04-30" })],
  ])("is said when the invoice %s", async (_name, invoice) => {
    const codes = await codesOf([invoiceOf(place, "memo", memo), invoice]);

    expect(codes["memo"]).toEqual(["CREDITED_INVOICE_NOT_FOUND"]);
  });

  test("is not said when a month in which it may be cannot be asked for", async () => {
    const codes = await codesOf([invoiceOf(place, "memo", memo)], (key) => key.endsWith("2025-09"));

    expect(codes["memo"]).toEqual([]);
  });
});
