/** The rows of the table of Akamai's contradictions and surprises: one test or more for each, named after the row. */
import { afterEach, expect, test } from "vitest";
import type { Invoice } from "../../../src/model/invoice.ts";
import { withDetails } from "../../../src/sources/akamai/details.ts";
import { readInvoices } from "../../../src/sources/akamai/map.ts";
import { readDownload } from "../../../src/sources/akamai/wire.ts";
import { callWithin, fetchAll, type Pair, startPair } from "./pair.ts";

let pair: Pair | undefined;
afterEach(async () => {
  await pair?.close();
  pair = undefined;
});

// The document's own sample of a download.
const sampleLine = {
  CREDITED_INVOICE_LINE_NUMBER: null,
  CREDITED_INVOICE_NUMBER: null,
  EFFECTIVE_END_DATE: "2022-01-31",
  ITEM_DESC: "1 GB of Access Control Usage ",
  ITEM_END_DATE: "2021-01-31",
  ITEM_START_DATE: "2021-01-01",
  ITEM_TOTAL: 0.03,
  ITEM_TOTAL_SERVICES: 0.02,
  ITEM_TOTAL_TAXES: 0,
  ITEM_TYPE: "U",
  ITEM_UNITS: 1,
  ITEM_UNIT_PRICE: 0.01,
  PO_NUMBER: "1234567890",
  PRODUCT: "Access Control",
  PRODUCT_ID: "9-8ZYX76",
  UNIT_MEASURE: "GB",
};
const sample = {
  ACCOUNT_ID: "A-CCT7890",
  ACCOUNT_NAME: "Main Street Corporation",
  FINALIZED_DATE: "2021-02-01",
  INVOICE_CURRENCY: "USD",
  INVOICE_DATE: "2021-02-01",
  INVOICE_ID: 1234567890,
  INVOICE_ORDER_ID: "1-23ABC4",
  INVOICE_TYPE: "Standard Invoice",
  INVOICE_VERSION: 1,
  PO_NUMBER: "1234567890",
};

function listed(item: object): Invoice {
  const record = {
    invoiceId: 1234567890,
    invoiceDate: "2021-02-01",
    invoiceTotal: 0.03,
    invoiceCurrency: "USD",
    invoiceType: "INVOICE",
    contractId: "C-1",
    ...item,
  };
  const { invoices } = readInvoices([record], { source: "cdn", contract: "C-1", month: "2021-01" });
  return invoices[0]!;
}

function detailed(line: object, header: object = {}, item: object = {}): Invoice {
  const customer = { END_CUSTOMER_ACCOUNT_ID: "A-CCT7890", INVOICE_LINE: [{ ...sampleLine, ...line }] };
  const json = { INVOICE: { ...sample, END_CUSTOMER: [customer], ...header } };
  return withDetails(listed(item), readDownload(json, "cdn", "1234567890"));
}

test("sample line: 1 × 0.01, services 0.02, tax 0, total 0.03: nothing is recomputed, and it is said", () => {
  const invoice = detailed({});

  expect(invoice.lines[0]).toMatchObject({
    quantity: "1",
    unitPrice: "0.01",
    netAmount: "0.02",
    taxAmount: "0.00",
    totalAmount: "0.03",
    derivedAmounts: [],
  });
  expect(invoice).toMatchObject({ netAmount: "0.02", taxAmount: "0.00", totalAmount: "0.03" });
  expect(invoice.warnings.map(({ code, stated, expected }) => [code, stated, expected])).toEqual([
    ["LINE_DISAGREES", "0.02", "0.01"],
    ["LINE_DISAGREES", "0.03", "0.02"],
  ]);
});

test("EFFECTIVE_END_DATE a year after ITEM_END_DATE: the period is that of the item", () => {
  const invoice = detailed({});

  expect(invoice.lines[0]?.period).toEqual({ from: "2021-01-01", to: "2021-01-31" });
  expect(invoice.billingPeriod).toEqual({ from: "2021-01-01", to: "2021-01-31" });
});

test("trailing space in ITEM_DESC: trimmed", () => {
  expect(detailed({}).lines[0]?.description).toBe("1 GB of Access Control Usage");
});

test.each([
  ["INVOICE", "Credit Memo", "INVOICE", "INVOICE"],
  ["CREDIT_MEMO", "Standard Invoice", "CREDIT_MEMO", "CREDIT_MEMO"],
  ["DEBIT_MEMO", "Standard Invoice", "DEBIT_MEMO", "DEBIT_MEMO"],
  ["Debit Note", "Standard Invoice", "DEBIT_MEMO", "Debit Note"],
  ["ADJUSTMENT", "Standard Credit", "UNKNOWN", "ADJUSTMENT"],
  [undefined, "Debit Memo", "UNKNOWN", null],
])(
  'INVOICE_TYPE "Standard Invoice" against the list\'s enum: %s in the list and %s in the text is %s',
  (invoiceType, text, type, sourceType) => {
    const invoice = detailed({}, { INVOICE_TYPE: text }, { invoiceType });

    expect(invoice).toMatchObject({ type, sourceType });
  },
);

