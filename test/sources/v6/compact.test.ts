import { expect, test } from "vitest";
import { type Invoice, withWarnings } from "../../../src/model/invoice.ts";
import { createReader } from "../../../src/sources/v6/answer.ts";
import { sample, scope } from "./reading.ts";

const count = 2_500;

/** As a body would bring them: each record with a number of its own, in one batch. */
function readMany(records: readonly unknown[]): readonly Invoice[] {
  const texts = records.map((record) => JSON.stringify(record));
  let at = 1;
  const ends = texts.map((text) => {
    at += Buffer.byteLength(text);
    return at++;
  });
  const reader = createReader(scope);
  reader.add({ values: records, bytes: Buffer.from(`[${texts.join(",")}]`), ends });
  return reader.read().invoices;
}

const records = Array.from({ length: count }, (_, n) => ({
  ...sample,
  invoiceNo: `LT${n}`,
  businessName: `Ærø ${n}`,
  lines: [{ ...sample.lines[0], quantity: n }],
}));

test("The invoices of a long list are the same after the first 2,000 as before", () => {
  const invoices = readMany(records);
  const last = invoices.at(-1) as Invoice;

  const plain = readMany([records.at(-1)])[0] as Invoice;

  expect(invoices).toHaveLength(count);
  expect(Object.keys(plain).map((key) => [key, last[key as keyof Invoice]])).toEqual(Object.entries(plain));
});

test("They hold no lines until these are asked for, and then the same ones each time", () => {
  const last = readMany(records).at(-1) as Invoice;

  expect(Object.keys(last)).not.toContain("lines");
  expect(last.lines[0]?.quantity).toBe(String(count - 1));
  expect(last.lines).toBe(last.lines);
});

test("They keep all that with one warning more", () => {
  const last = readMany(records).at(-1) as Invoice;
  const repeated = {
    code: "NUMBER_REPEATED",
    message: "",
    fields: [],
    stated: null,
    expected: null,
  } as const;

  const warned = withWarnings(last, [repeated]);

  expect(warned.warnings).toEqual([...last.warnings, repeated]);
  expect(warned.billTo?.name).toBe(`Ærø ${count - 1}`);
  expect(warned.raw).toEqual(records.at(-1));
  expect(last.warnings).not.toContain(repeated);
});
