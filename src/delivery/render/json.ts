/** An invoice as a JSON document in a shape that stays: README.md beside this file lists its fields. */
import type { Customer } from "../../model/customer.ts";
import type { Invoice } from "../../model/invoice.ts";

/** Raised when a field changes its name or meaning; new fields do not raise it. */
const jsonSchemaName = "invoicegraph.invoice/1";

/** Two-space indented, in a fixed order of keys, ending in a line feed; in pieces. The upstream's raw record is left out: not all may see it. */
export function* renderJson(invoice: Invoice, customer: Customer): Generator<string> {
  const document = {
    schema: jsonSchemaName,
    invoice: { ...invoiceFields(invoice, customer), lines: [] },
  };
  yield* withLines(`${JSON.stringify(document, null, 2)}\n`, invoice, "\n      ");
}

/** The same fields on one line, without the schema's name and the line feed; in pieces. */
export function compactJson(invoice: Invoice, customer: Customer): Generator<string> {
  return withLines(JSON.stringify({ ...invoiceFields(invoice, customer), lines: [] }), invoice, "");
}

// 20,000 lines in one go held the event loop for 50 ms.
function* withLines(text: string, { lines }: Invoice, margin: string): Generator<string> {
  // Nothing comes after the lines but brackets.
  const from = text.lastIndexOf("[]") + 1;
  yield text.slice(0, from);
  for (const [index, line] of lines.entries()) {
    const own = JSON.stringify(lineFields(line), null, margin === "" ? 0 : 2);
    yield `${index === 0 ? "" : ","}${margin}${own.replaceAll("\n", margin)}`;
  }
  yield `${lines.length === 0 ? "" : margin.slice(0, -2)}${text.slice(from)}`;
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