test("public samples' fileLinks point to other invoices: URLs are built from ids, links are never followed", async () => {
  pair = await startPair({ quirks: ["foreignFileLinks"] });
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  pair.simulator.clearLog();

  const [pdf] = await fetchAll(pair.source, invoices[0]!, "PDF");

  expect(JSON.stringify(invoices[0]!.raw)).toContain("C-0N7RAC7");
  expect(pair.simulator.log.map(({ path }) => path)).toEqual([
    `/invoicing-api/v4/contracts/C-1ABC234/invoices/${invoices[0]!.number}/download`,
  ]);
  expect(pdf?.toString("latin1")).toContain(`INVOICE ${invoices[0]!.number}`);
});

test('COMPUTE "CSV only", sample shows a PDF: each file by its content type, COMPUTE as CSV', async () => {
  pair = await startPair({ quirks: ["computePdf"] });
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  const invoice = invoices.find(({ files }) => files.some(({ content }) => content === "COMPUTE"))!;
  pair.simulator.clearLog();

  const pdfs = await fetchAll(pair.source, invoice, "PDF");
  const csvs = await fetchAll(pair.source, invoice, "CSV");

  expect(invoice.files.map(({ format, content }) => [format, content])).toEqual([
    ["PDF", null],
    ["CSV", null],
    ["JSON", null],
    ["CSV", "COMPUTE"],
  ]);
  expect(invoice.files.at(-1)?.name).toMatch(/_COMPUTE_\d\.csv$/);
  expect([pdfs.length, csvs.length]).toEqual([1, 2]);
  expect(pair.simulator.log.map(({ query, headers }) => [query, headers.accept])).toEqual([
    ["sourceType=REGULAR", "application/pdf"],
    ["sourceType=REGULAR", "text/csv"],
    ["sourceType=COMPUTE", "text/csv"],
  ]);
});

test("COMPUTE listed only as a PDF is still asked for as CSV, without the PDF's name", () => {
  const invoice = listed({
    files: [
      { contentType: "application/pdf", fileName: "X_COMPUTE_1.pdf", fileVersion: 2, sourceType: "COMPUTE" },
    ],
  });

  expect(invoice.files).toEqual([
    { format: "CSV", name: null, content: "COMPUTE", version: "2", createdAt: null },
  ]);
});

test("fileVersion: the highest, as a number", () => {
  const files = [9, "10", 2].map((fileVersion) => ({
    contentType: "application/pdf",
    fileName: `${fileVersion}.pdf`,
    fileVersion,
  }));

  const invoice = listed({ files });

  expect(invoice.files).toEqual([
    { format: "PDF", name: "10.pdf", content: null, version: "10", createdAt: null },
  ]);
});

test("INVOICE_VERSION: the highest", () => {
  const versions = [9, "10", 2].map((INVOICE_VERSION) => ({ ...sample, INVOICE_VERSION }));

  expect(readDownload({ INVOICE: versions }, "cdn", "1234567890").INVOICE_VERSION).toBe("10");
});

test("INVOICE_VERSION: an array of versions from the simulator gives the current one's lines", async () => {
  pair = await startPair({ quirks: ["invoiceArray"] });
  const facts = pair.world.months.flatMap((month) => pair!.world.akamai.invoices("C-1ABC234", month));
  const fact = facts.find(({ version, lines }) => version === 2 && lines.length > 1)!;
  const { invoices } = await pair.list("C-1ABC234", fact.usageMonth);
  const invoice = invoices.find(({ number }) => number === String(fact.invoiceId))!;

  const { lines } = await pair.source.details!.ask(invoice, callWithin(5_000));

  expect(lines).toHaveLength(fact.lines.length);
});

test("PO number on header and line: the line wins", () => {
  const both = detailed({ PO_NUMBER: "line" }, { PO_NUMBER: "header" });
  const header = detailed({ PO_NUMBER: null }, { PO_NUMBER: "header" });
  const line = detailed({ PO_NUMBER: "line" }, { PO_NUMBER: null });

  expect([both.lines[0]?.purchaseOrder, both.purchaseOrder]).toEqual(["line", "header"]);
  expect([header.lines[0]?.purchaseOrder, header.purchaseOrder]).toEqual(["header", "header"]);
  expect([line.lines[0]?.purchaseOrder, line.purchaseOrder]).toEqual(["line", "line"]);
});

test.each([
  ["3000000001", "2"],
  [3000000001, 2],
])("CREDITED_* string or number: both are the same text (%j, %j)", (number, lineNumber) => {
  const invoice = detailed(
    { CREDITED_INVOICE_NUMBER: number, CREDITED_INVOICE_LINE_NUMBER: lineNumber },
    {},
    { invoiceType: "CREDIT_MEMO" },
  );

  expect(invoice.lines[0]).toMatchObject({ creditedNumber: "3000000001", creditedLineNumber: "2" });
  expect(invoice.creditedNumbers).toEqual(["3000000001"]);
});

test("contract ids of any shape: opaque, URL-encoded, also in the signature", async () => {
  pair = await startPair();

  const { invoices } = await pair.list("3-14/59 26", "2026-01");
  await pair.source.details!.ask(invoices[0]!, callWithin(5_000));

  expect(invoices[0]?.account).toBe("3-14/59 26");
  expect(pair.simulator.log.map(({ path, status }) => [path, status])).toEqual([
    ["/invoicing-api/v4/contracts/3-14%2F59%2026/invoices", 200],
    [`/invoicing-api/v4/contracts/3-14%2F59%2026/invoices/${invoices[0]!.number}/download`, 200],
  ]);
});
