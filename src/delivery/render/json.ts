/** An invoice as a JSON document in a shape that stays: README.md beside this file lists its fields. */
import type { Customer } from "../../model/customer.ts";
import type { Invoice } from "../../model/invoice.ts";

/** Raised when a field changes its name or meaning; new fields do not raise it. */
const jsonSchemaName = "invoicegraph.invoice/1";

/** Two-space indented, in a fixed order of keys, ending in a line feed. The upstream's raw record is left out: not all may see it. */
export function renderJson(invoice: Invoice, customer: Customer): string {
  const document = {
    schema: jsonSchemaName,
    invoice: { ...invoiceFields(invoice, customer), lines: linesOf(invoice) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** All but the lines. */
export function invoiceFields(invoice: Invoice, customer: Customer) {
  return {
    id: invoice.id,
    source: invoice.source,
    account: invoice.account,
    customer: { id: customer.id, key: customer.key, name: customer.name },
    number: invoice.number,
    type: invoice.type,
    sourceType: invoice.sourceType,
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    createdAt: invoice.createdAt,
    finalizedOn: invoice.finalizedOn,
    billingPeriod: invoice.billingPeriod && {
      from: invoice.billingPeriod.from,
      to: invoice.billingPeriod.to,
    },
    currency: invoice.currency,
    currencyOrigin: invoice.currencyOrigin,
    netAmount: invoice.netAmount,
    taxAmount: invoice.taxAmount,
    totalAmount: invoice.totalAmount,
    derivedAmounts: invoice.derivedAmounts,
    billTo: invoice.billTo && {
      name: invoice.billTo.name,
      accountReference: invoice.billTo.accountReference,
      address: invoice.billTo.address,
      city: invoice.billTo.city,
      postcode: invoice.billTo.postcode,
    },
    creditReason: invoice.creditReason && {
      code: invoice.creditReason.code,
      description: invoice.creditReason.description,
    },
    creditedNumbers: invoice.creditedNumbers,
    purchaseOrder: invoice.purchaseOrder,
    isDetailed: invoice.isDetailed,
    warnings: invoice.warnings.map(({ code, message, fields, stated, expected }) => ({
      code,
      message,
      fields,
      stated,
      expected,
    })),
  };
}

/** The lines, each with all of its fields. */
export function linesOf({ lines }: Invoice) {
  return lines.map(lineFields);
}

function lineFields(line: Invoice["lines"][number]) {
  return {
    description: line.description,
    quantity: line.quantity,
    unit: line.unit,
    unitPrice: line.unitPrice,
    netAmount: line.netAmount,
    taxAmount: line.taxAmount,
    totalAmount: line.totalAmount,
    derivedAmounts: line.derivedAmounts,
    product: line.product,
    productCode: line.productCode,
    glCode: line.glCode,
    departmentCode: line.departmentCode,
    period: line.period && { from: line.period.from, to: line.period.to },
    purchaseOrder: line.purchaseOrder,
    creditedNumber: line.creditedNumber,
    creditedLineNumber: line.creditedLineNumber,
  };
}
