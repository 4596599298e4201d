/** What a download adds to a list's invoice. */
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { Invoice } from "../../../src/model/invoice.ts";
import { withDetails } from "../../../src/sources/akamai/details.ts";
import { readInvoices } from "../../../src/sources/akamai/map.ts";
import { readDownload } from "../../../src/sources/akamai/wire.ts";
import { callWithin, type Pair, startPair } from "./pair.ts";

let pair: Pair | undefined;
afterEach(async () => {
  await pair?.close();
  pair = undefined;
});

const line = { ITEM_DESC: "Traffic", ITEM_TOTAL: 11, ITEM_TOTAL_SERVICES: 10, ITEM_TOTAL_TAXES: 1 };

function listed(item: object = {}): Invoice {
  const record = { invoiceId: 1, invoiceTotal: 11, invoiceCurrency: "USD", invoiceType: "INVOICE", ...item };
  return readInvoices([record], { source: "cdn", contract: "C-1", month: "2021-01" }).invoices[0]!;
}

function detailed(lines: unknown, header: object = {}, item: object = {}): Invoice {
  const json = { INVOICE: { INVOICE_ID: 1, END_CUSTOMER: { INVOICE_LINE: lines }, ...header } };
  return withDetails(listed(item), readDownload(json, "cdn", "1"));
}

test("every invoice of a contract gets its lines, sums and dates, from one more call each", async () => {
  pair = await startPair();
  const facts = pair.world.akamai.invoices("C-1ABC234", "2025-12");
  const { invoices } = await pair.list("C-1ABC234", "2025-12");
  pair.simulator.clearLog();

  const wholes = await Promise.all(
    invoices.map((invoice) => pair!.source.details!.ask(invoice, callWithin(5_000))),
  );

  expect(pair.simulator.log).toHaveLength(invoices.length);
  expect(wholes.map(({ netAmount, taxAmount, totalAmount }) => [netAmount, taxAmount, totalAmount])).toEqual(
    facts.map(({ net, tax, total }) => [net, tax, total]),
  );
  for (const [index, whole] of wholes.entries()) {
    const fact = facts[index]!;
    expect(whole).toMatchObject({
      id: invoices[index]!.id,
      isDetailed: true,
      derivedAmounts: ["NET", "TAX"],
      finalizedOn: fact.finalizedOn,
      billingPeriod: { from: "2025-12-01", to: "2025-12-31" },
      billTo: { name: "Main Street Corporation", accountReference: "A-CCT7890" },
      creditedNumbers: fact.creditedInvoiceNumber === null ? [] : [fact.creditedInvoiceNumber],
    });
    expect(whole.lines.map(({ netAmount, quantity }) => [netAmount, quantity])).toEqual(
      fact.lines.map(({ net, quantity }) => [net, quantity]),
    );
    expect(whole.warnings.length > 0).toBe(fact.disagrees);
    expect(whole.raw).toMatchObject({ list: invoices[index]!.raw, download: { INVOICE_ID: fact.invoiceId } });
  }
});

test("an invoice that is whole already is not asked for again", async () => {
  pair = await startPair();
  const { invoices } = await pair.list("C-1ABC234", "2025-12");
  const whole = await pair.source.details!.ask(invoices[0]!, callWithin(5_000));
  pair.simulator.clearLog();

  const again = await pair.source.details!.ask(whole, callWithin(5_000));

  expect(again).toBe(whole);
  expect(pair.simulator.log).toEqual([]);
});

test("single objects, explicit nulls, ids as text and several END_CUSTOMERs make no difference", async () => {
  const plain = await startPair();
  pair = await startPair({ quirks: ["singleObjects", "explicitNulls", "textIds", "severalEndCustomers"] });
  const month = "2025-12";

  const answers = [];
  for (const each of [plain, pair]) {
    const { invoices } = await each.list("C-1ABC234", month);
    const wholes = await Promise.all(
      invoices.map((invoice) => each.source.details!.ask(invoice, callWithin(5_000))),
    );
    answers.push(wholes.map(({ raw: _raw, sent: _sent, files: _files, ...rest }) => rest));
  }

  expect(answers[1]).toEqual(answers[0]);
  await plain.close();
});

test("the lines of all END_CUSTOMERs count, in their order", () => {
  const json = {
    INVOICE: {
      END_CUSTOMER: [
        { INVOICE_LINE: [line, { ...line, ITEM_DESC: "Second" }] },
        { INVOICE_LINE: null },
        { INVOICE_LINE: { ...line, ITEM_DESC: "Third" } },
      ],
    },
  };

  const invoice = withDetails(listed({ invoiceTotal: 33 }), readDownload(json, "cdn", "1"));

  expect(invoice.lines.map(({ description }) => description)).toEqual(["Traffic", "Second", "Third"]);
  expect(invoice).toMatchObject({
    netAmount: "30.00",
    taxAmount: "3.00",
    totalAmount: "33.00",
    warnings: [],
  });
});

