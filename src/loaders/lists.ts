/** Invoice lists: scope, window, collection, page and totals of one list that a query asks for. */
import { type CursorCodec, createCursorCodec } from "../listing/cursor.ts";
import type { InvoiceFilter } from "../listing/filter.ts";
import type { InvoiceOrder } from "../listing/order.ts";
import { cutPage, type Page } from "../listing/page.ts";
import { readPaging } from "../listing/paging.ts";
import type { Position } from "../listing/position.ts";
import type { Day } from "../model/day.ts";
import type { Freshness } from "../model/source.ts";
import type { Pace } from "../model/pace.ts";
import type { Viewer } from "../model/viewer.ts";
import type { Begin } from "./begin.ts";
import { Collected } from "./collected.ts";
import type { CustomerLoaders } from "./customers.ts";
import type { InvoiceLoaders } from "./invoices.ts";
import type { ListMemory } from "./list-memory.ts";
import { type InvoiceList, ListedPage, type Matches } from "./list-page.ts";
import { type ListPlan, type ListScope, planList } from "./list-plan.ts";

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

/** The arguments of a Relay connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** Lists, and totals over the same invoices. */
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
  readonly memory: ListMemory;
  readonly begin: Begin;
  readonly pace: Pace;
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
  memory,
  begin,
  pace,
  limits,
  cursorSecret,
  today,
  onListed,
}: ListSetup): ListLoaders {
  const plan = (scope: ListScope, filter: InvoiceFilter, asOf: Day) =>
    planList({ sourceIds, customers, limits, today: asOf }, scope, filter);

  function collect({ filter, customers: owners, window, cuts }: ListPlan, freshness: Freshness | undefined) {
    return window === null
      ? new Collected([], [])
      : invoices.collect({ filter, customers: owners, window, cuts, freshness });
  }

  return {
    async matches(scope, filter, freshness) {
      const turn = begin();
      if (turn !== null) await turn;
      const planned = await plan(scope, filter, today);
      const collected = await collect(planned, freshness);
      const { isComplete, count, reports } = collected;
      return {
        issuedOn: planned.window,
        isComplete,
        sources: reports,
        totalCount: isComplete ? count : null,
        totals: (groupBy) => collected.totals(groupBy),
      };
    },

    async page(scope, filter, order, args, freshness) {
      const turn = begin();
      if (turn !== null) await turn;
      const { role, customerId } = viewer;
      const { customer, withSubCustomers } = scope;
      const own = [role, customerId, customer?.key ?? null, withSubCustomers] as const;
      const codec = createCursorCodec(cursorSecret, [...own, filter, order]);
      const paging = readPaging(args, read(codec, args.after), read(codec, args.before), {
        default: limits.defaultPageSize,
        max: limits.maxPageSize,
      });
      const asOf = (paging.after ?? paging.before)?.asOf ?? today;
      const planned = plan(scope, filter, asOf);
      const known = planned instanceof Promise ? await planned : planned;
      const collected = await collect(known, freshness);
      const listed = (page: Page) => new ListedPage(known.window, collected, page, codec);
      const cut = () => {
        const page = cutPage(collected.parts, order, paging, { asOf, pace });
        return page instanceof Promise ? page.then(listed) : listed(page);
      };
      // Cursors are the viewer's own. The list itself is remembered by its filter and its day.
      const made = memory.page(collected, () => JSON.stringify([own, order, paging]), cut);
      const page = made instanceof Promise ? await made : made;
      onListed(page.ids);
      return page;
    },
  };
}

function read(codec: CursorCodec, cursor: string | null | undefined): Position | null {
  return cursor === null || cursor === undefined ? null : codec.read(cursor);
}
