/** The root fields. */
import type { Customer } from "../model/customer.ts";
import { Failure } from "../model/errors.ts";
import { readId } from "../model/id.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Context } from "../context.ts";
import { builder } from "./builder.ts";
import { freshnessArg, toFreshness } from "./freshness.ts";
import { CustomerConnectionRef, CustomerRef } from "./customer.ts";
import { InvoiceFilterInput, InvoiceOrderInput, toFilter, toOrder } from "./invoice-filter.ts";
import { InvoiceConnectionRef } from "./invoice-list.ts";
import { InvoiceRef } from "./invoice.ts";
import {
  NodeInterface,
  forwardListSize,
  mustBeIdOf,
  noId,
  notInSupergraph,
  forwardPageArgs,
  pageArgs,
  pageListSize,
} from "./relay.ts";
import { SourceType } from "./source.ts";
import { GroupByEnum, InvoiceTotalsRef } from "./totals.ts";
import { ViewerRef } from "./viewer.ts";

const everything = { customer: null, withSubCustomers: false } as const;

type Node = Customer | Invoice | null;

async function loadNode(id: string, { loaders }: Context): Promise<Node> {
  const type = readId(id)?.type;
  if (type === "Customer") return loaders.customers.byId(id);
  if (type === "Invoice") return (await loaders.invoices.byId(id))?.invoice ?? null;
  throw noId(id);
}

function loadNodes(ids: readonly string[], context: Context): Promise<Node>[] | Promise<Promise<Node>[]> {
  const { maxNodes } = context;
  if (ids.length > maxNodes) {
    throw new Failure("LIMIT_EXCEEDED", {
      message: `\`nodes\` takes at most ${maxNodes} ids at once; there are ${ids.length}.`,
    });
  }
  const loadAll = () => ids.map((id) => loadNode(id, context));
  const turn = context.loaders.begin();
  return turn === null ? loadAll() : turn.then(loadAll);
}

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    nullable: false,
    description: "The viewer: who you are, and what you may see.",
    resolve: (_root, _args, { viewer }) => viewer,
  }),
  customer: t.field({
    type: CustomerRef,
    description: "The customer with this id; null when there is none, or when you may not see it.",
    args: { id: t.arg.id({ required: true, description: "The customer's global id." }) },
    resolve: (_root, { id }, { loaders }) => loaders.customers.byId(mustBeIdOf("Customer", id)),
  }),
  customers: t.field({
    type: CustomerConnectionRef,
    nullable: false,
    extensions: { cost: { defaultSize: 20 } },
    listSize: forwardListSize,
    description: "The customers that you may see, ordered by key.",
    args: forwardPageArgs,
    resolve: (_root, args, { loaders }) => loaders.customers.connection(args),
  }),
  invoice: t.field({
    type: InvoiceRef,
    description:
      "The invoice with this id; null when there is none, or when you may not see it. When its source fails, this field has an error.",
    args: { id: t.arg.id({ required: true, description: "The invoice's global id." }) },
    resolve: async (_root, { id }, { loaders }) =>
      (await loaders.invoices.byId(mustBeIdOf("Invoice", id)))?.invoice,
  }),
  invoices: t.field({
    type: InvoiceConnectionRef,
    nullable: false,
    extensions: { cost: { defaultSize: 20 } },
    listSize: pageListSize,
    description:
      "The invoices of all customers that you may see, from all sources, in one order. A source that fails does not fail the list: see `isComplete` and `sources`.",
    args: {
      ...pageArgs,
      filter: t.arg({ type: InvoiceFilterInput, description: "Only invoices that match this filter." }),
      orderBy: t.arg({ type: InvoiceOrderInput, description: "Default: the latest issue date first." }),
      freshness: t.arg(freshnessArg),
    },
    resolve: (_root, args, { loaders }) =>
      loaders.lists.page(
        everything,
        toFilter(args.filter),
        toOrder(args.orderBy),
        args,
        toFreshness(args.freshness),
      ),
  }),
  invoicesByNumber: t.field({
    type: InvoiceConnectionRef,
    nullable: false,
    extensions: { cost: { defaultSize: 20 } },
    listSize: pageListSize,
    description:
      "All invoices with this number, over all customers that you may see and all sources. Digits alone also match a number with a prefix.",
    args: {
      ...pageArgs,
      number: t.arg.string({ required: true, description: 'The number, such as "LT00123" or "123".' }),
      filter: t.arg({
        type: InvoiceFilterInput,
        description: "Only invoices that also match this filter; widen `issuedOn` to find older ones.",
      }),
      freshness: t.arg(freshnessArg),
    },
    resolve: (_root, { number, ...args }, { loaders }) =>
      loaders.lists.page(
        everything,
        { ...toFilter(args.filter), number: { equals: number } },
        toOrder(null),
        args,
        toFreshness(args.freshness),
      ),
  }),
  invoiceTotals: t.field({
    type: InvoiceTotalsRef,
    nullable: false,
    description: "Exact totals over all customers that you may see, per currency.",
    args: {
      filter: t.arg({ type: InvoiceFilterInput, description: "Only invoices that match this filter." }),
      groupBy: t.arg({
        type: [GroupByEnum],
        description:
          "What to group by besides the currency, which always separates groups. Default: the currency only.",
      }),
      freshness: t.arg(freshnessArg),
    },
    resolve: async (_root, { filter, groupBy, freshness }, { loaders }) => ({
      ...(await loaders.lists.matches(everything, toFilter(filter), toFreshness(freshness))),
      groupBy: groupBy ?? [],
    }),
  }),
  sources: t.field({
    type: [SourceType],
    nullable: { list: false, items: false },
    description: "The configured sources.",
    resolve: (_root, _args, { sources }) => [...sources.values()],
  }),
  node: t.field({
    type: NodeInterface,
    ...notInSupergraph,
    description: "The object with this global id; null when there is none, or when you may not see it.",
    args: { id: t.arg.id({ required: true, description: "The global id." }) },
    resolve: (_root, { id }, context) => loadNode(id, context),
  }),
  nodes: t.field({
    type: [NodeInterface],
    ...notInSupergraph,
    nullable: { list: false, items: true },
    description:
      "The objects with these global ids, in the same order; null where there is none, or where you may not see it. At most 100 at once, unless the service is configured otherwise.",
    args: { ids: t.arg.idList({ required: true, description: "The global ids." }) },
    resolve: (_root, { ids }, context) => loadNodes(ids, context),
  }),
}));
