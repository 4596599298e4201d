/** Hand-written answers to the bench's three operations, field by field as they are selected. */
import type { BenchCustomer } from "../../world.ts";
import { type Ask, createMemory } from "./calls.ts";
import { floliveInvoices, floliveStatus } from "./flolive.ts";
import { akamaiInvoices, ddapiCurrency, ddapiSettings, ddapiTerms, v6Invoices } from "./others.ts";
import { byIssueDate, cents, defaultWindow, fromCents, isIn, type RawInvoice } from "./values.ts";

export interface RawWorld {
  readonly ask: Ask;
  readonly keep: ReturnType<typeof createMemory>;
  readonly childrenOf: ReadonlyMap<string, readonly BenchCustomer[]>;
}

/** The data of `query Family`. */
export async function family(world: RawWorld, own: BenchCustomer, first: number) {
  const { ask, keep, childrenOf } = world;
  const account = String(own.accounts["flolive"]?.[0]);
  const [status, subCustomers] = await Promise.all([
    keep(`status ${account}`, () => floliveStatus(ask, account)),
    Promise.all(
      (childrenOf.get(own.id) ?? []).map(async (each) => ({
        key: each.id,
        name: each.name,
        invoices: await list(world, each, first),
      })),
    ),
  ]);
  const accounts = [{ reference: account, status }];
  return { viewer: { customer: { key: own.id, name: own.name, accounts, subCustomers } } };
}

/** The data of `query Own`. */
export async function alone(world: RawWorld, { id, name, ...own }: BenchCustomer) {
  const invoices = await list(world, { id, name, ...own }, 20);
  return { viewer: { customer: { key: id, name, invoices } } };
}

async function list({ ask, keep }: RawWorld, { accounts }: BenchCustomer, first: number) {
  const account = String(accounts["flolive"]?.[0]);
  const all = await keep(`invoices ${account}`, () => floliveInvoices(ask, account));
  const window = defaultWindow();
  const own = all.filter((invoice) => isIn(invoice, window)).sort(byIssueDate);
  return { totalCount: own.length, isComplete: true, nodes: own.slice(0, first).map(selected) };
}

function selected(invoice: RawInvoice) {
  const { id, number, type, issuedOn, dueOn, createdAt, currency, netAmount, taxAmount, totalAmount } =
    invoice;
  return { id, number, type, issuedOn, dueOn, createdAt, currency, netAmount, taxAmount, totalAmount };
}

interface MergedVariables {
  readonly filter: {
    readonly issuedOn: { readonly from: string; readonly to: string };
    readonly types: readonly string[];
    readonly dueOn: { readonly from: string };
  };
}

/** The data of `query Merged`. */
export async function merged(
  world: RawWorld,
  { name, accounts }: BenchCustomer,
  { filter }: MergedVariables,
) {
  const { ask, keep } = world;
  const [flolive, contract, code] = ["flolive", "cdn", "freight"].map((id) => String(accounts[id]?.[0])) as [
    string,
    string,
    string,
  ];
  const months = monthsIn(filter.issuedOn);
  const [settings, floliveList, akamaiLists, v6Lists] = await Promise.all([
    settingsOf(world, Number(accounts["billing"]?.[0])),
    keep(`invoices ${flolive}`, () => floliveInvoices(ask, flolive)),
    Promise.all(
      [before(months[0] ?? ""), ...months].map((month) =>
        keep(`akamai ${contract} ${month}`, () => akamaiInvoices(ask, contract, month)),
      ),
    ),
    Promise.all(months.map((month) => keep(`v6 ${month}`, () => v6Invoices(ask, month)))),
  ]);
  const matches = (invoice: RawInvoice) =>
    isIn(invoice, filter.issuedOn) &&
    filter.types.includes(invoice.type) &&
    invoice.dueOn !== null &&
    invoice.dueOn >= filter.dueOn.from;
  const bySource = {
    flolive: floliveList.filter(matches),
    cdn: akamaiLists.flat().filter(matches),
    freight: v6Lists.flat().filter((invoice) => invoice.account === code && matches(invoice)),
  };
  const all = Object.values(bySource).flat();
  const nodes = all.sort(byTotal).slice(0, 50);
  const invoices = {
    totalCount: all.length,
    isComplete: true,
    sources: Object.entries(bySource).map(([id, { length }]) => ({
      source: { id },
      status: "OK",
      count: length,
    })),
    totals: totalsOf(all),
    nodes: nodes.map(({ source, id, number, type, issuedOn, dueOn, createdAt, currency, totalAmount }) => ({
      source: { id: source },
      id,
      number,
      type,
      issuedOn,
      dueOn,
      createdAt,
      currency,
      totalAmount,
    })),
  };
  return { viewer: { customer: { name, settings, invoices } } };
}

async function settingsOf({ ask, keep }: RawWorld, customerNumber: number) {
  const settings = await keep(`settings ${customerNumber}`, () => ddapiSettings(ask, customerNumber));
  const [currency, terms] = await Promise.all([
    keep(`currency ${settings.CurrencyId}`, () => ddapiCurrency(ask, settings.CurrencyId)),
    keep("terms", () => ddapiTerms(ask)),
  ]);
  return {
    paysInvoiceFee: settings.PaysInvoiceFee,
    orderInvoiceEmail: settings.InvoiceOrderPaymentEmailAddress,
    currency,
    paymentTerms: terms.get(settings.TermsOfPaymentId) ?? null,
  };
}

function totalsOf(invoices: readonly RawInvoice[]) {
  const groups = new Map<string, { count: number; net: number; tax: number; total: number }>();
  for (const { currency, netAmount, taxAmount, totalAmount } of invoices) {
    const key = currency ?? "~";
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { count: 0, net: 0, tax: 0, total: 0 }));
    group.count += 1;
    if (netAmount !== null) group.net += cents(netAmount);
    if (taxAmount !== null) group.tax += cents(taxAmount);
    if (totalAmount !== null) group.total += cents(totalAmount);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { count, net, tax, total }]) => ({
      currency,
      count,
      netAmount: fromCents(net),
      taxAmount: fromCents(tax),
      totalAmount: fromCents(total),
    }));
}

// Currencies apart, the greatest amount first.
function byTotal(a: RawInvoice, b: RawInvoice): number {
  if (a.currency !== b.currency) return (a.currency ?? "~") < (b.currency ?? "~") ? 1 : -1;
  const difference = cents(b.totalAmount ?? "") - cents(a.totalAmount ?? "");
  return difference === 0 ? (a.id < b.id ? 1 : -1) : difference;
}

function monthsIn({ from, to }: { from: string; to: string }): string[] {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = after(month)) months.push(month);
  return months;
}

function after(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

function before(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, "0")}`;
}
