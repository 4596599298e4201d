/** The short way of reading records gives what the long way gives, value for value and warning for warning. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "../../../src/http/json.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import { toInvoice } from "../../../src/sources/v6/map.ts";
import { plainReader } from "../../../src/sources/v6/plain.ts";
import { halfMinorUnit } from "../../../src/sources/v6/warnings.ts";
import { plainly, readInvoices, sample, scope } from "./reading.ts";

const cents = fc.integer({ min: -2_000, max: 2_000 }).map((units) => units / 100);
const amount = fc.oneof(
  { weight: 8, arbitrary: cents },
  { weight: 1, arbitrary: fc.integer({ min: -50_000, max: 50_000 }).map((units) => units / 1_000) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  fc.constantFrom<unknown>(0, -0, "12.50", " ", "x", null, true, 1e21, 123_456_789_012.34, 0.1 + 0.2),
);
const missing = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 8 });
// Half of the lines agree with themselves, give or take half a cent.
const line = fc.oneof(
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), cents, fc.constantFrom(0, 0.005, -0.005, 0.006), missing(cents))
    .map(([quantity, price, off, gstAmount]) => ({
      quantity,
      price: (Math.round(price * 100) + Math.round(off * 1_000) / 10) / 100,
      amount: (quantity * Math.round(price * 100)) / 100,
      gstAmount,
    })),
  fc.record({ quantity: missing(amount), price: missing(amount), amount, gstAmount: missing(amount) }),
);
const record = fc.record({
  lines: fc.oneof(
    { weight: 20, arbitrary: fc.array(line, { minLength: 1, maxLength: 4 }) },
    fc.constantFrom<unknown>([], null, "x", [null], [7]),
  ),
  taxAmount: missing(amount),
  grossEntry: fc.constantFrom<unknown>(true, false, undefined, null, "true", "maybe"),
  fileType: fc.constantFrom<unknown>("I", "C", "C", "C", "D", "c", "X", undefined, 7),
  dueDate: fc.constantFrom<unknown>("2018-02-01", "01-02-2018", "soon", undefined, " "),
  creditReason: fc.constantFrom<unknown>(
    undefined,
    null,
    "x",
    {},
    { creditReasonCode: 7, description: " d " },
  ),
});

const identity = { number: "LT001", account: "001", issuedOn: "2018-01-24" };
const scopes = {
  AUD: scope,
  JPY: { ...scope, currency: "JPY", tolerance: { total: "0", line: halfMinorUnit("JPY") } },
  KWD: { ...scope, currency: "KWD", tolerance: { total: "0.01", line: halfMinorUnit("KWD") } },
} as const;

// As they come: JSON knows nothing that is undefined, and long numbers are read as texts.
const sentAs = (changes: object) => readJson(JSON.stringify({ ...sample, ...changes }), "freight") as object;

describe.each(Object.entries(scopes))("amounts in %s", (_currency, within) => {
  test("are the same, whichever way a record is read", () => {
    fc.assert(
      fc.property(record, (changes) => {
        const theirs = sentAs(changes);

        const [listed] = readInvoices([theirs], within).invoices as [Invoice];

        expect(plainly(listed)).toEqual(toInvoice(theirs, identity, within));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("The short way is taken: by invoices, memos stated as positive, and lines that disagree", () => {
  const read = plainReader(scope);
  const [own] = sample.lines;

  const sound = read(sample, "INVOICE");
  const turned = read(sample, "CREDIT_MEMO");
  const wrong = read({ ...sample, lines: [{ ...own, quantity: 3 }] }, "INVOICE");

  const amounts = { net: 909, tax: 91, total: 1_000, isTaxDerived: false };
  expect(sound).toEqual({ ...amounts, isSound: true });
  expect(turned).toEqual({ net: -909, tax: -91, total: -1_000, isTaxDerived: false, isSound: false });
  expect(wrong).toEqual({ ...amounts, isSound: false });
});

test("A number that is not exactly so many of the smallest units is left to the long way", () => {
  const read = plainReader(scope);
  const [own] = sample.lines;

  const results = [0.1 + 0.2, 10.001, 1e12, "10"].map((value) =>
    read({ ...sample, lines: [{ ...own, amount: value }] }, "INVOICE"),
  );

  expect(results).toEqual([null, null, null, null]);
});
