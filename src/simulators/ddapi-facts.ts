/** DDAPI's tables of currencies and terms of payment, and each customer's invoice settings. */
import type { CurrencyFact, CustomerFact, InvoiceSettingsFact, TermsOfPaymentFact } from "./facts.ts";

export const currencies: readonly CurrencyFact[] = [
  { id: 1, name: "Svenska kronor", rate: "1", roundingAmount: "1.00", currencyCode: "SEK" },
  { id: 2, name: "Euro", rate: "11.4275", roundingAmount: "0.01", currencyCode: "EUR" },
  { id: 3, name: "US dollar", rate: "10.500301", roundingAmount: "0.01", currencyCode: "USD" },
  { id: 4, name: "Australian dollar", rate: "6.93", roundingAmount: "0.05", currencyCode: "AUD" },
  { id: 5, name: "日本円", rate: "0.0712", roundingAmount: "1", currencyCode: "JPY" },
  { id: 6, name: "دينار كويتي", rate: "34.205", roundingAmount: "0.001", currencyCode: "KWD" },
];

export const termsOfPayment: readonly TermsOfPaymentFact[] = [
  { id: 1, name: "Kontant", days: 0, freeDeliveryMonth: false, discountDays: null, discount: null },
  { id: 2, name: "14 dagar", days: 14, freeDeliveryMonth: false, discountDays: null, discount: null },
  { id: 4, name: "30 dagar netto", days: 30, freeDeliveryMonth: false, discountDays: 10, discount: "2.5" },
  {
    id: 7,
    name: "60 dagar & fri lev.månad",
    days: 60,
    freeDeliveryMonth: true,
    discountDays: null,
    discount: null,
  },
];

// Itself where not listed. Customers 6300 and 6301 name each other; 6304 names one of another tree.
const recipients: Record<number, number | null> = {
  4101: 4100,
  4102: null,
  4104: 4103,
  5202: 5200,
  6300: 6301,
  6301: 6300,
  6304: 4100,
  6399: null,
};

/** The settings of a customer that DDAPI knows. */
export function createSettings(customer: CustomerFact, number: number): InvoiceSettingsFact {
  const isSparse = number % 3 === 0;
  const recipient = recipients[number];
  return {
    customerNumber: number,
    retainsInvoiceType: number % 2 === 0,
    // One customer has a currency and terms that no table knows.
    currencyId:
      number === 6399 ? 99 : (currencies.find((each) => each.currencyCode === customer.currency)?.id ?? 1),
    termsOfPaymentId: number === 6399 ? 99 : termsOfPayment[number % termsOfPayment.length]!.id,
    paysInvoiceFee: number % 5 === 0,
    invoiceTypeId: isSparse ? null : 1 + (number % 3),
    interestTypeId: isSparse ? null : 1,
    invoiceCycleId: number % 4 === 0 ? null : 2,
    invoiceRecipientCustomerNumber: recipient === undefined ? number : recipient,
    creditAccountId: number % 2 === 0 ? null : 1510,
    allowInvoicePaymentFromOrder: number % 2 === 1,
    sendInvoiceFromOrderAsEmail: !isSparse,
    invoiceOrderPaymentEmailAddress: isSparse ? null : `invoices@${customer.id}.example`,
  };
}
