import { describe, expect, test } from "vitest";
import type { InvoiceFilter } from "../../src/listing/filter.ts";
import type { Source } from "../../src/model/source.ts";
import { invoiceOf, limits, memorySource, requestOver } from "./memory.ts";

const place = { source: "mobile", account: "a1" };
const order = { field: "ISSUED_ON", direction: "ASC" } as const;
const may = invoiceOf(place, "may", { issuedOn: "2026-05-01", isDetailed: false, number: "1" });
const june = invoiceOf(place, "june", { issuedOn: "2026-06-01", isDetailed: false, number: "2" });
const undated = invoiceOf(place, "undated", { issuedOn: null });

async function listOf(
  source: Source,
  filter: InvoiceFilter = {},
  options: Parameters<typeof requestOver>[2] = {},
) {
  const list = await requestOver([source], ["a1", "b2"], options).lists.page(
    { customer: null, withSubCustomers: false },
    filter,
    order,
    {},
  );
  const { isComplete, totalCount, sources } = list;
  return { isComplete, totalCount, report: sources[0], names: list.edges.map(({ node }) => node.key[1]) };
}

describe("An invoice without an issue date", () => {
  const source = memorySource("mobile", "ACCOUNT", () => [may, undated]);

  test("is in a list that asks for no dates, at its end", async () => {
    const { names, isComplete } = await listOf(source);

    expect(names).toEqual(["may", "undated"]);
    expect(isComplete).toBe(true);
  });

  test("is left out of a range of dates, and that is said", async () => {
    const { names, isComplete, totalCount, report } = await listOf(source, {
      issuedOn: { from: "2026-04-01", to: null },
    });

    expect(names).toEqual(["may"]);
    expect(report).toMatchObject({
      status: "PARTIAL",
      dropped: ["1 invoice has no issue date, so no range of issue dates holds it."],
    });
    expect([isComplete, totalCount]).toEqual([false, null]);
  });
});

test("A failed month is named, neighbouring ones as one range, and the others are there", async () => {
  const source = memorySource(
    "mobile",
    "MONTH",
    () => [may, june],
    (key) => /2026-0[45]$/.test(key),
  );

  const { names, isComplete, report } = await listOf(source);

  expect(names).toEqual(["june"]);
  expect(isComplete).toBe(false);
  expect(report).toMatchObject({
    status: "PARTIAL",
    count: 1,
    covered: { from: "2025-07-01", to: "2026-06-30" },
    missing: [
      {
        range: { from: "2026-04-01", to: "2026-05-31" },
        cause: "FAILED",
        reason: "mobile failed to answer.",
      },
    ],
  });
});

test("Details that cannot be had leave a list incomplete, and hold back what comes after them", async () => {
  const source = memorySource(
    "mobile",
    "ACCOUNT",
    () => [may, june],
    (key) => key === may.id,
  );

  const { names, isComplete, totalCount, report } = await listOf(source, { hasWarnings: false });

  expect(names).toEqual([]);
  expect(report).toMatchObject({ status: "PARTIAL", errors: [{ code: "SOURCE_TIMEOUT" }] });
  expect([isComplete, totalCount]).toEqual([false, null]);
});

test("A filter that would need too many details is refused, with what to do", async () => {
  const many = Array.from({ length: 1_001 }, (_, n) => ({ ...may, id: `${may.id}${n}` }));
  const source = memorySource("mobile", "ACCOUNT", () => many.filter(({ account }) => account === "a1"));

  await expect(listOf(source, { purchaseOrder: "PO-1" })).rejects.toMatchObject({
    code: "LIMIT_EXCEEDED",
    message: expect.stringContaining("each of 1001 invoices; at most 1000: narrow the issue dates"),
  });
});

test("A limit on customers is said in every report", async () => {
  const source = memorySource("mobile", "ACCOUNT", () => [may]);

  const { isComplete, report } = await listOf(source, {}, { limits: { ...limits, maxCustomers: 1 } });

  expect(isComplete).toBe(false);
  expect(report?.missing).toMatchObject([
    { cause: "OUR_LIMIT", reason: expect.stringContaining("at most 1 customers") },
  ]);
});
