/** Files of Akamai's invoices. */
import { afterEach, expect, test } from "vitest";
import { failureOf, fetchAll, type Pair, startPair } from "./pair.ts";

let pair: Pair;
afterEach(() => pair.close());

test("offers the formats that the list names, and no others", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  const { offers, maxBatch } = pair.source.files!;

  const offered = (["PDF", "XML", "CSV", "JSON", "UBL"] as const).filter((format) =>
    offers(invoices[0]!, format),
  );

  expect(offered).toEqual(["PDF", "CSV", "JSON"]);
  expect(offers({ ...invoices[0]!, files: [] }, "PDF")).toBe(false);
  expect(maxBatch).toBe(1);
});

test("offers the formats of an older version's list", async () => {
  pair = await startPair({ quirks: ["fileFormat"] });
  const { invoices } = await pair.list("C-1ABC234", "2026-01");

  const pdfs = await fetchAll(pair.source, invoices[0]!, "PDF");

  expect(invoices[0]!.files.map(({ format, content }) => [format, content])).toEqual([
    ["PDF", null],
    ["CSV", null],
    ["JSON", null],
  ]);
  expect(pdfs[0]?.subarray(0, 5).toString()).toBe("%PDF-");
});

test("delivers the PDF, with the type asked for in Accept", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  pair.simulator.clearLog();

  const [pdf, ...others] = await fetchAll(pair.source, invoices[0]!, "PDF");

  expect(others).toEqual([]);
  expect(pdf?.toString("latin1")).toMatch(/^%PDF-1\.4\n[^]*%%EOF\n$/);
  expect(pair.simulator.log).toHaveLength(1);
  expect(pair.simulator.log[0]).toMatchObject({
    query: "sourceType=REGULAR",
    headers: { accept: "application/pdf" },
  });
});

test("delivers the CSV of the invoice, then that of its usage", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2026-01");

  const [lines, usage, ...others] = await fetchAll(pair.source, invoices[0]!, "CSV");

  expect(others).toEqual([]);
  expect(lines?.toString()).toMatch(/^INVOICE_ID,ITEM_DESC,/);
  expect(usage?.toString()).toMatch(/^INVOICE_ID,USAGE_MONTH,/);
});

test("delivers the JSON as it is", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2026-01");

  const [json] = await fetchAll(pair.source, invoices[0]!, "JSON");

  expect(JSON.parse(json!.toString())).toMatchObject({
    INVOICE: { INVOICE_ID: Number(invoices[0]!.number) },
  });
});

test("an invoice that Akamai does not know any more has no file", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  const gone = { ...invoices[0]!, key: ["2026-01", "1"] };

  const failure = await failureOf(fetchAll(pair.source, gone, "PDF"));

  expect(failure).toMatchObject({ code: "FILE_UNAVAILABLE", source: "cdn", retryable: false });
});
