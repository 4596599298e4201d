/** The world that all simulators share: customers and what each upstream company knows of them, made from a seed as it is asked for. */
import { createAkamaiInvoices } from "./akamai-facts.ts";
import { addMonths, lastDayOf, realToday } from "./calendar.ts";
import { createCustomers } from "./customers.ts";
import { createSettings, currencies, termsOfPayment } from "./ddapi-facts.ts";
import type * as facts from "./facts.ts";
import { createFloliveInvoices } from "./flolive-facts.ts";
import { createRandom } from "./random.ts";
import { createV6Invoices } from "./v6-facts.ts";

export interface WorldOptions {
  /** 1 by default; the same seed and today give the same world. */
  seed?: number | undefined;
  /** "YYYY-MM-DD"; the real UTC day by default. Nothing in the world was created after it. */
  today?: string | undefined;
  /** How many months there is data of, today's included; 14 by default. */
  months?: number | undefined;
  /** Multiplies invoices, not customers. */
  scale?: number | undefined;
  /** Plain customers besides those of the world; 0 by default. */
  moreCustomers?: number | undefined;
  /** Overrides how many V6 invoices, of 3 lines each, were created in a month. */
  v6InvoicesInMonth?: { month: string; count: number } | undefined;
}

export interface World {
  seed: number;
  today: string;
  /** Oldest first; the last is today's. */
  months: readonly string[];
  /** Parents before their children. */
  customers: readonly facts.CustomerFact[];
  customer(id: string): facts.CustomerFact | undefined;
  /** Direct ones only. */
  childrenOf(id: string): facts.CustomerFact[];
  flolive: {
    customer(floliveCustomerId: string): facts.CustomerFact | undefined;
    /** All of the world's months, oldest first: the API's own 12 months are its simulator's to cut. */
    invoices(floliveCustomerId: string): readonly facts.FloliveInvoiceFact[];
  };
  akamai: {
    /** The reseller's account, which holds every contract. */
    accountId: string;
    accountName: string;
    customerOfContract(contractId: string): facts.CustomerFact | undefined;
    /** Issued for the usage of the month; empty for an unknown contract or month. */
    invoices(contractId: string, usageMonth: string): readonly facts.AkamaiInvoiceFact[];
    /** Over all contracts of the account. */
    invoicesOfAccount(usageMonth: string): readonly facts.AkamaiInvoiceFact[];
    invoice(contractId: string, invoiceId: number): facts.AkamaiInvoiceFact | undefined;
  };
  v6: {
    currency: string;
    customer(code: string): facts.CustomerFact | undefined;
    invoicesCreatedInMonth(month: string): readonly facts.V6InvoiceFact[];
    /** Both days included. */
    invoicesCreatedBetween(from: string, to: string): facts.V6InvoiceFact[];
  };
  ddapi: {
    settings(customerNumber: number): facts.InvoiceSettingsFact | undefined;
    currencies: readonly facts.CurrencyFact[];
    termsOfPayment: readonly facts.TermsOfPaymentFact[];
  };
}

/** Makes a world; invoices come into being when they are first asked for. */
export function createWorld(options: WorldOptions = {}): World {
  const { seed = 1, today = realToday(), scale = 1 } = options;
  const thisMonth = today.slice(0, 7);
  const monthCount = options.months ?? 14;
  const months = Array.from({ length: monthCount }, (_, index) =>
    addMonths(thisMonth, index + 1 - monthCount),
  );
  const customers = createCustomers(seed, options.moreCustomers);
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  return {
    seed,
    today,
    months,
    customers,
    customer: (id) => byId.get(id),
    childrenOf: (id) => customers.filter((customer) => customer.parentId === id),
    flolive: createFloliveWorld({ seed, today, months, scale }, customers),
    akamai: createAkamaiWorld({ seed, today, months, scale }, customers),
    v6: createV6World({ seed, today, months, scale }, customers, options.v6InvoicesInMonth),
    ddapi: {
      settings(customerNumber) {
        const customer = customers.find((each) => each.ddapi?.number === customerNumber);
        return customer && createSettings(customer, customerNumber);
      },
      currencies,
      termsOfPayment,
    },
  };
}

