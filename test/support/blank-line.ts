/** An invoice's line that says nothing, for tests to fill in. */
import type { InvoiceLine } from "../../src/model/invoice.ts";

export const blankLine: InvoiceLine = {
  description: null,
  quantity: null,
  unit: null,
  unitPrice: null,
  netAmount: null,
  taxAmount: null,
  totalAmount: null,
  derivedAmounts: [],
  product: null,
  productCode: null,
  glCode: null,
  departmentCode: null,
  period: null,
  purchaseOrder: null,
  creditedNumber: null,
  creditedLineNumber: null,
};
