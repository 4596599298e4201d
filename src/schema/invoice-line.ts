/** The lines of an invoice. */
import type { InvoiceLine } from "../model/invoice.ts";
import { builder } from "./builder.ts";
import { DayRangeType, DerivedAmountEnum } from "./values.ts";

export const InvoiceLineType = builder.objectRef<InvoiceLine>("InvoiceLine").implement({
  description: "One line of an invoice, as far as its source tells.",
  fields: (t) => ({
    description: t.exposeString("description", { description: "What it is for." }),
    quantity: t.expose("quantity", { type: "Decimal", description: "How many units." }),
    unit: t.exposeString("unit", { description: 'The unit of the quantity, such as "GB".' }),
    unitPrice: t.expose("unitPrice", {
      type: "Decimal",
      description:
        "The price of one unit in the invoice's currency; it may have more decimals than the currency.",
    }),
    netAmount: t.expose("netAmount", { type: "Decimal", description: "The line's amount before tax." }),
    taxAmount: t.expose("taxAmount", { type: "Decimal", description: "The line's tax." }),
    totalAmount: t.expose("totalAmount", { type: "Decimal", description: "The line's amount with tax." }),
    derivedAmounts: t.expose("derivedAmounts", {
      type: [DerivedAmountEnum],
      nullable: { list: false, items: false },
      description: "Which of these amounts the source does not give and were derived from the others.",
    }),
    product: t.exposeString("product", { description: "The product's name." }),
    productCode: t.exposeString("productCode", { description: "The source's code of the product." }),
    glCode: t.exposeString("glCode", { description: "The general ledger code; zeros are kept." }),
    departmentCode: t.exposeString("departmentCode", {
      description: "The department's code; zeros are kept.",
    }),
    period: t.field({
      type: DayRangeType,
      description: "The days that it is for.",
      resolve: ({ period }) => period,
    }),
    purchaseOrder: t.exposeString("purchaseOrder", { description: "The purchase order that it belongs to." }),
    creditedNumber: t.exposeString("creditedNumber", {
      description: "On a credit: the number of the invoice that it credits.",
    }),
    creditedLineNumber: t.exposeString("creditedLineNumber", {
      description: "On a credit: the line of that invoice.",
    }),
  }),
});