interface Extent {
  seed: number;
  today: string;
  months: readonly string[];
  scale: number;
}

function createFloliveWorld(extent: Extent, customers: readonly facts.CustomerFact[]): World["flolive"] {
  const byFloliveId = new Map(customers.map((customer) => [customer.flolive?.customerId, customer]));
  const invoices = remember((floliveId: string) => {
    const customer = byFloliveId.get(floliveId);
    return customer ? createFloliveInvoices(extent, customer, customers.indexOf(customer)) : [];
  });
  return { customer: (floliveId) => byFloliveId.get(floliveId), invoices };
}

function createAkamaiWorld(extent: Extent, customers: readonly facts.CustomerFact[]): World["akamai"] {
  const { seed, scale, today } = extent;
  const contracts = customers.flatMap((customer) =>
    (customer.akamai?.contractIds ?? []).map((contractId) => ({ contractId, customer })),
  );
  const usageMonths = extent.months.map((month) => addMonths(month, -1));
  const find = (contractId: string) => contracts.find((each) => each.contractId === contractId);
  const byContractAndMonth = remember((key: string) => {
    const usageMonth = key.slice(0, 7);
    const contract = find(key.slice(8));
    if (!contract || contract.customer.hasNoInvoices || !usageMonths.includes(usageMonth)) return [];
    const contractIndex = contracts.indexOf(contract);
    const all = createAkamaiInvoices({ seed, scale, ...contract, contractIndex, usageMonth });
    return all.filter((invoice) => invoice.issuedOn <= today);
  });
  const invoices = (contractId: string, usageMonth: string) =>
    byContractAndMonth(`${usageMonth} ${contractId}`);
  return {
    accountId: "A-CCT7890",
    accountName: "Main Street Corporation",
    customerOfContract: (contractId) => find(contractId)?.customer,
    invoices,
    invoicesOfAccount: (month) => contracts.flatMap(({ contractId }) => invoices(contractId, month)),
    invoice: (contractId, invoiceId) =>
      usageMonths
        .flatMap((month) => invoices(contractId, month))
        .find((invoice) => invoice.invoiceId === invoiceId),
  };
}

function createV6World(
  extent: Extent,
  customers: readonly facts.CustomerFact[],
  override: WorldOptions["v6InvoicesInMonth"],
): World["v6"] {
  const { seed, scale, months, today } = extent;
  const currency = "AUD";
  const invoiced = customers.filter((customer) => customer.v6 !== undefined && !customer.hasNoInvoices);
  const countOf = (month: string) => {
    if (override?.month === month) return override.count;
    const perCustomer = createRandom(seed, `v6 count ${month}`).int(15, 30) / 10;
    return Math.round(perCustomer * invoiced.length * scale);
  };
  const invoicesCreatedInMonth = remember((month: string) => {
    const place = months.indexOf(month);
    if (place === -1) return [];
    const firstNumber = months.slice(0, place).reduce((sum, earlier) => sum + countOf(earlier), 1);
    const linesEach = override?.month === month ? 3 : undefined;
    const count = countOf(month);
    return createV6Invoices({
      seed,
      today,
      month,
      currency,
      count,
      firstNumber,
      linesEach,
      customers: invoiced,
    });
  });
  return {
    currency,
    customer: (code) => customers.find((customer) => customer.v6?.code === code),
    invoicesCreatedInMonth,
    invoicesCreatedBetween: (from, to) =>
      months
        .filter((month) => `${month}-01` <= to && lastDayOf(month) >= from)
        .flatMap((month) => invoicesCreatedInMonth(month))
        .filter((invoice) => invoice.createdOn >= from && invoice.createdOn <= to),
  };
}

function remember<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}
