import { describe, expect, it } from "vitest";
import { invoiceId } from "../../../src/model/invoice.ts";
import { readDay } from "../../../src/sources/v6/wire.ts";
import { readInvoices, readOne, sample, scope, warningsOf } from "./reading.ts";

describe("A V6 invoice", () => {
  it("is the document's sample in our words", () => {
    const invoice = readOne();

    expect(invoice).toMatchObject({
      source: "freight",
      account: "001",
      key: ["I", "LT001", "2018-01-24"],
      number: "LT001",
      type: "INVOICE",
      sourceType: "I",
      issuedOn: "2018-01-24",
      dueOn: null,
      currency: "AUD",
      currencyOrigin: "CONFIGURED",
      netAmount: "9.09",
      taxAmount: "0.91",
      totalAmount: "10.00",
      derivedAmounts: ["NET", "TOTAL"],
      billTo: {
        name: "OMNIX PTY LTD",
        accountReference: "001",
        address: "80 JEPHSON STREET",
        city: "TOOWONG",
        postcode: "4006",
      },
      creditReason: null,
      files: [],
      isDetailed: true,
      raw: sample,
    });
    expect(invoice.id).toBe(invoiceId(invoice));
    expect(invoice.lines).toMatchObject([
      {
        quantity: "1",
        unitPrice: "10.00",
        netAmount: "9.09",
        taxAmount: "0.91",
        totalAmount: "10.00",
        derivedAmounts: ["NET"],
        glCode: "23",
        departmentCode: "BRI",
      },
    ]);
    expect(invoice.warnings.map((warning) => warning.code)).toEqual(["CURRENCY_CONFIGURED"]);
  });

  it("takes its credit reason, and is a debit memo for D", () => {
    const credit = readOne({
      fileType: "C",
      creditReason: { creditReasonCode: "07", description: "Damaged" },
    });
    const debit = readOne({ fileType: "D" });

    expect(credit.creditReason).toEqual({ code: "07", description: "Damaged" });
    expect(readOne({ creditReason: {} }).creditReason).toBeNull();
    expect(debit.type).toBe("DEBIT_MEMO");
  });

  it("has the same shape whatever is left out, so that engines keep it fast", () => {
    const bare = { invoiceNo: "1", invoiceDate: "2018-01-01", customerCode: "1" };

    const [first, second] = readInvoices([bare, sample], scope).invoices;

    expect(Object.keys(first ?? {})).toEqual(Object.keys(second ?? {}));
  });

  it("says which values cannot be read, and keeps the rest", () => {
    const invoice = readOne({
      dueDate: "soon",
      taxAmount: "ten",
      lines: [{ amount: "x", price: 1, gstAmount: 1, quantity: {} }, "line"],
      creditReason: "damaged",
    });

    expect(invoice.totalAmount).toBeNull();
    expect(invoice.lines).toHaveLength(2);
    expect(warningsOf(invoice, "VALUE_UNREADABLE").map((warning) => warning.fields)).toEqual([
      ["dueOn", "taxAmount", "lines[0].totalAmount", "lines[0].quantity", "lines[1]", "creditReason"],
    ]);
  });

  it("keeps every digit of an amount, as a number or as a text", () => {
    const lines = [{ amount: "12345678901234567.89", gstAmount: "0" }];

    expect(readOne({ taxAmount: "0.00", lines }).totalAmount).toBe("12345678901234567.89");
  });
});

describe("A list of V6 records", () => {
  it("keeps the first of two equal records and warns, and says so when the second differs", () => {
    const same = readInvoices([sample, { ...sample }], scope);
    const other = readInvoices([sample, { ...sample, taxAmount: 0.5 }, { ...sample, taxAmount: 0.4 }], scope);

    expect(same.invoices).toHaveLength(1);
    expect(same.dropped).toEqual([]);
    expect(same.invoices.flatMap((invoice) => warningsOf(invoice, "NUMBER_REPEATED"))).toHaveLength(1);
    expect(other.invoices.map((invoice) => invoice.taxAmount)).toEqual(["0.91"]);
    expect(other.invoices.flatMap((invoice) => warningsOf(invoice, "NUMBER_REPEATED"))).toHaveLength(1);
    expect(other.dropped).toHaveLength(2);
  });

  it("is not spoilt by one record that cannot be read", () => {
    const records = [
      null,
      7,
      { ...sample, invoiceNo: "\ud800" },
      { ...sample, customerCode: undefined },
      sample,
    ];

    const { invoices, dropped } = readInvoices(records, scope);

    expect(invoices.map((invoice) => invoice.number)).toEqual(["LT001"]);
    expect(dropped.map((each) => each.message)).toEqual([
      "A record of the list is not an object.",
      "A record of the list is not an object.",
      "An invoice of 2018-01-24 has no number that can be read.",
      "An invoice has no customer code that can be read.",
    ]);
  });

  it("drops a record without a readable date and says so, for it belongs to no month", () => {
    const records = [
      { ...sample, invoiceDate: undefined },
      { ...sample, invoiceDate: "24-01-18" },
    ];

    const { invoices, dropped } = readInvoices(records, scope);

    expect(invoices).toEqual([]);
    expect(dropped).toHaveLength(2);
  });
});

describe("A V6 date", () => {
  it.each([
    ["24-01-2018", "2018-01-24"],
    ["2018-01-24", "2018-01-24"],
    ["24/01/2018", "2018-01-24"],
    ["2018/01/24", "2018-01-24"],
    ["24.1.2018", "2018-01-24"],
    ["24012018", "2018-01-24"],
    ["20180124", "2018-01-24"],
    [24012018, "2018-01-24"],
    ["20112012", "2012-11-20"],
    ["20121120", "2012-11-20"],
    ["2018-01-24T23:30:00-11:00", "2018-01-24"],
    [" 2018-01-24 ", "2018-01-24"],
    ["29-02-2024", "2024-02-29"],
  ])("%s is the day %s", (text, day) => {
    expect(readDay(text)).toBe(day);
  });

  it.each([
    "24-01-18",
    "18-01-24",
    "240118",
    "0018-01-24",
    "24-01-0018",
    "30-02-2018",
    "2018-13-01",
    "2018-24-01",
  ])("%s is refused", (text) => {
    expect(readDay(text)).toBeNull();
  });

  it.each(["2018-0124", "24-01/2018", "2412018", "", null, undefined, true])("%s is no date", (text) => {
    expect(readDay(text)).toBeNull();
  });

  it("is read alike with eight digits in either order for every day of 150 years", () => {
    const wrong: string[] = [];

    for (let at = Date.UTC(1950, 0, 1); at < Date.UTC(2100, 0, 1); at += 86_400_000) {
      const day = new Date(at).toISOString().slice(0, 10);
      const [year, month, date] = day.split("-");
      if (readDay(`${year}${month}${date}`) !== day || readDay(`${date}${month}${year}`) !== day)
        wrong.push(day);
    }

    expect(wrong).toEqual([]);
  });
});