test("a disagreement between the details' lines and the list's total is said", () => {
  const invoice = detailed([line], {}, { invoiceTotal: 12 });

  expect(invoice.totalAmount).toBe("12.00");
  expect(invoice.warnings).toMatchObject([{ code: "LINES_DISAGREE", stated: "12.00", expected: "11.00" }]);
});

const odd = fc.constantFrom(undefined, null, "", "?", "-7.5", 12, "2021-02-03", "CREDIT_MEMO", "EUR");

test("what lists tell of an invoice is the same with its details, whatever the two say", () => {
  const items = fc.record({
    invoiceTotal: odd,
    invoiceDate: odd,
    invoiceDueDate: odd,
    invoiceCurrency: odd,
    invoiceType: odd,
  });
  const headers = fc.record({ INVOICE_TYPE: odd, INVOICE_CURRENCY: odd, INVOICE_DATE: odd });
  const told = ({ type, sourceType, currency, currencyOrigin, totalAmount, issuedOn, dueOn }: Invoice) => {
    return { type, sourceType, currency, currencyOrigin, totalAmount, issuedOn, dueOn };
  };

  fc.assert(
    fc.property(items, headers, (item, header) => {
      expect(told(detailed([line], header, item))).toEqual(told(listed(item)));
    }),
  );
});

test("a total that the list does not tell is not derived from lines that only details tell", () => {
  const invoice = detailed([line], {}, { invoiceTotal: null });

  expect(invoice).toMatchObject({ totalAmount: null, netAmount: "10.00", derivedAmounts: ["NET", "TAX"] });
});

test.each([
  [{ INVOICE_TYPE: "Credit Memo" }, { invoiceType: "CM" }, "type", "CREDIT_MEMO"],
  [{ INVOICE_CURRENCY: "EUR" }, { invoiceCurrency: null }, "currency", "EUR"],
  [{ INVOICE_CURRENCY: "EUR" }, { invoiceCurrency: "EURO" }, "currency", "EUR"],
])("what only details tell is said by a warning: %j", (header, item, what, says) => {
  const invoice = detailed([line], header, item);

  expect(invoice.warnings.filter(({ code }) => code !== "VALUE_UNREADABLE")).toEqual([
    {
      code: `${what.toUpperCase()}_UNKNOWN`,
      message: `The source's list tells no ${what} that can be read, and filters and totals go by the list; its details say ${says}.`,
      fields: [what],
      stated: null,
      expected: null,
    },
  ]);
});

test.each([
  [
    { INVOICE_TYPE: "Statement" },
    { invoiceType: "CM" },
    "The source's word for the type is not a known one.",
  ],
  [{ INVOICE_CURRENCY: "?" }, { invoiceCurrency: null }, "The currency is not known."],
  [{ INVOICE_CURRENCY: "?" }, { invoiceCurrency: "XQQ" }, "The currency XQQ is not in ISO 4217."],
])("what details do not tell either is said as lists say it: %j", (header, item, message) => {
  const invoice = detailed([line], header, item);

  expect(invoice.warnings).toMatchObject([{ message }]);
});

test("details in another currency than the list's are never taken for the list's without a word", () => {
  const invoice = detailed([line], { INVOICE_CURRENCY: "EUR" });

  expect(invoice).toMatchObject({ currency: "USD", netAmount: "10.00", totalAmount: "11.00" });
  expect(invoice.warnings).toEqual([
    {
      code: "LINES_DISAGREE",
      message: "The source's list is in USD, but its details are in EUR: the lines, net and tax are theirs.",
      fields: ["currency", "lines", "netAmount", "taxAmount"],
      stated: null,
      expected: null,
    },
  ]);
});

test.each([
  ["the same currency", [line], { INVOICE_CURRENCY: "USD" }],
  ["a currency that cannot be read", [line], { INVOICE_CURRENCY: "EURO" }],
  ["no currency", [line], {}],
  ["another currency, of no lines,", null, { INVOICE_CURRENCY: "EUR" }],
])("details in %s are nothing to warn of", (_what, lines, header) => {
  const invoice = detailed(lines, header);

  expect(invoice.warnings).toEqual([]);
});

test("a credit memo's lines without their sign are turned together, so that their sums stay true", () => {
  const lines = [line, { ...line, ITEM_TOTAL: -2, ITEM_TOTAL_SERVICES: -2, ITEM_TOTAL_TAXES: 0 }];

  const invoice = detailed(lines, {}, { invoiceType: "CREDIT_MEMO", invoiceTotal: 9 });

  expect(invoice).toMatchObject({ netAmount: "-8.00", taxAmount: "-1.00", totalAmount: "-9.00" });
  expect(invoice.lines.map(({ totalAmount }) => totalAmount)).toEqual(["-11.00", "2.00"]);
  expect(invoice.warnings.map(({ code, stated, expected }) => [code, stated, expected])).toEqual([
    ["SIGN_CHANGED", "9.00", "-9.00"],
    ["SIGN_CHANGED", "9.00", "-9.00"],
  ]);
});

