/** The value types and enums that only an invoice has. */
import type { BillTo, CreditReason, CurrencyOrigin } from "../model/invoice.ts";
import { builder } from "./builder.ts";
import { describedValues } from "./values.ts";

export const CurrencyOriginEnum = builder.enumType("CurrencyOrigin", {
  description: "Where an invoice's currency comes from.",
  values: describedValues<CurrencyOrigin>({
    GIVEN: "The source gives it with the invoice.",
    CONFIGURED: "The source gives none: it was configured for the source.",
    UNKNOWN: "It is not known.",
  }),
});

export const BillToType = builder.objectRef<BillTo>("BillTo").implement({
  description: "The addressee of an invoice, as its source gives it.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "The name." }),
    accountReference: t.exposeString("accountReference", {
      description: "The source's reference for the customer.",
    }),
    address: t.exposeString("address", { description: "The street, or a PO box." }),
    city: t.exposeString("city", { description: "The city." }),
    postcode: t.exposeString("postcode", { description: "The postcode, with its leading zeros." }),
  }),
});

export const CreditReasonType = builder.objectRef<CreditReason>("CreditReason").implement({
  description: "Why a credit memo was given.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "The source's code for the reason." }),
    description: t.exposeString("description", { description: "The reason in words." }),
  }),
});
