/** Akamai's records as its documents' samples have them; the words of an enum are those of its reference. */
import { type Documented, optional, required } from "../../model/documented.ts";

// An older version of the API has fileFormat in place of contentType.
const file: Documented = {
  record: "listed file",
  fields: {
    contentType: { ...required("text"), otherNames: ["fileFormat"] },
    fileCreationDate: required("yyyy-MM-dd", "date-time"),
    fileLink: required("text"),
    fileName: required("text"),
    fileVersion: required("number"),
    sourceType: { ...required("text"), values: ["REGULAR", "COMPUTE"] },
  },
};

/** One item of a list. Debit memos are mentioned without their literal: theirs is a guess. */
export const documentedItem: Documented = {
  record: "invoice",
  fields: {
    accountId: required("text"),
    contractId: required("text"),
    files: { ...required("list"), of: file },
    invoiceCurrency: required("text"),
    invoiceDate: required("yyyy-MM-dd"),
    invoiceDueDate: optional("yyyy-MM-dd"),
    invoiceId: required("number"),
    invoiceTotal: required("number"),
    invoiceType: { ...required("text"), values: ["INVOICE", "CREDIT_MEMO", "DEBIT_MEMO"] },
  },
};

const line: Documented = {
  record: "invoice line",
  fields: {
    CREDITED_INVOICE_LINE_NUMBER: required("null", "number"),
    CREDITED_INVOICE_NUMBER: required("null", "text"),
    EFFECTIVE_END_DATE: required("yyyy-MM-dd"),
    ITEM_DESC: required("text"),
    ITEM_END_DATE: required("yyyy-MM-dd"),
    ITEM_START_DATE: required("yyyy-MM-dd"),
    ITEM_TOTAL: required("number"),
    ITEM_TOTAL_SERVICES: required("number"),
    ITEM_TOTAL_TAXES: required("number"),
    ITEM_TYPE: required("text"),
    ITEM_UNITS: required("number"),
    ITEM_UNIT_PRICE: required("number"),
    PO_NUMBER: optional("text"),
    PRODUCT: required("text"),
    PRODUCT_ID: required("text"),
    UNIT_MEASURE: required("text"),
  },
};

const endCustomer: Documented = {
  record: "end customer",
  fields: {
    END_CUSTOMER_ACCOUNT_ID: required("text"),
    END_CUSTOMER_ACCOUNT_NAME: required("text"),
    END_CUSTOMER_EXTERNAL_REFERENCE: optional("text"),
    END_CUSTOMER_ORDER_ID: optional("text"),
    INVOICE_LINE: { ...required("list"), of: line },
  },
};

const invoice: Documented = {
  record: "downloaded invoice",
  fields: {
    ACCOUNT_ID: required("text"),
    ACCOUNT_NAME: required("text"),
    END_CUSTOMER: { ...required("list"), of: endCustomer },
    FINALIZED_DATE: required("yyyy-MM-dd"),
    INVOICE_CURRENCY: required("text"),
    INVOICE_DATE: required("yyyy-MM-dd"),
    INVOICE_ID: required("number"),
    INVOICE_ORDER_ID: optional("text"),
    INVOICE_TYPE: { ...required("text"), values: ["Standard Invoice", "Credit Memo", "Debit Memo"] },
    INVOICE_VERSION: required("number"),
    PO_NUMBER: optional("text"),
  },
};

/** The JSON of a download. */
export const documentedDownload: Documented = {
  record: "download",
  fields: { INVOICE: { ...required("object"), of: invoice } },
};
