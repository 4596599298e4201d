/** Invoice lists: scope, window, collection, page and totals of one list that a query asks for. */
import { type CursorCodec, createCursorCodec } from "../listing/cursor.ts";
import type { InvoiceFilter } from "../listing/filter.ts";
import type { InvoiceOrder, Place } from "../listing/order.ts";
import { cutPage } from "../listing/page.ts";
import { readPaging } from "../listing/paging.ts";
import type { Position } from "../listing/position.ts";
import { type SourceReport, isWhole } from "../listing/report.ts";
import { type GroupBy, type TotalsGroup, totalsOf } from "../listing/totals.ts";
import type { ClosedRange, Day } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Freshness } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import type { CustomerLoaders } from "./customers.ts";
import type { InvoiceLoaders } from "./invoices.ts";
import { type ListScope, planList } from "./list-plan.ts";

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
  totals(groupBy: readonly GroupBy[]): Promise<readonly TotalsGroup[]>;
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
  matches(scope: ListScope, filter: InvoiceFilter, freshness?: Freshness): Promise<Matches>;
  /** The same, and one page of it; throws BAD_INPUT and BAD_CURSOR. */
  page(
    scope: ListScope,
    filter: InvoiceFilter,
    order: InvoiceOrder,
    args: PageArguments,
    freshness?: Freshness,
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
  async function find(scope: ListScope, filter: InvoiceFilter, asOf: Day, freshness?: Freshness) {
    const plan = await planList({ sourceIds, customers, limits, today: asOf }, scope, filter);
    const { window } = plan;
    if (window === null) return { window, parts: [], reports: [] };
    return { window, ...(await invoices.collect({ ...plan, window, freshness })) };
  }

  function matchesOf({ window, parts, reports }: Awaited<ReturnType<typeof find>>): Matches {
    const isComplete = reports.every(isWhole);
    return {
      issuedOn: window,
      isComplete,
      sources: reports,
      totalCount: isComplete ? parts.reduce((count, part) => count + part.found.length, 0) : null,
      totals: (groupBy) =>
        totalsOf(
          parts.map(({ found }) => found),
          groupBy,
        ),
    };
  }

  return {
    async matches(scope, filter, freshness) {
      return matchesOf(await find(scope, filter, today, freshness));
    },

    async page(scope, filter, order, args, freshness) {
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
      const asOf = (paging.after ?? paging.before)?.asOf ?? today;
      const collected = await find(scope, filter, asOf, freshness);
      const { edges, positionOf, ...page } = await cutPage(collected.parts, order, paging, asOf);
      onListed(edges.map(({ invoice }) => invoice.id));
      const write = (place: Place) => codec.write(positionOf(place));
      return {
        ...matchesOf(collected),
        edges: edges.map(({ invoice, place }) => new ListedEdge(invoice, place, write)),
        pageInfo: {
          hasNextPage: page.hasNextPage,
          hasPreviousPage: page.hasPreviousPage,
          get startCursor() {
            return page.start === null ? null : codec.write(page.start);
          },
          get endCursor() {
            return page.end === null ? null : codec.write(page.end);
          },
        },
      };
    },
  };
}

class ListedEdge implements InvoiceEdge {
  readonly node: Invoice;
  private readonly place: Place;
  private readonly write: (place: Place) => string;

  constructor(node: Invoice, place: Place, write: (place: Place) => string) {
    this.node = node;
    this.place = place;
    this.write = write;
  }

  // Signed only when it is selected.
  get cursor(): string {
    return this.write(this.place);
  }
}

function read(codec: CursorCodec, cursor: string | null | undefined): Position | null {
  return cursor === null || cursor === undefined ? null : codec.read(cursor);
}
