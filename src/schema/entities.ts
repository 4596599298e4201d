/** Apollo Federation: what other subgraphs can join on, each answered by the same loaders and so by the same access rule. */
import { readIdOf } from "../model/id.ts";
import { SourceAccountRef } from "./account.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { InvoiceRef } from "./invoice.ts";

builder.asEntity(CustomerRef, {
  key: builder.selection<{ id: string }>("id"),
  resolveReference: ({ id }, { loaders }) => loaders.customers.byId(id),
});

builder.asEntity(InvoiceRef, {
  key: builder.selection<{ id: string }>("id"),
  resolveReference: async ({ id }, { loaders }) =>
    readIdOf("Invoice", id) === null ? null : ((await loaders.invoices.byId(id))?.invoice ?? null),
});

builder.asEntity(SourceAccountRef, {
  key: builder.selection<{ source: string; reference: string }>("source reference"),
  resolveReference: async (account, { loaders }) =>
    (await loaders.customers.owner(account)) === null ? null : account,
});
