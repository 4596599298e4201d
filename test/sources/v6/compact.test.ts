import { expect, test } from "vitest";
import { type Invoice, withWarnings } from "../../../src/model/invoice.ts";
import { toInvoice } from "../../../src/sources/v6/map.ts";
import { plainly, readInvoices, sample, scope, warningsOf } from "./reading.ts";

const records = Array.from({ length: 50 }, (_, n) => ({
  ...sample,
  invoiceNo: `LT${n}`,
  businessName: `Ærø ${n}`,
  lines: [{ ...sample.lines[0], quantity: n }],
}));

const lastOf = (invoices: readonly Invoice[]) => invoices.at(-1) as Invoice;

test("An invoice of a list is the same as the one that it was read as", () => {
  const { invoices } = readInvoices(records, scope);

  const identity = { number: "LT49", account: "001", issuedOn: "2018-01-24" };
  expect(plainly(lastOf(invoices))).toEqual(toInvoice(records[49] ?? {}, identity, scope));
});

test("It holds no lines until these are asked for, and then the same ones each time", () => {
  const last = lastOf(readInvoices(records, scope).invoices);

  expect(Object.keys(last)).not.toContain("lines");
  expect(last.lines[0]?.quantity).toBe("49");
  expect(last.lines).toBe(last.lines);
});

test("It keeps all that with one warning more", () => {
  const last = lastOf(readInvoices(records, scope).invoices);
  const repeated = {
    code: "NUMBER_REPEATED",
    message: "",
    fields: [],
    stated: null,
    expected: null,
  } as const;

  const warned = withWarnings(last, [repeated]);

  expect(warned.warnings).toEqual([...last.warnings, repeated]);
  expect(warned.billTo?.name).toBe("Ærø 49");
  expect(warned.raw).toEqual(records.at(-1));
  expect(last.warnings).not.toContain(repeated);
});

test("Warnings that only the whole record tells are read when asked for, and leave nothing else in memory", () => {
  const [memo] = readInvoices([{ ...sample, fileType: "C" }], scope).invoices as [Invoice];

  const { warnings } = memo;

  expect(warnings.map(({ code }) => code)).toEqual(["CURRENCY_CONFIGURED", "SIGN_CHANGED"]);
  expect(memo.warnings).toBe(warnings);
  expect(Object.values(memo)).not.toContainEqual(expect.objectContaining({ lines: expect.anything() }));
});

test("A list tells when all of its numbers differ, and a record that only comes again is no second number", () => {
  const [first, second] = records;
  const isTold = (...read: readonly object[]) => readInvoices(read, scope).numbersDiffer;

  expect(isTold(first!, second!)).toBe(true);
  expect(isTold(first!, first!, second!)).toBe(true);
  expect(isTold(first!, second!, { ...first, customerCode: "002" })).toBe(false);
  expect(isTold(first!, { ...first, invoiceDate: "2018-01-25" })).toBe(false);
});

test("A record that comes again is found in whatever order the numbers come", () => {
  const [zero, one, two] = records;
  const read = (...given: readonly object[]) => {
    const { invoices, numbersDiffer } = readInvoices(given, scope);
    const again = invoices.filter((invoice) => warningsOf(invoice, "NUMBER_REPEATED").length > 0);
    return [numbersDiffer, invoices.map(({ number }) => number), again.map(({ number }) => number)];
  };

  expect(read(zero!, one!, two!)).toEqual([true, ["LT0", "LT1", "LT2"], []]);
  expect(read(zero!, two!, one!, two!, zero!)).toEqual([true, ["LT0", "LT2", "LT1"], ["LT0", "LT2"]]);
  expect(read(two!, { ...two, customerCode: "002" }, zero!)).toEqual([false, ["LT2", "LT2", "LT0"], []]);
  expect(read(records[9]!, records[10]!, records[9]!)).toEqual([true, ["LT9", "LT10"], ["LT9"]]);
});
