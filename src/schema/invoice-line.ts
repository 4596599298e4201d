/** The lines of an invoice. */
import type { InvoiceLine } from "../model/invoice.ts";
import { builder } from "./builder.ts";
import { DayRangeType, DerivedAmountEnum } from "./values.ts";

export const InvoiceLineType = builder.objectRef<InvoiceLine>("InvoiceLine").implement({
  description: "One line of an invoice, with what its source gives.",
  fields: (t) => ({
    description: t.exposeString("description", { description: "The description." }),
    quantity: t.expose("quantity", { type: "Decimal", description: "The number of units." }),
    unit: t.exposeString("unit", { description: 'The unit of the quantity, such as "GB".' }),
    unitPrice: t.expose("unitPrice", {
      type: "Decimal",
      description:
        "The price of one unit in the invoice's currency; it may have more decimals than the currency.",
    }),
    netAmount: t.expose("netAmount", { type: "Decimal", description: "The line's amount before tax." }),
    taxAmount: t.expose("taxAmount", { type: "Decimal", description: "The line's tax." }),
    totalAmount: t.expose("totalAmount", {
      type: "Decimal",
      description: "The line's amount including tax.",
    }),
    derivedAmounts: t.expose("derivedAmounts", {
      type: [DerivedAmountEnum],
      nullable: { list: false, items: false },
      description: "Which of these amounts the source does not give and that were derived from the others.",
    }),
    product: t.exposeString("product", { description: "The product's name." }),
    productCode: t.exposeString("productCode", { description: "The source's product code." }),
    glCode: t.exposeString("glCode", { description: "The general ledger code, with its leading zeros." }),
    departmentCode: t.exposeString("departmentCode", {
      description: "The department code, with its leading zeros.",
    }),
    period: t.field({
      type: DayRangeType,
      description: "The service period.",
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
