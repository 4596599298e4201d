/** GraphQL Yoga with Pothos, as they come. */
import { createServer } from "node:http";
import SchemaBuilder from "@pothos/core";
import { createYoga } from "graphql-yoga";
import { listening } from "../build/bench/rig/child.js";
import { accountsOf, contextOf, listOf, subCustomersOf } from "./world.mjs";

const builder = new SchemaBuilder({});
const InvoiceType = builder.enumType("InvoiceType", { values: ["INVOICE", "CREDIT_MEMO", "DEBIT_MEMO", "UNKNOWN"] });
const Account = builder.objectRef("Account").implement({
  fields: (t) => ({
    reference: t.exposeString("reference", { nullable: false }),
    status: t.string({ nullable: true, resolve: ({ reference }, _args, { status }) => status.load(reference) }),
  }),
});
const Invoice = builder.objectRef("Invoice").implement({
  fields: (t) => ({
    id: t.exposeID("id", { nullable: false }),
    type: t.expose("type", { type: InvoiceType, nullable: false }),
    ...Object.fromEntries(
      ["number", "issuedOn", "dueOn", "createdAt", "currency", "netAmount", "taxAmount", "totalAmount"].map((name) => [
        name,
        t.exposeString(name, { nullable: true }),
      ]),
    ),
  }),
});
const Connection = builder.objectRef("InvoiceConnection").implement({
  fields: (t) => ({
    totalCount: t.exposeInt("totalCount", { nullable: true }),
    isComplete: t.exposeBoolean("isComplete", { nullable: false }),
    nodes: t.expose("nodes", { type: [Invoice], nullable: false }),
  }),
});
const Customer = builder.objectRef("Customer");
Customer.implement({
  fields: (t) => ({
    key: t.exposeString("id", { nullable: false }),
    name: t.exposeString("name", { nullable: false }),
    accounts: t.field({ type: [Account], nullable: false, resolve: accountsOf }),
    subCustomers: t.field({ type: [Customer], nullable: false, resolve: subCustomersOf }),
    invoices: t.field({
      type: Connection,
      nullable: false,
      args: { first: t.arg.int() },
      resolve: (customer, { first }, context) => listOf(customer, first ?? 20, context),
    }),
  }),
});
const Viewer = builder.objectRef("Viewer").implement({
  fields: (t) => ({ customer: t.field({ type: Customer, nullable: true, resolve: ({ customer }) => customer }) }),
});
builder.queryType({
  fields: (t) => ({
    viewer: t.field({ type: Viewer, nullable: false, resolve: (_root, _args, { viewer }) => ({ customer: viewer }) }),
  }),
});

const yoga = createYoga({
  schema: builder.toSchema(),
  graphiql: false,
  logging: false,
  context: ({ request }) => contextOf(request.headers.get("x-api-key")),
});
listening(createServer(yoga));