test("positive credit memos of the simulator come out like negative ones", async () => {
  pair = await startPair({ quirks: ["positiveCredits"] });
  const facts = pair.world.months.flatMap((month) => pair!.world.akamai.invoices("C-1ABC234", month));
  const memo = facts.find(({ type }) => type === "CREDIT_MEMO")!;
  const { invoices } = await pair.list("C-1ABC234", memo.usageMonth);
  const invoice = invoices.find(({ number }) => number === String(memo.invoiceId))!;

  const whole = await pair.source.details!.ask(invoice, callWithin(5_000));

  expect(whole).toMatchObject({ netAmount: memo.net, taxAmount: memo.tax, totalAmount: memo.total });
});

test("a debit memo is one, whatever word the list has for it", async () => {
  pair = await startPair({ quirks: ["debitWord"] });
  const facts = pair.world.months.flatMap((month) => pair!.world.akamai.invoices("C-1ABC234", month));
  const memo = facts.find(({ type }) => type === "DEBIT_MEMO")!;

  const { invoices } = await pair.list("C-1ABC234", memo.usageMonth);

  const invoice = invoices.find(({ number }) => number === String(memo.invoiceId));
  expect(invoice).toMatchObject({ type: "DEBIT_MEMO", sourceType: "Debit Note" });
});

test("net and tax are not derived from lines that do not all have them", () => {
  const invoice = detailed([line, { ITEM_TOTAL: 5 }], {}, { invoiceTotal: 16 });

  expect(invoice).toMatchObject({ netAmount: null, taxAmount: null, derivedAmounts: [], warnings: [] });
});

test.each([
  [{ ITEM_TOTAL: 11, ITEM_TOTAL_TAXES: 1 }, "NET"],
  [{ ITEM_TOTAL: 11, ITEM_TOTAL_SERVICES: 10 }, "TAX"],
  [{ ITEM_TOTAL_SERVICES: 10, ITEM_TOTAL_TAXES: 1 }, "TOTAL"],
])("a line's one missing amount is derived from the two others: %j", (amounts, derived) => {
  expect(detailed([amounts]).lines[0]).toMatchObject({
    netAmount: "10.00",
    taxAmount: "1.00",
    totalAmount: "11.00",
    derivedAmounts: [derived],
  });
});

test("a download without anything is an invoice without lines", () => {
  const invoice = detailed(null, { END_CUSTOMER: null, ACCOUNT_NAME: null });

  expect(invoice).toMatchObject({
    lines: [],
    netAmount: null,
    taxAmount: null,
    totalAmount: "11.00",
    billingPeriod: null,
    billTo: null,
    isDetailed: true,
    warnings: [],
  });
});

test("the bill goes to the account, else to the end customer", () => {
  const END_CUSTOMER = { END_CUSTOMER_ACCOUNT_ID: "A-2", END_CUSTOMER_ACCOUNT_NAME: "End" };

  const account = detailed(null, { END_CUSTOMER, ACCOUNT_ID: "A-1", ACCOUNT_NAME: "Account" });
  const customer = detailed(null, { END_CUSTOMER });

  expect(account.billTo).toMatchObject({ name: "Account", accountReference: "A-1" });
  expect(customer.billTo).toMatchObject({ name: "End", accountReference: "A-2" });
});

test("the billing period reaches from the first start to the last end, whatever their order", () => {
  const invoice = detailed([
    { ...line, ITEM_START_DATE: "2021-01-05", ITEM_END_DATE: "2021-01-10" },
    { ...line, ITEM_START_DATE: "2020-12-20", ITEM_END_DATE: "2021-01-07" },
    { ...line, ITEM_START_DATE: "2021-01-01", ITEM_END_DATE: null },
  ]);

  expect(invoice.billingPeriod).toEqual({ from: "2020-12-20", to: "2021-01-10" });
});

test("what the list's record could not say stays said", () => {
  const invoice = detailed([line], { FINALIZED_DATE: "soon" }, { invoiceDueDate: "later" });

  expect(invoice.warnings.map(({ code, fields }) => [code, fields[0]])).toEqual([
    ["VALUE_UNREADABLE", "dueOn"],
    ["VALUE_UNREADABLE", "finalizedOn"],
  ]);
});

test.each([null, [], {}, { INVOICE: null }, { INVOICE: { INVOICE_ID: 2 } }, { title: "Internal error" }])(
  "an answer that does not hold the invoice is a failure: %j",
  (json) => {
    expect(() => readDownload(json, "cdn", "1")).toThrow(
      "cdn answered with JSON that does not hold the invoice asked for.",
    );
  },
);
