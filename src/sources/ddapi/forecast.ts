/** What asking DDAPI costs: one call for each customer, currency and table. */
import type { Ask, Forecaster } from "../../model/forecast.ts";

export const forecast: Forecaster = {
  calls(ask) {
    const path = pathOf(ask);
    return path === null ? [] : [{ method: "GET", path, atLeast: 1, atMost: 1 }];
  },
};

function pathOf(ask: Ask): string | null {
  if (ask.for === "settings") return "/api/customers/invoice";
  if (ask.for === "currency") return `/api/Currencies/${encodeURIComponent(ask.id)}`;
  return ask.for === "paymentTerms" ? "/api/invoice/termsofpayment" : null;
}
