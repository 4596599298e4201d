/** floLIVE's words to ours: each field, what is missing, what cannot be read. */
import { describe, expect, test } from "vitest";
import { invoiceId, valuesOf } from "../../../src/model/invoice.ts";
import { toInvoice } from "../../../src/sources/flolive/invoice.ts";
import { accountOf, invoicesFrom, answered, ask } from "./flolive.ts";

const account = "0f3f1a36-8c39-4f2e-9d55-7f2a1b3c4d5e";
const sample = {
  id: "62e8ba66-3a2d-4919-ae16-f87f35845a4b",
  invoiceNumber: "1134",
  creationTime: "2021-07-01T00:00:00.977Z",
  billingCycleStartDate: "2022-07-01T00:00:00.977Z",
  billingCycleEndDate: "2023-07-30T23:59:59.977Z",
  currency: "USD",
  taxAmount: 25.9,
  netAmount: 185.1,
  totalAmount: 211,
  dueDate: "2023-10-15",
};
const read = (record: object) => toInvoice({ ...sample, ...record }, account, "mobile")!;

test("the documents' sample becomes an invoice, every field of it", () => {
  const invoice = toInvoice(sample, account, "mobile")!;

  expect({ ...valuesOf(invoice), raw: invoice.raw }).toEqual({
    source: "mobile",
    account,
    key: [sample.id],
    id: invoiceId({ source: "mobile", account, key: [sample.id] }),
    number: "1134",
    type: "INVOICE",
    sourceType: null,
    issuedOn: "2021-07-01",
    dueOn: "2023-10-15",
    createdAt: "2021-07-01T00:00:00.977Z",
    finalizedOn: null,
    billingPeriod: { from: "2022-07-01", to: "2023-07-30" },
    currency: "USD",
    currencyOrigin: "GIVEN",
    netAmount: "185.10",
    taxAmount: "25.90",
    totalAmount: "211.00",
    derivedAmounts: [],
    lines: [],
    billTo: null,
    creditReason: null,
    creditedNumbers: [],
    purchaseOrder: null,
    files: [
      { format: "PDF", name: null, content: null, version: null, createdAt: null },
      { format: "XML", name: null, content: null, version: null, createdAt: null },
    ],
    warnings: [],
    isDetailed: true,
    raw: sample,
  });
});

describe("days and instants", () => {
  test.each([
    ["2024-01-01T00:30:00.000+10:00", "2024-01-01", "2023-12-31T14:30:00.000Z"],
    ["2023-12-31T23:30:00-05:00", "2023-12-31", "2024-01-01T04:30:00.000Z"],
    ["2024-02-29T23:59:59.999Z", "2024-02-29", "2024-02-29T23:59:59.999Z"],
    ["2024-02-29T10:00:00", "2024-02-29", "2024-02-29T10:00:00.000Z"],
    ["2024-02-29", "2024-02-29", null],
  ])(
    "created %s is issued on the day as written, at the instant that it is",
    (creationTime, day, instant) => {
      const invoice = read({ creationTime });

      expect([invoice.issuedOn, invoice.createdAt, invoice.warnings]).toEqual([day, instant, []]);
    },
  );

  test.each(["creationTime", "dueDate", "billingCycleStartDate"])(
    "%s that is no date is null, and said",
    (key) => {
      const invoice = read({ [key]: "31/12/2023" });

      const field =
        { creationTime: "issuedOn", dueDate: "dueOn", billingCycleStartDate: "billingPeriod" }[key] ?? "";
      expect(invoice).toMatchObject({ [field]: null });
      expect(invoice.warnings).toMatchObject([{ code: "VALUE_UNREADABLE", fields: [field] }]);
      expect(invoice.warnings[0]?.message).not.toContain("31/12");
    },
  );

  test.each([undefined, null, ""])("what is not there (%j) is null, and nothing is said", (nothing) => {
    const invoice = read({ dueDate: nothing, creationTime: nothing, billingCycleEndDate: nothing });

    expect(invoice).toMatchObject({
      dueOn: null,
      issuedOn: null,
      createdAt: null,
      billingPeriod: null,
      warnings: [],
    });
  });
});

describe("amounts", () => {
  test("a negative total stays an invoice with its sign: nothing in the list marks a credit", () => {
    const invoice = read({ netAmount: -10, taxAmount: -2.5, totalAmount: -12.5 });

    expect(invoice).toMatchObject({
      type: "INVOICE",
      netAmount: "-10.00",
      totalAmount: "-12.50",
      warnings: [],
    });
  });

  test.each([
    ["netAmount", "NET", "185.10"],
    ["taxAmount", "TAX", "25.90"],
    ["totalAmount", "TOTAL", "211.00"],
  ])("a missing %s is derived from the other two, and said to be", (key, derived, amount) => {
    const invoice = read({ [key]: null });

    expect(invoice).toMatchObject({ [key]: amount, derivedAmounts: [derived], warnings: [] });
  });

  test("two missing amounts stay missing", () => {
    const invoice = read({ netAmount: null, taxAmount: undefined });

    expect(invoice).toMatchObject({
      netAmount: null,
      taxAmount: null,
      totalAmount: "211.00",
      derivedAmounts: [],
    });
  });

  test("an amount that is no number is null, derived where it can be, and said", () => {
    const invoice = read({ taxAmount: "n/a" });

    expect(invoice).toMatchObject({ taxAmount: "25.90", derivedAmounts: ["TAX"] });
    expect(invoice.warnings).toMatchObject([{ code: "VALUE_UNREADABLE", fields: ["taxAmount"] }]);
  });

  test.each([
    [" usd ", "USD", "GIVEN", []],
    [null, null, "UNKNOWN", ["CURRENCY_UNKNOWN"]],
    ["$", null, "UNKNOWN", ["CURRENCY_UNKNOWN"]],
  ])("currency %j is %j", (currency, code, origin, warnings) => {
    const invoice = read({ currency });

    expect([invoice.currency, invoice.currencyOrigin]).toEqual([code, origin]);
    expect(invoice.warnings.map((warning) => warning.code)).toEqual(warnings);
  });
});

describe("records that are left out", () => {
  test("without an id, of another customer or no record at all: dropped and told, and the others stay", async () => {
    const content = [
      { ...sample, id: null },
      7,
      { ...sample, id: "a", customerID: accountOf("northwind") },
      { ...sample, id: "b", customerId: accountOf("acme").toUpperCase() },
      { ...sample, id: "c" },
      { ...sample, id: "c", totalAmount: 1 },
    ];
    const { source } = await answered(() => ({ body: { errorCode: null, content } }));

    const { invoices, dropped } = await ask(source, accountOf("acme"));

    expect(invoices.map(({ key, totalAmount }) => [key[0], totalAmount])).toEqual([
      ["b", "211.00"],
      ["c", "211.00"],
    ]);
    expect(dropped.map(({ message }) => message)).toEqual([
      "An entry of the list is not an object.",
      "An invoice has no id.",
      "An invoice belongs to another customer.",
      "A second record of an invoice says something else than the first.",
    ]);
  });

  test("fields nobody documented do no harm, and stay in the raw record", async () => {
    const [invoice] = await invoicesFrom(
      '{"content":[{"id":"a","__proto__":{"id":"x"},"constructor":1,"more":{"a":[1]}}]}',
    );

    expect(invoice?.key).toEqual(["a"]);
    expect(invoice?.raw).toMatchObject({ more: { a: [1] } });
  });
});
