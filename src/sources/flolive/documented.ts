/** floLIVE's records as its documents have them: their samples where table and sample disagree. */
import { type Documented, optional, required } from "../../model/documented.ts";

/** The envelope of an answer that is no refusal. */
export const documentedEnvelope: Documented = {
  record: "answer",
  fields: {
    errorCode: optional("text", "null"),
    errorMessage: optional("text", "null"),
    content: required("list"),
    pageable: optional("object", "null"),
  },
};

/** The envelope of an answer about one thing. */
export const documentedSingle: Documented = {
  ...documentedEnvelope,
  fields: { ...documentedEnvelope.fields, content: required("list", "object") },
};

/** The envelope of a refusal: the `bulk` of the invoice list's sample is that of another API. */
export const documentedRefusal: Documented = {
  record: "refusal",
  fields: {
    errorCode: required("text"),
    errorMessage: optional("text"),
    content: optional(),
    pageable: optional(),
  },
};

/** One invoice of a list. The table calls its cycle …Time, and types the due date as a dateTime. */
export const documentedInvoice: Documented = {
  record: "invoice",
  fields: {
    id: required("text"),
    invoiceNumber: required("text"),
    creationTime: required("date-time"),
    billingCycleStartDate: { ...required("date-time"), otherNames: ["billingCycleStartTime"] },
    billingCycleEndDate: { ...required("date-time"), otherNames: ["billingCycleEndTime"] },
    currency: required("text"),
    netAmount: required("number"),
    taxAmount: required("number"),
    totalAmount: required("number"),
    dueDate: optional("yyyy-MM-dd"),
  },
};

/** A customer: its document is not at hand, so only what is known of it is looked at. */
export const documentedCustomer: Documented = {
  record: "customer",
  isOpen: true,
  fields: {
    customerId: required("text"),
    name: { ...required("text"), otherNames: ["customerName"] },
    status: optional("text"),
    type: optional("text"),
    currency: optional("text"),
  },
};

/** A sub-customer in the list of them. */
export const documentedChild: Documented = {
  record: "sub-customer",
  fields: { customerId: required("text"), customerName: required("text") },
};
