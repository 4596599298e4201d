/** Akamai's list items in our words. */
import { describe, expect, test } from "vitest";
import { readInvoices } from "../../../src/sources/akamai/map.ts";
import { readRecords } from "../../../src/sources/akamai/wire.ts";

const item = {
  accountId: "A-CCT9012",
  contractId: "C-1",
  files: [
    {
      contentType: "application/pdf",
      fileCreationDate: "2021-01-01",
      fileLink: "/invoicing-api/v4/contracts/C-0N7RAC7/invoices/8234567890/download",
      fileName: "InvoiceName_1-XYZ_1-ABCD_1234567890_FINAL_1.pdf",
      fileVersion: 1,
      sourceType: "REGULAR",
    },
  ],
  invoiceCurrency: "USD",
  invoiceDate: "2021-01-01",
  invoiceDueDate: "2021-01-20",
  invoiceId: 8234567890,
  invoiceTotal: 50000.4,
  invoiceType: "INVOICE",
};

const read = (records: readonly unknown[], contract: string | null = "C-1") =>
  readInvoices(records, { source: "cdn", contract, month: "2020-12" });
const readOne = (changes: object) => read([{ ...item, ...changes }]).invoices[0]!;

test("gives what the list knows, and no more", () => {
  expect(readOne({})).toEqual({
    id: Buffer.from("Invoice:cdn:C-1:2020-12:8234567890").toString("base64url"),
    source: "cdn",
    account: "C-1",
    key: ["2020-12", "8234567890"],
    number: "8234567890",
    type: "INVOICE",
    sourceType: "INVOICE",
    issuedOn: "2021-01-01",
    dueOn: "2021-01-20",
    createdAt: null,
    finalizedOn: null,
    billingPeriod: null,
    currency: "USD",
    currencyOrigin: "GIVEN",
    netAmount: null,
    taxAmount: null,
    totalAmount: "50000.40",
    derivedAmounts: [],
    lines: [],
    billTo: null,
    creditReason: null,
    creditedNumbers: [],
    purchaseOrder: null,
    files: [
      {
        format: "PDF",
        name: "InvoiceName_1-XYZ_1-ABCD_1234567890_FINAL_1.pdf",
        content: null,
        version: "1",
        createdAt: null,
      },
    ],
    warnings: [],
    isDetailed: false,
    raw: item,
  });
});

test.each([8234567890, "8234567890"])("takes the id %j as text", (invoiceId) => {
  expect(readOne({ invoiceId })).toMatchObject({ number: "8234567890", key: ["2020-12", "8234567890"] });
});

test("keeps every digit of a total that no double holds", () => {
  expect(readOne({ invoiceTotal: "12345678901234567.89" }).totalAmount).toBe("12345678901234567.89");
});

test("gives an amount as many decimals as its currency has", () => {
  expect(readOne({ invoiceTotal: 211, invoiceCurrency: "JPY" }).totalAmount).toBe("211");
  expect(readOne({ invoiceTotal: 0.1, invoiceCurrency: "KWD" }).totalAmount).toBe("0.100");
});

test("keeps a credit memo's negative total", () => {
  const { totalAmount, warnings } = readOne({ invoiceType: "CREDIT_MEMO", invoiceTotal: -1020.71 });

  expect([totalAmount, warnings]).toEqual(["-1020.71", []]);
});

test("turns a credit memo's positive total, says so, and keeps the source's own", () => {
  const invoice = readOne({ invoiceType: "CREDIT_MEMO", invoiceTotal: 1020.71 });

  expect(invoice.totalAmount).toBe("-1020.71");
  expect(invoice.raw).toMatchObject({ invoiceTotal: 1020.71 });
  expect(invoice.warnings).toMatchObject([
    { code: "SIGN_CHANGED", stated: "1020.71", expected: "-1020.71", fields: ["totalAmount"] },
  ]);
});

test("an optional field that is missing or null is null, without a warning", () => {
  const { invoiceDueDate: _dueDate, files: _files, ...required } = item;
  const nulls = { ...required, invoiceDueDate: null, files: null };

  for (const record of [required, nulls]) {
    expect(read([record]).invoices[0]).toMatchObject({ dueOn: null, files: [], warnings: [] });
  }
});

