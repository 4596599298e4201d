/** V6's invoices as its document has them: its samples, and its appendix A for what the samples lack. */
import { type Documented, optional, required } from "../../model/documented.ts";

const creditReason: Documented = {
  record: "credit reason",
  fields: { creditReasonCode: optional("text"), description: optional("text") },
};

// The appendix says "Number" of both codes; the samples have "BRI" and "23".
const line: Documented = {
  record: "invoice line",
  fields: {
    amount: required("number"),
    price: required("number"),
    gstAmount: optional("number"),
    quantity: required("number"),
    departmentCode: optional("text"),
    glCode: optional("text"),
  },
};

/**
 * One invoice. "Information … may not be available", and is left out then: required are only those without which nothing can
 * be told, the number among them, which the appendix forgets. Its dates are dd-MM-yyyy in the appendix, yyyy-MM-dd in the samples.
 */
export const documentedInvoice: Documented = {
  record: "invoice",
  fields: {
    businessName: optional("text"),
    invoiceDate: required("yyyy-MM-dd"),
    dueDate: optional("yyyy-MM-dd"),
    taxAmount: optional("number"),
    fileType: { ...required("text"), values: ["C", "D", "I"] },
    customerCode: required("text"),
    address1: optional("text"),
    lines: { ...required("list"), of: line },
    creditReason: { ...optional("object"), of: creditReason },
    postcode: optional("text"),
    invoiceNo: required("text"),
    grossEntry: optional("boolean"),
    city: optional("text"),
  },
};
