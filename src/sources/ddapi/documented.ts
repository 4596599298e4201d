/** DDAPI's records as its document has them; what is null in fact may be null. */
import { type Documented, type DocumentedField, optional, required } from "../../model/documented.ts";

/** How a customer is invoiced. ReverseTax, which some deployments add, is in no document. */
export const documentedSettings: Documented = {
  record: "invoice settings",
  fields: {
    CustomerNumber: required("number"),
    RetainsInvoiceType: required("boolean"),
    CurrencyId: required("number"),
    TermsOfPaymentId: required("number"),
    PaysInvoiceFee: required("boolean"),
    InvoiceTypeId: required("number", "null"),
    InterestTypeId: required("number", "null"),
    InvoiceCycleId: required("number", "null"),
    InvoiceRecipientCustomerNumber: required("number", "null"),
    CreditAccountId: required("number", "null"),
    AllowInvoicePaymentFromOrder: required("boolean"),
    SendInvoiceFromOrderAsEmail: required("boolean"),
    InvoiceOrderPaymentEmailAddress: required("text", "null"),
  },
};

/** A row of the table of currencies. */
export const documentedCurrency: Documented = {
  record: "currency",
  fields: {
    Id: required("number"),
    Name: required("text"),
    Rate: required("number"),
    RoundingAmount: required("number"),
    CurrencyCode: required("text"),
  },
};

/** A row of the table of payment terms. */
export const documentedTerms: Documented = {
  record: "payment terms",
  fields: {
    Id: required("number"),
    Name: required("text"),
    Days: required("number"),
    FreeDeliveryMonth: required("boolean"),
    DiscountDays: optional("number", "null"),
    Discount: optional("number", "null"),
  },
};

/** The same in XML, where every value is a text. */
export function inXml(documented: Documented): Documented {
  const fields = Object.entries(documented.fields).map(
    ([name, { isRequired }]): [string, DocumentedField] => [name, isRequired ? required() : optional()],
  );
  return { ...documented, fields: Object.fromEntries(fields) };
}