test("a value that cannot be read is null and said, and spoils nothing else", () => {
  const invoice = readOne({
    invoiceDate: "01/02/2021",
    invoiceDueDate: "2021-02-30",
    invoiceTotal: "a lot",
    invoiceCurrency: "Dollars",
  });

  expect(invoice).toMatchObject({ issuedOn: null, dueOn: null, totalAmount: null, currency: null });
  expect(invoice.warnings.map(({ code, fields }) => [code, fields[0]])).toEqual([
    ["VALUE_UNREADABLE", "currency"],
    ["VALUE_UNREADABLE", "totalAmount"],
    ["VALUE_UNREADABLE", "issuedOn"],
    ["VALUE_UNREADABLE", "dueOn"],
    ["CURRENCY_UNKNOWN", "currency"],
  ]);
});

test.each([null, "text", 7, [], {}, { ...item, invoiceId: null }, { ...item, invoiceId: "../1" }])(
  "a record that cannot be read is dropped and said, not its neighbours (%j)",
  (record) => {
    const { invoices, dropped } = read([item, record, item]);

    expect(invoices).toHaveLength(2);
    expect(dropped).toMatchObject([{ reason: "UNREADABLE" }]);
  },
);

test("a second record of an invoice that says something else is told, one that says the same is not", () => {
  const { dropped } = read([item, item, { ...item, invoiceTotal: 50000.5 }]);

  expect(dropped).toEqual([
    {
      reason: "UNREADABLE",
      account: "C-1",
      message: "A second record of an invoice says something else than the first.",
    },
  ]);
});

test("invoices of two contracts that have the same id are two", () => {
  const { dropped } = read([item, { ...item, contractId: "C-2", invoiceTotal: 50000.5 }], null);

  expect(dropped).toEqual([]);
});

test("an item of another contract is dropped as a mismatch, without naming it", () => {
  const { invoices, dropped } = read([{ ...item, contractId: "C-2" }, item]);

  expect(invoices.map(({ account }) => account)).toEqual(["C-1"]);
  expect(dropped).toMatchObject([{ reason: "ACCOUNT_MISMATCH" }]);
  expect(dropped[0]?.message).not.toContain("C-2");
});

test("an item that does not name its contract belongs to the one that was asked", () => {
  expect(readOne({ contractId: null }).account).toBe("C-1");
});

test("when the whole account was asked, each item names its contract, or is dropped", () => {
  const { invoices, dropped } = read(
    [item, { ...item, contractId: "C-2" }, { ...item, contractId: null }],
    null,
  );

  expect(invoices.map(({ account }) => account)).toEqual(["C-1", "C-2"]);
  expect(dropped).toMatchObject([{ reason: "UNREADABLE" }]);
});

describe("files", () => {
  test("an older version's fileFormat counts as well as a contentType", () => {
    const files = [
      { fileName: "a", fileFormat: "PDF", fileVersion: 1 },
      { fileName: "a.txt", fileFormat: "csv", fileVersion: 1 },
      { fileName: "a.json", fileVersion: 1 },
    ];

    expect(readOne({ files }).files.map(({ format }) => format)).toEqual(["PDF", "CSV", "JSON"]);
  });

  test("a single object stands for an array of one", () => {
    expect(readOne({ files: item.files[0] }).files).toHaveLength(1);
  });

  test("a file of a format that cannot be asked for is not on offer", () => {
    const files = [
      { contentType: "application/vnd.ms-excel", fileName: "a.pdf" },
      { contentType: "constructor" },
      { fileFormat: "XLS" },
      {},
    ];

    expect(readOne({ files }).files).toEqual([]);
  });

  test("a content type may have parameters, and a creation date a time", () => {
    const files = [{ contentType: "Text/CSV; charset=utf-8", fileCreationDate: "2021-01-01T10:00:00Z" }];

    expect(readOne({ files }).files).toMatchObject([
      { format: "CSV", createdAt: "2021-01-01T10:00:00.000Z" },
    ]);
  });
});

describe("the answer", () => {
  test("may be a single object in place of an array of one", () => {
    expect(readRecords(item, "cdn")).toEqual([item]);
  });

  test.each([{ title: "Internal error" }, "text", 7, true])("is a failure when it is %j", (json) => {
    expect(() => readRecords(json, "cdn")).toThrow("cdn answered with JSON that is not a list of invoices.");
  });
});
