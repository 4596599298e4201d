/** A customer's account in one source: the entity that other subgraphs join on. */
import type { Account } from "../model/customer.ts";
import type { Source } from "../model/source.ts";
import { allowed } from "./allowed.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { SourceType } from "./source.ts";

export const SourceAccountRef = builder.objectRef<Account>("SourceAccount");

SourceAccountRef.implement({
  description: "A customer's account at one source.",
  fields: (t) => ({
    source: t.exposeID("source", {
      nullable: false,
      description: 'The source\'s configured name, such as "freight".',
    }),
    reference: t.exposeString("reference", {
      nullable: false,
      description:
        "The source's identifier of the account: a UUID, a contract id, a customer code or a number, as text.",
    }),
    connection: t.field({
      type: SourceType,
      nullable: false,
      description: "The source itself.",
      resolve: ({ source }, _args, { sources }) => sources.get(source) as Source,
    }),
    customer: t.field({
      type: CustomerRef,
      description: "The customer that the account is linked to.",
      resolve: (account, _args, { loaders }) => loaders.customers.owner(account),
    }),
    name: t.string({
      description: "The account's name at the source, where the source gives one (floLIVE).",
      resolve: async (account, _args, { loaders }) => (await loaders.accounts.profile(account))?.name,
    }),
    status: t.string({
      description: "The account's status in the source's own terms, where the source gives one (floLIVE).",
      resolve: async (account, _args, { loaders }) => (await loaders.accounts.profile(account))?.status,
    }),
    type: t.string({
      description: "The account's type in the source's own terms, where the source gives one (floLIVE).",
      resolve: async (account, _args, { loaders }) => (await loaders.accounts.profile(account))?.type,
    }),
    currency: t.field({
      type: "Currency",
      description: "The account's currency, where the source gives one (floLIVE).",
      resolve: async (account, _args, { loaders }) => (await loaders.accounts.profile(account))?.currency,
    }),
    subAccounts: t.field({
      type: [SourceAccountRef],
      nullable: { list: true, items: false },
      description:
        "The accounts directly below it at the source (floLIVE's child customers), as far as they belong to customers that you may see.",
      resolve: async (account, _args, context, info) =>
        allowed(await context.loaders.accounts.children(account), context, info),
    }),
  }),
});
