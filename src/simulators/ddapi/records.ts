/** DDAPI's answers in the document's words, as fields that JSON and XML both write. */
import type { CurrencyFact, InvoiceSettingsFact, TermsOfPaymentFact } from "../facts.ts";
import { type ExactNumber, exactNumber } from "../json-text.ts";
import type { DdapiQuirks } from "./options.ts";

export type FieldValue = string | number | boolean | ExactNumber | null;

/** One answer object; `type` is its name in XML. */
export interface DdapiRecord {
  type: string;
  fields: Record<string, FieldValue>;
}

/** The thirteen fields of the document. */
export function settingsRecord(fact: InvoiceSettingsFact, quirks: DdapiQuirks): DdapiRecord {
  const recipient = fact.invoiceRecipientCustomerNumber;
  const fields: DdapiRecord["fields"] = {
    CustomerNumber: fact.customerNumber,
    RetainsInvoiceType: fact.retainsInvoiceType,
    CurrencyId: fact.currencyId,
    TermsOfPaymentId: fact.termsOfPaymentId,
    PaysInvoiceFee: fact.paysInvoiceFee,
    InvoiceTypeId: fact.invoiceTypeId,
    InterestTypeId: fact.interestTypeId,
    InvoiceCycleId: fact.invoiceCycleId,
    InvoiceRecipientCustomerNumber: quirks.noRecipientAsZero === true ? (recipient ?? 0) : recipient,
    CreditAccountId: fact.creditAccountId,
    AllowInvoicePaymentFromOrder: fact.allowInvoicePaymentFromOrder,
    SendInvoiceFromOrderAsEmail: fact.sendInvoiceFromOrderAsEmail,
    InvoiceOrderPaymentEmailAddress: fact.invoiceOrderPaymentEmailAddress,
    ...(quirks.reverseTax === true && { ReverseTax: fact.customerNumber % 2 === 0 }),
  };
  if (quirks.allNull === true) {
    for (const name of Object.keys(fields)) if (name !== "CustomerNumber") fields[name] = null;
  }
  return { type: "CustomerInvoiceResponse", fields };
}

/** One row of the table of currencies. */
export function currencyRecord(fact: CurrencyFact): DdapiRecord {
  return {
    type: "CurrencyResponse",
    fields: {
      Id: fact.id,
      Name: fact.name,
      Rate: exactNumber(fact.rate),
      RoundingAmount: exactNumber(fact.roundingAmount),
      CurrencyCode: fact.currencyCode,
    },
  };
}

/** One row of the table of terms of payment. */
export function termsRecord(fact: TermsOfPaymentFact, quirks: DdapiQuirks): DdapiRecord {
  return {
    type: "TermsOfPaymentResponse",
    fields: {
      Id: fact.id,
      Name: fact.name,
      Days: fact.days,
      FreeDeliveryMonth:
        quirks.freeDeliveryMonthAsNumber === true ? Number(fact.freeDeliveryMonth) : fact.freeDeliveryMonth,
      DiscountDays: fact.discountDays,
      Discount: fact.discount === null ? null : exactNumber(fact.discount),
    },
  };
}
