/** Invoice lists: scope, window, collection, page and totals of one list that a query asks for. */
import { type CursorCodec, type Position, createCursorCodec } from "../listing/cursor.ts";
import { type InvoiceFilter, issueWindow } from "../listing/filter.ts";
import type { Found } from "../listing/found.ts";
import { type InvoiceOrder } from "../listing/order.ts";
import { cutPage, readPaging } from "../listing/page.ts";
import { type MissingRange, type SourceReport, isWhole } from "../listing/report.ts";
import { type GroupBy, type TotalsGroup, totalsOf } from "../listing/totals.ts";
import type { Customer } from "../model/customer.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import { Failure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Viewer } from "../model/viewer.ts";
import type { CustomerLoaders } from "./customers.ts";
import type { InvoiceLoaders } from "./invoices.ts";

/** What bounds a list. */
export interface ListLimits {
  /** Invoices on a page when neither `first` nor `last` is given. */
  readonly defaultPageSize: number;
  readonly maxPageSize: number;
  /** Calendar months of issue dates that one list may ask for. */
  readonly maxMonths: number;
  /** Customers that one list may ask for. */
  readonly maxCustomers: number;
}

/** Whose invoices: one customer's, with or without its direct sub-customers, or all that the viewer may see. */
export interface ListScope {
  readonly customer: Customer | null;
  readonly withSubCustomers: boolean;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** Everything that matches, before it is cut into pages. */
export interface Matches {
  /** The days of issue that were asked for; null when the filter leaves none. */
  readonly issuedOn: ClosedRange | null;
  readonly isComplete: boolean;
  readonly sources: readonly SourceReport[];
  /** Null unless the list is complete. */
  readonly totalCount: number | null;
  /** Exact sums of what was found. */
  totals(groupBy: readonly GroupBy[]): readonly TotalsGroup[];
}

export interface InvoiceEdge {
  readonly node: Invoice;
  readonly cursor: string;
}

/** One page of a list, in the shape of a Relay connection. */
export interface InvoiceList extends Matches {
  readonly edges: readonly InvoiceEdge[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export interface ListLoaders {
  /** Throws NOT_FOUND for a filtered customer that is not visible. */
  matches(scope: ListScope, filter: InvoiceFilter): Promise<Matches>;
  /** The same, and one page of it; throws BAD_INPUT and BAD_CURSOR. */
  page(
    scope: ListScope,
    filter: InvoiceFilter,
    order: InvoiceOrder,
    args: PageArguments,
  ): Promise<InvoiceList>;
}

export interface ListSetup {
  readonly viewer: Viewer;
  readonly sourceIds: readonly string[];
  readonly customers: CustomerLoaders;
  readonly invoices: InvoiceLoaders;
  readonly limits: ListLimits;
  readonly cursorSecret: Buffer;
  readonly today: Day;
  /** Told of every invoice on a page, by its id. */
  readonly onListed: (ids: readonly string[]) => void;
}

/** Lists for one request of one viewer. */
export function createListLoaders({
  viewer,
  sourceIds,
  customers,
  invoices,
  limits,
  cursorSecret,
  today,
  onListed,
}: ListSetup): ListLoaders {
  async function collect(scope: ListScope, filter: InvoiceFilter) {
    const unknown = filter.sources?.find((id) => !sourceIds.includes(id));
    if (unknown !== undefined) {
      throw new Failure("BAD_INPUT", {
        message: `There is no source "${unknown.slice(0, 60)}"; configured are ${sourceIds.join(", ")}.`,
      });
    }
    const { chosen, isCut } = await customersOf(scope, filter);
    const window = issueWindow(filter.issuedOn, today, limits.maxMonths);
    if (window === null) return { window, parts: [], reports: [] };
    const cuts: MissingRange[] = [];
    if (window.cut !== null)
      cuts.push({
        range: window.cut,
        reason: `A list covers at most ${limits.maxMonths} months of issue dates.`,
      });
    if (isCut)
      cuts.push({
        range: window.range,
        reason: `A list covers at most ${limits.maxCustomers} customers, the first by key: filter by customer for the others.`,
      });
    return { window, ...(await invoices.collect({ customers: chosen, filter, window: window.range, cuts })) };
  }

  async function customersOf({ customer, withSubCustomers }: ListScope, filter: InvoiceFilter) {
    const inScope =
      customer === null
        ? filter.customers === undefined
          ? await customers.page(null, limits.maxCustomers + 1)
          : await Promise.all(filter.customers.map(mustSee))
        : withSubCustomers
          ? [customer, ...(await customers.children(customer))]
          : [customer];
    const wanted = filter.customers === undefined ? null : new Set(filter.customers);
    const chosen = inScope.filter(({ key }) => wanted === null || wanted.has(key));
    return { chosen: chosen.slice(0, limits.maxCustomers), isCut: chosen.length > limits.maxCustomers };
  }

  async function mustSee(key: string): Promise<Customer> {
    const customer = await customers.byKey(key);
    if (customer === null)
      throw new Failure("NOT_FOUND", {
        message: "The filter names a customer that does not exist, or that you may not see.",
      });
    return customer;
  }

  function matchesOf({ window, parts, reports }: Awaited<ReturnType<typeof collect>>): Matches {
    const isComplete = reports.every(isWhole);
    const found = (): Found[] => parts.flatMap((part) => part.found);
    return {
      issuedOn: window?.range ?? null,
      isComplete,
      sources: reports,
      totalCount: isComplete ? parts.reduce((count, part) => count + part.found.length, 0) : null,
      totals: (groupBy) => totalsOf(found(), groupBy),
    };
  }

  return {
    async matches(scope, filter) {
      return matchesOf(await collect(scope, filter));
    },

    async page(scope, filter, order, args) {
      const codec = createCursorCodec(cursorSecret, [
        viewer.role,
        viewer.customerId,
        scope.customer?.key ?? null,
        scope.withSubCustomers,
        filter,
        order,
      ]);
      const paging = readPaging(args, read(codec, args.after), read(codec, args.before), {
        default: limits.defaultPageSize,
        max: limits.maxPageSize,
      });
      const collected = await collect(scope, filter);
      const { edges, positionOf, ...page } = cutPage(collected.parts, order, paging);
      onListed(edges.map(({ invoice }) => invoice.id));
      return {
        ...matchesOf(collected),
        edges: edges.map(({ invoice, place }) => ({
          node: invoice,
          // Signed only when it is selected.
          get cursor() {
            return codec.write(positionOf(place));
          },
        })),
        pageInfo: {
          hasNextPage: page.hasNextPage,
          hasPreviousPage: page.hasPreviousPage,
          startCursor: page.start === null ? null : codec.write(page.start),
          endCursor: page.end === null ? null : codec.write(page.end),
        },
      };
    },
  };
}

function read(codec: CursorCodec, cursor: string | null | undefined): Position | null {
  return cursor === null || cursor === undefined ? null : codec.read(cursor);
}
