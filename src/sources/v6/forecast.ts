/** What asking V6 costs: one call for each month. */
import type { Forecaster } from "../../model/forecast.ts";
import type { InvoiceType } from "../../model/invoice.ts";

const types: ReadonlyMap<string, InvoiceType> = new Map([
  ["I", "INVOICE"],
  ["C", "CREDIT_MEMO"],
  ["D", "DEBIT_MEMO"],
]);

/** The key of an invoice holds its type, number and date. */
export const forecast: Forecaster = {
  calls: (ask) =>
    ask.for === "invoices" ? [{ method: "GET", path: "/invoices", atLeast: 1, atMost: 1 }] : [],
  assume: ({ key: [letter = "", number = null, issuedOn = null] }) => ({
    type: types.get(letter) ?? "UNKNOWN",
    number,
    issuedOn,
  }),
};
