/** Does an invoice add up? Each warning, what keeps it away, and the sentence it says. */
import { expect, test } from "vitest";
import { blankInvoice, type InvoiceLine } from "../../src/model/invoice.ts";
import { type Reconcilable, reconcile } from "../../src/model/reconcile.ts";
import { blankLine } from "../support/blank-line.ts";

const cents = { total: "0.01", line: "0.01" };

function invoice(values: Partial<Reconcilable> = {}): Reconcilable {
  return { ...blankInvoice, type: "INVOICE", currency: "EUR", currencyOrigin: "GIVEN", ...values };
}

function line(values: Partial<InvoiceLine>): InvoiceLine {
  return { ...blankLine, ...values };
}

function codes(checked: Reconcilable, tolerance = cents): string[] {
  return reconcile(checked, tolerance).map(({ code }) => code);
}

test("An invoice that adds up has no warnings", () => {
  const lines = [
    line({
      quantity: "3",
      unitPrice: "33.35",
      netAmount: "100.05",
      taxAmount: "20.01",
      totalAmount: "120.06",
    }),
    line({ quantity: "0.5", unitPrice: "0.0199", netAmount: "0.01", taxAmount: "0.00", totalAmount: "0.01" }),
  ];
  const checked = invoice({ netAmount: "100.06", taxAmount: "20.01", totalAmount: "120.07", lines });

  expect(reconcile(checked, cents)).toEqual([]);
});

function ofTotal(totalAmount: string): Reconcilable {
  return invoice({ netAmount: "100.00", taxAmount: "20.00", totalAmount });
}

test("TOTAL_DISAGREES when net and tax do not make the total, with what is stated and what follows", () => {
  const checked = invoice({ netAmount: "100.00", taxAmount: "20.00", totalAmount: "120.02" });

  expect(reconcile(checked, cents)).toEqual([
    {
      code: "TOTAL_DISAGREES",
      message: "Net 100.00 and tax 20.00 make 120.00, but the total is 120.02.",
      fields: ["netAmount", "taxAmount", "totalAmount"],
      stated: "120.02",
      expected: "120.00",
    },
  ]);
});

test("A difference of the tolerance itself is no disagreement, the smallest step more is one", () => {
  expect(codes(ofTotal("120.01"))).toEqual([]);
  expect(codes(ofTotal("119.99"))).toEqual([]);
  expect(codes(ofTotal("119.98"))).toEqual(["TOTAL_DISAGREES"]);
  expect(codes(ofTotal("120.01"), { total: "0", line: "0" })).toEqual(["TOTAL_DISAGREES"]);
  expect(codes(ofTotal("120.03"), { total: "0.05", line: "0" })).toEqual([]);
});

test("A derived or missing amount cannot disagree with the total", () => {
  const amounts = { netAmount: "1.00", taxAmount: "1.00", totalAmount: "9.00" };

  expect(codes(invoice({ ...amounts, derivedAmounts: ["NET"] }))).toEqual([]);
  expect(codes(invoice({ ...amounts, derivedAmounts: ["TOTAL"] }))).toEqual([]);
  expect(codes(invoice({ ...amounts, taxAmount: null }))).toEqual([]);
});

test("LINES_DISAGREE when the lines' net amounts do not make the net", () => {
  const lines = [
    line({ netAmount: "0.10", totalAmount: "5.00" }),
    line({ netAmount: "0.20", totalAmount: "5.00" }),
  ];
  const checked = invoice({ netAmount: "0.40", totalAmount: "10.00", lines });

  expect(reconcile(checked, cents)).toEqual([
    {
      code: "LINES_DISAGREE",
      message: "The lines' net amounts make 0.30, but the invoice's net is 0.40.",
      fields: ["netAmount", "lines"],
      stated: "0.40",
      expected: "0.30",
    },
  ]);
});

test("The lines' totals are compared with the total only when the nets cannot be", () => {
  const lines = [line({ netAmount: "1.00", totalAmount: "2.00" }), line({ totalAmount: "3.00" })];
  const whole = lines.map((each) => ({ ...each, netAmount: "5.00" }));

  expect(codes(invoice({ netAmount: "10.00", totalAmount: "9.00", lines }))).toEqual(["LINES_DISAGREE"]);
  expect(codes(invoice({ netAmount: "10.00", totalAmount: "5.00", lines }))).toEqual([]);
  expect(codes(invoice({ netAmount: "10.00", totalAmount: "9.00", lines: whole }))).toEqual([]);
  expect(codes(invoice({ netAmount: "10.00", totalAmount: "9.00", derivedAmounts: ["NET"], lines }))).toEqual(
    ["LINES_DISAGREE"],
  );
});

test("A header amount that is derived, or an invoice without lines, cannot disagree with the lines", () => {
  const lines = [line({ netAmount: "1.00", taxAmount: "1.00" })];
  const amounts = { netAmount: "9.00", taxAmount: "9.00", totalAmount: "18.00" };

  expect(codes(invoice({ ...amounts, derivedAmounts: ["NET", "TAX"], lines }))).toEqual([]);
  expect(codes(invoice(amounts))).toEqual([]);
});

test("TAX_DISAGREES when every line has tax and their sum is not the header's", () => {
  const lines = [line({ taxAmount: "1.00" }), line({ taxAmount: "2.00" })];

  const [warning] = reconcile(invoice({ taxAmount: "3.50", lines }), cents);

  expect(warning).toMatchObject({
    code: "TAX_DISAGREES",
    stated: "3.50",
    expected: "3.00",
    fields: ["taxAmount", "lines"],
  });
  expect(codes(invoice({ taxAmount: "3.50", lines: [...lines, blankLine] }))).toEqual([]);
});

