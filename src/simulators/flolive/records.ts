/** What floLIVE tells of customers and invoices, as its documents spell it. */
import { minorDigitsOf, toUnits } from "../amounts.ts";
import { addDays } from "../calendar.ts";
import type { CustomerFact, FloliveInvoiceFact } from "../facts.ts";
import { exactNumber } from "../json-text.ts";
import type { FloliveQuirks } from "./options.ts";

/** One entry of the invoice list. */
export function invoiceRecord(fact: FloliveInvoiceFact, quirks: FloliveQuirks): object {
  const due = quirks.impossibleChronology === true ? addDays(fact.createdAt.slice(0, 10), 730) : fact.dueOn;
  const amount = (text: string) => amountOf(text, fact.currency, quirks);
  return {
    id: fact.id,
    invoiceNumber: fact.number,
    creationTime: fact.createdAt,
    ...cycle(fact, quirks),
    currency: fact.currency,
    taxAmount: amount(fact.tax),
    netAmount: amount(fact.net),
    totalAmount: amount(fact.total),
    ...(due !== null && { dueDate: quirks.dueDateTime === true ? `${due}T23:30:00.977-05:00` : due }),
  };
}

/** The details of a customer. */
export function customerRecord(fact: CustomerFact, quirks: FloliveQuirks): object {
  return {
    [idKey(quirks)]: fact.flolive?.customerId,
    status: "ACTIVE",
    type: "BUSINESS",
    name: fact.name,
    currency: fact.currency,
    allowOfferDelegation: false,
    isAllowedImeiLock: true,
    isImeiLockEnabled: false,
    companyNumber: null,
    vatRegistrationNumber: null,
  };
}

/** One entry of the list of sub-customers. */
export function childRecord(fact: CustomerFact, quirks: FloliveQuirks): object {
  return { [idKey(quirks)]: fact.flolive?.customerId, customerName: fact.name };
}

function idKey(quirks: FloliveQuirks): string {
  return quirks.customerIDSpelling === true ? "customerID" : "customerId";
}

function cycle(fact: FloliveInvoiceFact, quirks: FloliveQuirks): object {
  // The sample's cycles begin after the invoice was created, and last 13 months.
  const [start, end] =
    quirks.impossibleChronology === true
      ? [laterBy(365, fact.cycleStartAt), laterBy(760, fact.cycleEndAt)]
      : [fact.cycleStartAt, fact.cycleEndAt];
  const table = { billingCycleStartTime: start, billingCycleEndTime: end };
  if (quirks.cycleNames === "table") return table;
  if (quirks.cycleNames !== "both") return { billingCycleStartDate: start, billingCycleEndDate: end };
  return { billingCycleStartDate: laterBy(365, start), billingCycleEndDate: laterBy(365, end), ...table };
}

function laterBy(days: number, instant: string): string {
  return `${addDays(instant.slice(0, 10), days)}${instant.slice(10)}`;
}

function amountOf(text: string, currency: string, quirks: FloliveQuirks): unknown {
  const digits = minorDigitsOf(currency);
  const short = quirks.shortAmounts === true ? String(toUnits(text, digits) / 10 ** digits) : text;
  return quirks.textAmounts === true ? short : exactNumber(short);
}
