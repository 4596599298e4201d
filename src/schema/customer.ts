/** Customers: the tree, the accounts, and everything that hangs on a customer. */
import type { CustomerPage } from "../loaders/customer-pages.ts";
import type { Customer } from "../model/customer.ts";
import { SourceAccountRef } from "./account.ts";
import { allowed } from "./allowed.ts";
import { builder } from "./builder.ts";
import { freshnessArg, toFreshness } from "./freshness.ts";
import { InvoiceFilterInput, InvoiceOrderInput, toFilter, toOrder } from "./invoice-filter.ts";
import { InvoiceConnectionRef } from "./invoice-list.ts";
import { InvoiceSettingsRef } from "./invoice-settings.ts";
import { NodeInterface, connectionFields, pageArgs, pageListSize } from "./relay.ts";
import { GroupByEnum, InvoiceTotalsRef } from "./totals.ts";

export const CustomerRef = builder.objectRef<Customer>("Customer");

const withSubCustomers = {
  description: "Also the invoices of the direct sub-customers that you may see. Default: false.",
  defaultValue: false,
} as const;

CustomerRef.implement({
  description:
    "A customer of the company. Each source knows it under identifiers of its own (see `accounts`); here it has one id.",
  interfaces: [NodeInterface],
  fields: (t) => ({
    key: t.exposeString("key", {
      nullable: false,
      description: 'The key in the customer directory, such as "acme".',
    }),
    name: t.exposeString("name", { nullable: false, description: "The name in the customer directory." }),
    parent: t.field({
      type: CustomerRef,
      description:
        "Its parent in the customer directory; null when there is none, or when you may not see it.",
      resolve: ({ parentKey }, _args, { loaders }) =>
        parentKey === null ? null : loaders.customers.byKey(parentKey),
    }),
    subCustomers: t.field({
      type: [CustomerRef],
      nullable: { list: false, items: false },
      description: "Its direct sub-customers that you may see, ordered by key.",
      resolve: async (customer, _args, context, info) =>
        allowed(await context.loaders.customers.children(customer), context, info),
    }),
    accounts: t.field({
      type: [SourceAccountRef],
      nullable: { list: false, items: false },
      description: "Its accounts at the sources.",
      resolve: ({ accounts }, _args, context, info) => allowed(accounts, context, info),
    }),
    invoices: t.field({
      type: InvoiceConnectionRef,
      nullable: false,
      extensions: { cost: { defaultSize: 20 } },
      listSize: pageListSize,
      description:
        "Its invoices from all sources in one order. A source that fails does not fail the list: see `isComplete` and `sources`.",
      args: {
        ...pageArgs,
        filter: t.arg({ type: InvoiceFilterInput, description: "Only invoices that match this filter." }),
        orderBy: t.arg({ type: InvoiceOrderInput, description: "Default: the latest issue date first." }),
        includeSubCustomers: t.arg.boolean(withSubCustomers),
        freshness: t.arg(freshnessArg),
      },
      resolve: (customer, args, { loaders }) =>
        loaders.lists.page(
          { customer, withSubCustomers: args.includeSubCustomers === true },
          toFilter(args.filter),
          toOrder(args.orderBy),
          args,
          toFreshness(args.freshness),
        ),
    }),
    invoiceTotals: t.field({
      type: InvoiceTotalsRef,
      nullable: false,
      description: "Exact totals of its invoices, per currency.",
      args: {
        filter: t.arg({ type: InvoiceFilterInput, description: "Only invoices that match this filter." }),
        groupBy: t.arg({
          type: [GroupByEnum],
          description:
            "What to group by besides the currency, which always separates groups. Default: the currency only.",
        }),
        includeSubCustomers: t.arg.boolean(withSubCustomers),
        freshness: t.arg(freshnessArg),
      },
      resolve: async (customer, args, { loaders }) => ({
        ...(await loaders.lists.matches(
          { customer, withSubCustomers: args.includeSubCustomers === true },
          toFilter(args.filter),
          toFreshness(args.freshness),
        )),
        groupBy: args.groupBy ?? [],
      }),
    }),
    settings: t.field({
      type: InvoiceSettingsRef,
      description:
        "Its invoice settings, from the first source that keeps any for it; null when none does. A failing source fails this field only.",
      args: {
        source: t.arg.id({
          description:
            "Ask this source. Default: the first one that keeps settings and has an account linked.",
        }),
      },
      resolve: (customer, { source }, { loaders }) => loaders.settings.ofCustomer(customer, source ?? null),
    }),
  }),
});

export const CustomerConnectionRef = builder.objectRef<CustomerPage>("CustomerConnection");

const fields = connectionFields("Customer", CustomerRef, {
  singular: "customer",
  plural: "customers",
  lists: {},
});
CustomerConnectionRef.implement({
  description: "One page of customers, ordered by key.",
  fields: (t) => fields(t),
});
