/** What a list, a total or an export is asked of: whose invoices, issued on which days, and what a limit of ours leaves out. */
import type { InvoiceFilter } from "../listing/filter.ts";
import type { MissingRange } from "../listing/report.ts";
import { issueWindow } from "../listing/window.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import { Failure } from "../model/errors.ts";
import type { CustomerLoaders } from "./customers.ts";

/** Whose invoices: one customer's, with or without its direct sub-customers, or all that the viewer may see. */
export interface ListScope {
  readonly customer: Customer | null;
  readonly withSubCustomers: boolean;
}

/** Customers and days, both known to be allowed. */
export interface ListPlan {
  readonly filter: InvoiceFilter;
  readonly customers: readonly Customer[];
  /** The days of issue; null when the filter leaves none. */
  readonly window: ClosedRange | null;
  /** For every source's report. */
  readonly cuts: readonly MissingRange[];
}

export interface PlanSetup {
  readonly sourceIds: readonly string[];
  readonly customers: CustomerLoaders;
  readonly limits: {
    /** Calendar months of issue dates. */
    readonly maxMonths: number;
    readonly maxCustomers: number;
  };
  readonly today: Day;
}

const customersAtOnce = 500;

/**
 * Throws BAD_INPUT for a source that is not configured, and NOT_FOUND for a filtered customer that is not visible. A promise
 * only where customers have to be looked up.
 */
export function planList(
  setup: PlanSetup,
  scope: ListScope,
  filter: InvoiceFilter,
): ListPlan | Promise<ListPlan> {
  const { sourceIds, customers, limits } = setup;
  const unknown = filter.sources?.find((id) => !sourceIds.includes(id));
  if (unknown !== undefined) {
    throw new Failure("BAD_INPUT", {
      message: `There is no source "${unknown.slice(0, 60)}"; configured are ${sourceIds.join(", ")}.`,
    });
  }
  const wanted = customersOf(customers, scope, filter, limits.maxCustomers + 1);
  return wanted instanceof Promise
    ? wanted.then((found) => planFor(found, setup, filter))
    : planFor(wanted, setup, filter);
}

function planFor(wanted: readonly Customer[], { limits, today }: PlanSetup, filter: InvoiceFilter): ListPlan {
  const customers = wanted.length <= limits.maxCustomers ? wanted : wanted.slice(0, limits.maxCustomers);
  const window = issueWindow(filter.issuedOn, today, limits.maxMonths);
  if (window === null) return { filter, customers, window, cuts: [] };
  const cuts: MissingRange[] = window.cuts.map((range) => ({
    range,
    cause: "OUR_LIMIT",
    reason: `A list covers at most ${limits.maxMonths} months of issue dates.`,
  }));
  if (wanted.length > customers.length)
    cuts.push({
      range: window.range,
      cause: "OUR_LIMIT",
      reason: `A list covers at most ${limits.maxCustomers} customers, the first by key: filter by customer for the others.`,
    });
  return { filter, customers, window: window.range, cuts };
}

function customersOf(
  loaders: CustomerLoaders,
  { customer, withSubCustomers }: ListScope,
  { customers: keys }: InvoiceFilter,
  atMost: number,
): readonly Customer[] | Promise<readonly Customer[]> {
  if (customer === null) {
    if (keys === undefined) return firstCustomers(loaders, atMost);
    return Promise.all([...new Set(keys)].map((key) => mustSee(loaders, key)));
  }
  const filtered = (inScope: readonly Customer[]) =>
    keys === undefined ? inScope : inScope.filter(({ key }) => keys.includes(key));
  return withSubCustomers
    ? loaders.children(customer).then((children) => filtered([customer, ...children]))
    : filtered([customer]);
}

async function firstCustomers(loaders: CustomerLoaders, atMost: number): Promise<Customer[]> {
  const found: Customer[] = [];
  while (found.length < atMost) {
    const size = Math.min(customersAtOnce, atMost - found.length);
    const page = await loaders.page(found.at(-1)?.key ?? null, size);
    found.push(...page);
    if (page.length < size) break;
  }
  return found;
}

async function mustSee(loaders: CustomerLoaders, key: string): Promise<Customer> {
  const customer = await loaders.byKey(key);
  if (customer === null)
    throw new Failure("NOT_FOUND", {
      message: "The filter names a customer that does not exist, or that you may not see.",
    });
  return customer;
}
