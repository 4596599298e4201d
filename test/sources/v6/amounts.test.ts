import { array, assert, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { isNegative, isZero, sumAmounts, toAmount } from "../../../src/model/money.ts";
import { halfMinorUnit } from "../../../src/sources/v6/warnings.ts";
import { readOne, warningsOf } from "./reading.ts";

const twoLines = [
  { amount: 10, price: 10, gstAmount: 0.91, quantity: 1 },
  { amount: 20.2, price: 10.1, gstAmount: 1.84, quantity: 2 },
];

describe("V6 amounts", () => {
  it("include tax where grossEntry is true: total is their sum, net the rest", () => {
    const invoice = readOne({ grossEntry: true, taxAmount: 2.75, lines: twoLines });

    expect(invoice).toMatchObject({ netAmount: "27.45", taxAmount: "2.75", totalAmount: "30.20" });
    expect(invoice.derivedAmounts).toEqual(["NET", "TOTAL"]);
    expect(invoice.lines[1]).toMatchObject({
      netAmount: "18.36",
      totalAmount: "20.20",
      derivedAmounts: ["NET"],
    });
  });

  it.each([false, undefined, "false"])("exclude tax where grossEntry is %s", (grossEntry) => {
    const invoice = readOne({ grossEntry, taxAmount: 2.75, lines: twoLines });

    expect(invoice).toMatchObject({ netAmount: "30.20", taxAmount: "2.75", totalAmount: "32.95" });
    expect(invoice.derivedAmounts).toEqual(["NET", "TOTAL"]);
    expect(invoice.lines[1]).toMatchObject({
      netAmount: "20.20",
      totalAmount: "22.04",
      derivedAmounts: ["TOTAL"],
    });
  });

  it("are not guessed at where grossEntry cannot be read", () => {
    const invoice = readOne({ grossEntry: "perhaps" });

    expect(invoice).toMatchObject({
      netAmount: null,
      taxAmount: "0.91",
      totalAmount: null,
      derivedAmounts: [],
    });
    expect(warningsOf(invoice, "VALUE_UNREADABLE")).toHaveLength(1);
  });

  it.each([{ lines: [] }, { lines: undefined }, { lines: "none" }])(
    "are unknown without lines, but for the tax: %o",
    (c) => {
      const invoice = readOne(c);

      expect(invoice).toMatchObject({
        netAmount: null,
        taxAmount: "0.91",
        totalAmount: null,
        derivedAmounts: [],
      });
    },
  );

  it("give the tax of the lines where the header has none, and say that it is derived", () => {
    const invoice = readOne({ taxAmount: undefined, lines: twoLines });

    expect(invoice).toMatchObject({ netAmount: "27.45", taxAmount: "2.75", totalAmount: "30.20" });
    expect(invoice.derivedAmounts).toEqual(["NET", "TAX", "TOTAL"]);
  });

  it("leave the tax unknown where the header has none and one line does not tell its own", () => {
    const invoice = readOne({ taxAmount: undefined, lines: [...twoLines, { amount: 5 }] });

    expect(invoice).toMatchObject({ netAmount: null, taxAmount: null, totalAmount: "35.20" });
    expect(invoice.derivedAmounts).toEqual(["TOTAL"]);
  });

  it("add up to nothing known when one line does not tell its amount", () => {
    const invoice = readOne({ lines: [...twoLines, { price: 3, quantity: 2 }] });

    expect(invoice).toMatchObject({ netAmount: null, taxAmount: "0.91", totalAmount: null });
    expect(invoice.lines[2]).toMatchObject({ netAmount: null, totalAmount: null, derivedAmounts: [] });
  });

  it("are not warned of when price x quantity was rounded to the cent", () => {
    const invoice = readOne({ lines: [{ amount: 10, price: 3.333, gstAmount: 0.91, quantity: 3 }] });

    expect(warningsOf(invoice, "LINE_DISAGREES")).toEqual([]);
    expect(["AUD", "JPY", "KWD"].map(halfMinorUnit)).toEqual(["0.005", "0.5", "0.0005"]);
  });
});

describe("A V6 credit memo", () => {
  it("keeps the balance of lines with different signs", () => {
    const lines = [
      { amount: 100, gstAmount: 10 },
      { amount: -20, gstAmount: -2 },
    ];

    const invoice = readOne({ fileType: "C", grossEntry: false, taxAmount: 8, lines });

    expect(invoice).toMatchObject({ netAmount: "-80.00", taxAmount: "-8.00", totalAmount: "-88.00" });
    expect(invoice.lines.map((line) => line.netAmount)).toEqual(["-100.00", "20.00"]);
    expect(warningsOf(invoice, "TAX_DISAGREES")).toEqual([]);
  });

  it("that is stated as negative stays as it is, without a warning", () => {
    const lines = [{ amount: -10, price: -10, gstAmount: -0.91, quantity: 1 }];

    const invoice = readOne({ fileType: "C", taxAmount: -0.91, lines });

    expect(invoice).toMatchObject({ netAmount: "-9.09", taxAmount: "-0.91", totalAmount: "-10.00" });
    expect(invoice.warnings.map((warning) => warning.code)).toEqual(["CURRENCY_CONFIGURED"]);
  });

  it("whose tax alone is stated as positive has it turned, and said", () => {
    const lines = [{ amount: -10, gstAmount: 0.91 }];

    const invoice = readOne({ fileType: "C", taxAmount: 0.91, lines });

    expect(invoice).toMatchObject({ netAmount: "-9.09", taxAmount: "-0.91", totalAmount: "-10.00" });
    expect(warningsOf(invoice, "SIGN_CHANGED")).toMatchObject([
      { fields: ["taxAmount", "lines"], stated: "0.91", expected: "-0.91" },
    ]);
  });

  it("without lines has its tax turned, and said", () => {
    const invoice = readOne({ fileType: "C", lines: undefined });

    expect(invoice.taxAmount).toBe("-0.91");
    expect(warningsOf(invoice, "SIGN_CHANGED")).toMatchObject([{ fields: ["taxAmount"], stated: "0.91" }]);
  });

  it("never adds to what the customer owes, whatever the signs of its lines", () => {
    const line = record({
      cents: integer({ min: -1_000_000, max: 1_000_000 }),
      perMille: integer({ min: 0, max: 100 }),
    });

    assert(
      property(array(line, { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = rows.map(({ cents, perMille }) => ({
          amount: cents / 100,
          gstAmount: Math.trunc((cents * perMille) / 1000) / 100,
        }));
        const { totalAmount, lines: ours } = readOne({
          fileType: "C",
          grossEntry: true,
          taxAmount: 0,
          lines,
        });
        const stated = sumAmounts(
          lines.map(({ amount }) => toAmount(amount, "AUD") ?? ""),
          "AUD",
        );

        expect(totalAmount === null || isNegative(totalAmount) || isZero(totalAmount)).toBe(true);
        expect(totalAmount?.replace("-", "")).toBe(stated.replace("-", ""));
        expect(
          sumAmounts(
            ours.map((each) => each.totalAmount ?? ""),
            "AUD",
          ),
        ).toBe(totalAmount);
      }),
    );
  });
});
