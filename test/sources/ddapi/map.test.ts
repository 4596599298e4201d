/** DDAPI's words to ours, field by field. */
import { expect, test } from "vitest";
import { toPaymentTerms, toSettings, toSettingsCurrency } from "../../../src/sources/ddapi/map.ts";
import { currencyFields, readFields, settingsFields, termsFields } from "../../../src/sources/ddapi/wire.ts";

// The document's own sample.
const sample = {
  CustomerNumber: 1,
  RetainsInvoiceType: true,
  CurrencyId: 3,
  TermsOfPaymentId: 4,
  PaysInvoiceFee: true,
  InvoiceTypeId: 1,
  InterestTypeId: 1,
  InvoiceCycleId: 1,
  InvoiceRecipientCustomerNumber: 1,
  CreditAccountId: 1,
  AllowInvoicePaymentFromOrder: true,
  SendInvoiceFromOrderAsEmail: true,
  InvoiceOrderPaymentEmailAddress: "sample string 8",
};

function settings(sent: object) {
  return toSettings(readFields(sent, settingsFields)!, "billing", "1", sent);
}

function terms(sent: object) {
  return toPaymentTerms(readFields({ Id: 4, ...sent }, termsFields)!);
}

test("The document's sample has all thirteen fields in our words", () => {
  expect(settings(sample)).toEqual({
    source: "billing",
    account: "1",
    retainsInvoiceType: true,
    paysInvoiceFee: true,
    allowsInvoicePaymentFromOrder: true,
    sendsInvoiceFromOrderByEmail: true,
    orderInvoiceEmail: "sample string 8",
    currencyId: "3",
    paymentTermsId: "4",
    invoiceTypeId: "1",
    interestTypeId: "1",
    invoiceCycleId: "1",
    creditAccountId: "1",
    recipientAccount: "1",
    reverseTax: null,
    raw: sample,
  });
});

test("Each field comes from the one of its name", () => {
  const numbered = Object.fromEntries(Object.keys(sample).map((name, index) => [name, index + 100]));
  const flags = { RetainsInvoiceType: false, PaysInvoiceFee: true, AllowInvoicePaymentFromOrder: false };

  expect(settings({ ...numbered, ...flags, SendInvoiceFromOrderAsEmail: true })).toMatchObject({
    currencyId: "102",
    paymentTermsId: "103",
    invoiceTypeId: "105",
    interestTypeId: "106",
    invoiceCycleId: "107",
    recipientAccount: "108",
    creditAccountId: "109",
    retainsInvoiceType: false,
    paysInvoiceFee: true,
    allowsInvoicePaymentFromOrder: false,
    sendsInvoiceFromOrderByEmail: true,
  });
});

test("Any field may be null, missing or unreadable, and is null then", () => {
  const nulls = Object.fromEntries(Object.keys(sample).map((name) => [name, null]));
  const odd = Object.fromEntries(Object.keys(sample).map((name) => [name, { odd: 1 }]));

  for (const sent of [nulls, { CustomerNumber: 1 }, odd]) {
    const { source, account, raw, ...fields } = settings(sent);

    expect({ source, account, raw }).toEqual({ source: "billing", account: "1", raw: sent });
    expect(Object.values(fields)).toEqual(Array.from({ length: 13 }, () => null));
  }
});

test("Numbers and booleans may be texts, and keys of any case", () => {
  expect(
    settings({ customernumber: "1", CURRENCYID: " 003 ", retainsInvoiceType: "True", paysInvoiceFee: "0" }),
  ).toMatchObject({ currencyId: "3", retainsInvoiceType: true, paysInvoiceFee: false });
});

test("ReverseTax is told where a deployment tells it", () => {
  expect(settings({ ...sample, ReverseTax: false }).reverseTax).toBe(false);
  expect(settings({ ...sample, ReverseTax: "true" }).reverseTax).toBe(true);
});

test.each([
  [" invoices@acme.example ", "invoices@acme.example"],
  ["", null],
  ["  ", null],
  [null, null],
])("The e-mail address %j is %j", (sent, expected) => {
  expect(settings({ InvoiceOrderPaymentEmailAddress: sent }).orderInvoiceEmail).toBe(expected);
});

test.each([
  [4100, "4100"],
  ["4100", "4100"],
  [1, "1"],
  [null, null],
  [0, null],
  ["0", null],
  [4100.5, null],
])("The recipient %j is the account %j", (sent, expected) => {
  expect(settings({ InvoiceRecipientCustomerNumber: sent }).recipientAccount).toBe(expected);
});

test("A currency keeps the digits of its rate and rounding amount", () => {
  const sent = { Id: 3, Name: " US dollar ", Rate: "10.500301", RoundingAmount: 0.05, CurrencyCode: "usd" };

  expect(toSettingsCurrency(readFields(sent, currencyFields)!, "3")).toEqual({
    id: "3",
    name: "US dollar",
    code: "USD",
    rate: "10.500301",
    roundingAmount: "0.05",
  });
});

test("Terms of payment keep the digits of their discount", () => {
  expect(
    terms({ Name: "30 dagar", Days: 30, FreeDeliveryMonth: false, DiscountDays: "10", Discount: 2.5 }),
  ).toEqual({
    id: "4",
    name: "30 dagar",
    days: 30,
    freeDeliveryMonth: false,
    discountDays: 10,
    discount: "2.5",
  });
  expect(terms({ Discount: "12345678901234567.89" })?.discount).toBe("12345678901234567.89");
  expect(terms({ Id: null })).toBeNull();
});

test.each([
  [true, true],
  ["false", false],
  [0, false],
  [1, true],
  ["2", true],
  [null, null],
  ["maybe", null],
])("FreeDeliveryMonth %j is %j", (sent, expected) => {
  expect(terms({ FreeDeliveryMonth: sent })?.freeDeliveryMonth).toBe(expected);
});

test("A value that is no record, or has none of the fields, is not read", () => {
  for (const value of [null, "text", 1, [sample], {}, { Message: "An error has occurred." }]) {
    expect(readFields(value, settingsFields)).toBeNull();
  }
});