test("LINE_DISAGREES when quantity times price is neither the net nor the total", () => {
  const priced = { quantity: "1", unitPrice: "0.01" };
  const checked = invoice({
    lines: [
      line({ ...priced, netAmount: "0.01", totalAmount: "5.00" }),
      line({ ...priced, netAmount: "5.00", totalAmount: "0.01" }),
      line({ ...priced, netAmount: "0.03", totalAmount: "0.04" }),
      line({ ...priced, totalAmount: "0.05" }),
      line(priced),
    ],
  });

  expect(reconcile(checked, cents).map(({ message, fields }) => ({ message, fields }))).toEqual([
    {
      message: "Line 3: 1 x 0.01 make 0.01, but its amount is 0.03.",
      fields: ["lines[2].quantity", "lines[2].unitPrice", "lines[2].netAmount"],
    },
    {
      message: "Line 4: 1 x 0.01 make 0.01, but its amount is 0.05.",
      fields: ["lines[3].quantity", "lines[3].unitPrice", "lines[3].totalAmount"],
    },
  ]);
});

test("LINE_DISAGREES when a line's net and tax do not make its total, unless one of them is derived", () => {
  const wrong = { netAmount: "1.00", taxAmount: "0.10", totalAmount: "2.00" };

  const [warning] = reconcile(invoice({ lines: [line(wrong)] }), cents);

  expect(warning).toMatchObject({ code: "LINE_DISAGREES", stated: "2.00", expected: "1.10" });
  expect(codes(invoice({ lines: [line({ ...wrong, derivedAmounts: ["TOTAL"] })] }))).toEqual([]);
});

test("A credit memo with normalised signs adds up, whatever signs its quantity and price have", () => {
  const amounts = { netAmount: "-20.00", taxAmount: "-2.00", totalAmount: "-22.00" };
  const signs = [
    { quantity: "2", unitPrice: "10" },
    { quantity: "-2", unitPrice: "10" },
    { quantity: "2", unitPrice: "-10" },
  ];

  for (const sign of signs) {
    expect(
      codes(invoice({ type: "CREDIT_MEMO", ...amounts, lines: [line({ ...sign, ...amounts })] })),
    ).toEqual([]);
  }
});

test("A credit memo that does not add up says so with negative amounts", () => {
  const lines = [line({ quantity: "2", unitPrice: "10", netAmount: "-25.00" })];

  const [warning] = reconcile(invoice({ type: "CREDIT_MEMO", netAmount: "-25.00", lines }), cents);

  expect(warning).toMatchObject({ code: "LINE_DISAGREES", stated: "-25.00", expected: "-20.00" });
});

test("On an invoice the signs of quantity and price do count", () => {
  const lines = [line({ quantity: "2", unitPrice: "10", netAmount: "-20.00" })];

  expect(codes(invoice({ lines }))).toEqual(["LINE_DISAGREES"]);
});

test("MINOR_UNITS names every amount with more decimals than its currency has, prices excepted", () => {
  const lines = [
    line({ quantity: "0.125", unitPrice: "0.0004", netAmount: "0.00" }),
    line({ netAmount: "0.005" }),
  ];
  const checked = invoice({ totalAmount: "10.001", lines });

  expect(reconcile(checked, cents)).toEqual([
    {
      code: "MINOR_UNITS",
      message: "10.001 has more decimals than the 2 of EUR.",
      fields: ["totalAmount", "lines[1].netAmount"],
      stated: "10.001",
      expected: null,
    },
  ]);
});

test.each([
  ["JPY", "211.00", []],
  ["JPY", "211.5", ["MINOR_UNITS"]],
  ["KWD", "1.234", []],
  ["EUR", "1.2340", ["MINOR_UNITS"]],
  ["EUR", "1.2300", []],
])("In %s, %s has the warnings %j", (currency, totalAmount, expected) => {
  expect(codes(invoice({ currency, totalAmount }))).toEqual(expected);
});

test("The currency: configured, missing, or not in ISO 4217", () => {
  expect(codes(invoice({ currencyOrigin: "CONFIGURED" }))).toEqual(["CURRENCY_CONFIGURED"]);
  expect(codes(invoice({ currency: null, currencyOrigin: "UNKNOWN", totalAmount: "1.23456" }))).toEqual([
    "CURRENCY_UNKNOWN",
  ]);
  expect(codes(invoice({ currency: "ZZZ", currencyOrigin: "CONFIGURED" }))).toEqual(["CURRENCY_UNKNOWN"]);
});

test("TYPE_UNKNOWN tells a missing type from an unknown word", () => {
  const [missing] = reconcile(invoice({ type: "UNKNOWN" }), cents);
  const [unknown] = reconcile(invoice({ type: "UNKNOWN", sourceType: "X" }), cents);

  expect(missing).toMatchObject({ code: "TYPE_UNKNOWN", fields: ["type"] });
  expect(missing?.message).toContain("does not say");
  expect(unknown?.message).toContain("not a known one");
});

test("Amounts beyond a double are compared exactly", () => {
  const net = { netAmount: "12345678901234567.88", taxAmount: "0.01" };

  expect(codes(invoice({ ...net, totalAmount: "12345678901234567.89" }), { total: "0", line: "0" })).toEqual(
    [],
  );
  expect(codes(invoice({ ...net, totalAmount: "12345678901234567.90" }), { total: "0", line: "0" })).toEqual([
    "TOTAL_DISAGREES",
  ]);
});
