/** DDAPI's words to ours. A field that cannot be read is null; the record as sent stays in `raw`. */
import type { InvoiceSettings, PaymentTerms, SettingsCurrency } from "../../model/invoice-settings.ts";
import { toCurrency } from "../../model/money.ts";
import {
  boolean,
  type currencyFields,
  decimal,
  type Fields,
  integer,
  integerText,
  type settingsFields,
  type termsFields,
  text,
} from "./wire.ts";

/** The settings of the account. */
export function toSettings(
  sent: Fields<(typeof settingsFields)[number]>,
  source: string,
  account: string,
  raw: unknown,
): InvoiceSettings {
  const recipient = integerText(sent.InvoiceRecipientCustomerNumber);
  return {
    source,
    account,
    retainsInvoiceType: boolean(sent.RetainsInvoiceType),
    paysInvoiceFee: boolean(sent.PaysInvoiceFee),
    allowsInvoicePaymentFromOrder: boolean(sent.AllowInvoicePaymentFromOrder),
    sendsInvoiceFromOrderByEmail: boolean(sent.SendInvoiceFromOrderAsEmail),
    orderInvoiceEmail: text(sent.InvoiceOrderPaymentEmailAddress),
    currencyId: integerText(sent.CurrencyId),
    paymentTermsId: integerText(sent.TermsOfPaymentId),
    invoiceTypeId: integerText(sent.InvoiceTypeId),
    interestTypeId: integerText(sent.InterestTypeId),
    invoiceCycleId: integerText(sent.InvoiceCycleId),
    creditAccountId: integerText(sent.CreditAccountId),
    // [U]: no customer has the number 0, so it means that none is set.
    recipientAccount: recipient === "0" ? null : recipient,
    reverseTax: boolean(sent.ReverseTax),
    raw,
  };
}

/** The currency of that id. */
export function toSettingsCurrency(
  sent: Fields<(typeof currencyFields)[number]>,
  id: string,
): SettingsCurrency {
  return {
    id,
    name: text(sent.Name),
    code: toCurrency(text(sent.CurrencyCode)),
    rate: decimal(sent.Rate),
    roundingAmount: decimal(sent.RoundingAmount),
  };
}

/** Terms of payment; null without an id, by which alone anything can refer to them. */
export function toPaymentTerms(sent: Fields<(typeof termsFields)[number]>): PaymentTerms | null {
  const id = integerText(sent.Id);
  if (id === null) return null;
  return {
    id,
    name: text(sent.Name),
    days: integer(sent.Days),
    freeDeliveryMonth: freeDeliveryMonth(sent.FreeDeliveryMonth),
    discountDays: integer(sent.DiscountDays),
    discount: decimal(sent.Discount),
  };
}

// [U] whether it is a boolean or a number of months: any month at all means yes.
function freeDeliveryMonth(value: unknown): boolean | null {
  const months = integer(value);
  return months === null ? boolean(value) : months > 0;
}
